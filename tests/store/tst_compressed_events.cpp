#ifndef Q_MOC_RUN  // moc cannot read <compare>
#include "simulator/store/compressed_events.h"
#include "tests/store/synthetic.h"
#endif

#include <QTest>

#include <atomic>
#include <cstring>
#include <thread>
#include <vector>

using namespace daruma;

class TstCompressedEvents : public QObject {
    Q_OBJECT

private slots:
    void eventsComeBackAsTheyWere_data();
    void eventsComeBackAsTheyWere();
    void severalMayReadAtOnce();
};

void TstCompressedEvents::eventsComeBackAsTheyWere_data()
{
    QTest::addColumn<int>("cycles");
    QTest::newRow("a short run, kept as it is") << 100;
    QTest::newRow("a run that has just become long") << 65'600;
    QTest::newRow("a long run") << 200'000;
}

void TstCompressedEvents::eventsComeBackAsTheyWere()
{
    QFETCH(int, cycles);
    const Model model = synthetic::poolModel(10);
    synthetic::Run run(model);
    run.addCycles(static_cast<std::size_t>(cycles), 3);
    run.end(run.events.back().t);
    EventLog log(std::make_unique<CompressedEvents>());
    for (std::size_t at = 0; at < run.events.size(); at += 1000)
        log.append(std::span(run.events).subspan(at, std::min<std::size_t>(1000, run.events.size() - at)),
                   run);
    const EventLog &kept = log;
    QCOMPARE(kept.size(), run.events.size());
    const auto same = [](const Event &left, const Event &right) {
        return std::memcmp(&left, &right, sizeof(Event)) == 0;
    };
    std::size_t i = 0;
    for (const Event &event : kept)
        QVERIFY(same(event, run.events[i++]));
    // Far apart, so that hardly any is at hand.
    for (std::size_t n = 0; n < 500; ++n) {
        const std::size_t index = n * 7'919'777 % run.events.size();
        QVERIFY(same(kept[index], run.events[index]));
    }
    QVERIFY(same(kept.back(), run.events.back()));
}

void TstCompressedEvents::severalMayReadAtOnce()
{
    const Model model = synthetic::poolModel(10);
    synthetic::Run run(model);
    run.addCycles(200'000, 3);
    run.end(run.events.back().t);
    EventLog log(std::make_unique<CompressedEvents>());
    log.append(run.events, run);
    const EventLog &kept = log;
    std::atomic<std::size_t> wrong{0};
    const auto readFar = [&](std::size_t step) {
        for (std::size_t n = 0; n < 20'000; ++n) {
            const std::size_t index = n * step % run.events.size();
            wrong += kept[index].t != run.events[index].t ? 1 : 0;
        }
    };
    std::vector<std::thread> readers;
    for (const std::size_t step : {std::size_t{37}, std::size_t{4'093}, std::size_t{90'001}})
        readers.emplace_back(readFar, step);
    std::size_t i = 0;
    for (const Event &event : kept)
        wrong += event.t != run.events[i++].t ? 1 : 0;
    for (std::thread &reader : readers)
        reader.join();
    QCOMPARE(wrong.load(), std::size_t{0});
}

QTEST_APPLESS_MAIN(TstCompressedEvents)
#include "tst_compressed_events.moc"
