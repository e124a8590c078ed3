#ifndef Q_MOC_RUN  // moc cannot read <compare>
#include "simulator/store/event_codec.h"
#include "simulator/store/varint.h"
#include "tests/store/synthetic.h"
#endif

#include <QTest>

#include <cstring>
#include <limits>
#include <random>

using namespace daruma;

namespace {

bool areSame(std::span<const Event> a, std::span<const Event> b)
{
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size_bytes()) == 0;
}

/// Every field takes any value it can have, the largest ones often.
Event anyEvent(std::mt19937_64 &random, const std::vector<TextId> &texts)
{
    const auto wide = [&] {
        const std::uint64_t value = random();
        return static_cast<std::int64_t>(value % 4 == 0 ? value : value % 1000);
    };
    const auto narrow = [&] {
        const auto value = static_cast<std::uint32_t>(random());
        return value % 4 == 0 ? std::numeric_limits<std::uint32_t>::max() - value % 3 : value % 50;
    };
    Event event;
    event.t = wide();
    event.value = random() % 5 == 0 ? std::numeric_limits<std::int64_t>::min() : wide();
    event.node = {narrow()};
    event.incarnation = narrow();
    event.cause = {narrow()};
    event.text = random() % 2 ? texts[random() % texts.size()] : TextId{};
    event.kind = static_cast<EventKind>(random() % eventKindCount);
    event.reason = static_cast<ReasonKind>(random() % 7);
    event.hasReason = static_cast<std::uint8_t>(random());
    event.detail = static_cast<std::uint8_t>(random());
    event.a = narrow();
    event.b = narrow();
    event.other = {narrow()};
    return event;
}

}

class TstEventCodec : public QObject {
    Q_OBJECT

private slots:
    void everyFieldSurvives_data();
    void everyFieldSurvives();
    void theTextsOfAChunkSurvive();
    void chunksStandAlone();
    void anOrdinaryRunTakesFewBytes();
    void anyDamageIsAnErrorAndNeverACrash();
    void noiseIsAnErrorAndNeverACrash();
    void numbersSurviveAsVarints();
};

void TstEventCodec::everyFieldSurvives_data()
{
    QTest::addColumn<int>("count");
    QTest::newRow("of a single event") << 1;
    QTest::newRow("of some events") << 100;
    QTest::newRow("of a full chunk") << static_cast<int>(eventsPerChunk);
}

void TstEventCodec::everyFieldSurvives()
{
    QFETCH(int, count);
    const Model model = synthetic::poolModel(3);
    synthetic::Run run(model);
    const std::vector<TextId> texts{run.intern("boom"), run.intern(""), run.intern("[\"ok\", \"päth\"]")};
    std::mt19937_64 random(42);
    for (int i = 0; i < count; ++i)
        run.add(anyEvent(random, texts));
    EventEncoder encoder;
    const EncodedChunk chunk = encoder.encode(run.events, 99, run);
    QCOMPARE(chunk.events, static_cast<std::uint32_t>(count));
    QCOMPARE(chunk.firstT, run.events.front().t);
    QCOMPARE(chunk.lastT, run.events.back().t);

    EventDecoder decoder;
    DecodedChunk decoded;
    const auto result = decoder.decode(chunk.data, decoded);
    QVERIFY2(result, result ? "" : result.error().c_str());
    QCOMPARE(decoded.firstSeq, std::uint64_t{99});
    QVERIFY(areSame(decoded.events, run.events));
}

void TstEventCodec::theTextsOfAChunkSurvive()
{
    const Model model = synthetic::poolModel(1);
    synthetic::Run run(model);
    const TextId unused = run.intern("unused");
    const TextId boom = run.intern("boom");
    const TextId empty = run.intern("");
    run.add({.text = boom, .kind = EventKind::Exit, .hasReason = 1});
    run.add({.text = empty, .kind = EventKind::Reply});
    EventEncoder encoder;
    EventDecoder decoder;
    DecodedChunk decoded;
    QVERIFY(decoder.decode(encoder.encode(run.events, 0, run).data, decoded));
    QCOMPARE(decoded.text(boom), std::string_view("boom"));
    QVERIFY(decoded.texts.contains(empty));
    QVERIFY(!decoded.texts.contains(unused));
}

void TstEventCodec::chunksStandAlone()
{
    const Model model = synthetic::poolModel(10);
    synthetic::Run run(model);
    run.addCycles(3000, 1);
    const std::span<const Event> all(run.events);
    EventEncoder used;
    static_cast<void>(used.encode(all.first(eventsPerChunk), 0, run));
    const auto second = all.subspan(eventsPerChunk, eventsPerChunk);
    const EncodedChunk chunk = used.encode(second, eventsPerChunk, run);
    // Neither what the encoder saw before nor the chunk before plays a part.
    QCOMPARE(chunk.data, EventEncoder().encode(second, eventsPerChunk, run).data);
    DecodedChunk decoded;
    QVERIFY(EventDecoder().decode(chunk.data, decoded));
    QVERIFY(areSame(decoded.events, second));
}

void TstEventCodec::anOrdinaryRunTakesFewBytes()
{
    const Model model = synthetic::poolModel(10);
    synthetic::Run run(model);
    run.addCycles(eventsPerChunk / 4 - 5, 1);
    QVERIFY(run.events.size() > eventsPerChunk - 64 && run.events.size() <= eventsPerChunk);
    const EncodedChunk chunk = EventEncoder().encode(run.events, 0, run);
    QVERIFY2(chunk.data.size() < 3 * run.events.size(), std::to_string(chunk.data.size()).c_str());
}

void TstEventCodec::anyDamageIsAnErrorAndNeverACrash()
{
    const Model model = synthetic::poolModel(10);
    synthetic::Run run(model);
    run.addCycles(200, 1);
    const std::vector<std::byte> sound = EventEncoder().encode(run.events, 0, run).data;
    EventDecoder decoder;
    DecodedChunk decoded;
    for (std::size_t i = 0; i < sound.size(); ++i) {
        std::vector<std::byte> damaged = sound;
        damaged[i] ^= std::byte{0x41};
        // Some bits of a frame mean nothing. The first number is not under its checksum: readers compare it
        // with the row that the chunk comes from.
        if (decoder.decode(damaged, decoded))
            QVERIFY2(areSame(decoded.events, run.events) || decoded.firstSeq != 0, std::to_string(i).c_str());
        const std::span<const std::byte> cut(sound.data(), i);
        QVERIFY2(!decoder.decode(cut, decoded), std::to_string(i).c_str());
    }
    QVERIFY(decoder.decode(sound, decoded));
}

void TstEventCodec::noiseIsAnErrorAndNeverACrash()
{
    std::mt19937_64 random(7);
    EventDecoder decoder;
    DecodedChunk decoded;
    for (int i = 0; i < 20'000; ++i) {
        std::vector<std::byte> noise(random() % 200);
        for (std::byte &byte : noise)
            byte = static_cast<std::byte>(random());
        if (!noise.empty())
            noise[0] = std::byte{1};
        QVERIFY(!decoder.decode(noise, decoded));
    }
}

void TstEventCodec::numbersSurviveAsVarints()
{
    for (const std::int64_t value :
         {std::int64_t{0}, std::int64_t{-1}, std::int64_t{63}, std::int64_t{64},
          std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()}) {
        std::vector<std::byte> bytes;
        appendVarint(bytes, zigzag(value));
        ByteReader reader(bytes);
        QCOMPARE(reader.signedVarint(), value);
        QVERIFY(reader.atEnd() && !reader.hasFailed());
    }
}

QTEST_APPLESS_MAIN(TstEventCodec)
#include "tst_event_codec.moc"
