#include "simulator/store/event_codec.h"

#include "simulator/store/varint.h"

#include <fmt/format.h>
#include <zstd.h>

#include <algorithm>
#include <array>

// A chunk: one byte of format, varints of first number and count, then a zstd frame with checksum. In it: the
// nodes and the texts that occur, then each column as its length and its bytes.

namespace daruma {

namespace {

constexpr std::byte formatVersion{1};
constexpr int compressionLevel = 1;
/// A frame that claims to be larger is damaged.
constexpr std::uint64_t maxContentBytes = std::uint64_t{1} << 30;

enum Column : std::size_t {
    Kind,
    Reason,
    HasReason,
    Detail,
    Time,
    Value,
    NodeIndex,
    Incarnation,
    Cause,
    Text,
    A,
    B,
    Other,
    columnCount,
};

/// What is foretold about a node from its events so far in the chunk. Encoder and decoder keep the same.
struct Foretold {
    std::int64_t since = 0;
    std::uint32_t incarnation = 0;

    std::uint32_t nextIncarnation(EventKind kind) const
    {
        return incarnation + (kind == EventKind::Start ? 1 : 0);
    }
    /// Of started and ignored: how long the start took; of exit: how long it ran.
    std::int64_t value(EventKind kind, std::int64_t t) const
    {
        const bool isSpan =
            kind == EventKind::Started || kind == EventKind::Exit || kind == EventKind::Ignored;
        return isSpan ? wrappingDifference(t, since) : 0;
    }
    void observe(EventKind kind, std::uint32_t observed, std::int64_t t)
    {
        incarnation = observed;
        if (kind == EventKind::Start || kind == EventKind::Started)
            since = t;
    }
};

/// Numbers the distinct values of a chunk in the order of their first use. Forgetting costs nothing.
class LocalNumbers {
public:
    void clear()
    {
        ++m_chunk;
        m_values.clear();
        m_large.clear();
    }

    std::uint32_t of(std::uint32_t value)
    {
        if (value >= maxDense)
            return ofLarge(value);
        if (value >= m_dense.size())
            m_dense.resize(std::max<std::size_t>(value + 1, m_dense.size() * 2));
        Entry &entry = m_dense[value];
        if (entry.chunk != m_chunk)
            entry = {m_chunk, append(value)};
        return entry.number;
    }

    const std::vector<std::uint32_t> &values() const { return m_values; }

private:
    /// Ids are small and dense but for the invalid one.
    static constexpr std::uint32_t maxDense = 1U << 24;

    struct Entry {
        std::uint64_t chunk = 0;
        std::uint32_t number = 0;
    };

    std::uint32_t append(std::uint32_t value)
    {
        m_values.push_back(value);
        return static_cast<std::uint32_t>(m_values.size() - 1);
    }
    std::uint32_t ofLarge(std::uint32_t value)
    {
        const auto known = m_large.find(value);
        return known != m_large.end() ? known->second : m_large.emplace(value, append(value)).first->second;
    }

    std::uint64_t m_chunk = 0;
    std::vector<std::uint32_t> m_values;
    std::vector<Entry> m_dense;
    std::map<std::uint32_t, std::uint32_t> m_large;
};

/// 0 for no cause, else one more than the zigzag of the distance back to it.
std::uint64_t causeCode(std::uint64_t seq, EventId cause)
{
    return cause.isValid() ? zigzag(static_cast<std::int64_t>(seq) - cause.value) + 1 : 0;
}

EventId causeOf(std::uint64_t seq, std::uint64_t code)
{
    if (code == 0)
        return {};
    return {static_cast<std::uint32_t>(seq - static_cast<std::uint64_t>(unzigzag(code - 1)))};
}

}

struct EventEncoder::State {
    ZSTD_CCtx *compressor = ZSTD_createCCtx();
    LocalNumbers nodes;
    LocalNumbers texts;
    std::vector<Foretold> foretold;
    std::array<std::vector<std::byte>, columnCount> columns;
    std::array<std::size_t, columnCount> sizes{};
    std::vector<std::byte> plain;

    State()
    {
        ZSTD_CCtx_setParameter(compressor, ZSTD_c_compressionLevel, compressionLevel);
        ZSTD_CCtx_setParameter(compressor, ZSTD_c_checksumFlag, 1);
        for (auto &column : columns)
            column.resize(eventsPerChunk * maxVarintBytes);
    }
    ~State() { ZSTD_freeCCtx(compressor); }

    void fillColumns(std::span<const Event> events, std::uint64_t firstSeq);
    void layOut(const Names &names);
};

void EventEncoder::State::fillColumns(std::span<const Event> events, std::uint64_t firstSeq)
{
    std::array<std::byte *, columnCount> at{};
    for (std::size_t i = 0; i < columnCount; ++i)
        at[i] = columns[i].data();
    std::int64_t before = 0;
    std::uint64_t seq = firstSeq;
    for (const Event &event : events) {
        const std::uint32_t node = nodes.of(event.node.value);
        const std::uint32_t other = nodes.of(event.other.value);
        if (foretold.size() < nodes.values().size())
            foretold.resize(nodes.values().size());
        Foretold &expected = foretold[node];
        *at[Kind]++ = static_cast<std::byte>(event.kind);
        *at[Reason]++ = static_cast<std::byte>(event.reason);
        *at[HasReason]++ = static_cast<std::byte>(event.hasReason);
        *at[Detail]++ = static_cast<std::byte>(event.detail);
        at[Time] = writeVarint(at[Time], zigzag(wrappingDifference(event.t, before)));
        at[Value] = writeVarint(at[Value],
                                zigzag(wrappingDifference(event.value, expected.value(event.kind, event.t))));
        at[NodeIndex] = writeVarint(at[NodeIndex], node);
        at[Incarnation] =
            writeVarint(at[Incarnation], zigzag(std::int64_t{event.incarnation}
                                                - std::int64_t{expected.nextIncarnation(event.kind)}));
        at[Cause] = writeVarint(at[Cause], causeCode(seq, event.cause));
        at[Text] = writeVarint(at[Text], event.text.isValid() ? texts.of(event.text.value) + 1 : 0);
        at[A] = writeVarint(at[A], event.a);
        at[B] = writeVarint(at[B], event.b);
        at[Other] = writeVarint(at[Other], other);
        expected.observe(event.kind, event.incarnation, event.t);
        before = event.t;
        ++seq;
    }
    for (std::size_t i = 0; i < columnCount; ++i)
        sizes[i] = static_cast<std::size_t>(at[i] - columns[i].data());
}

void EventEncoder::State::layOut(const Names &names)
{
    plain.clear();
    appendVarint(plain, nodes.values().size());
    for (const std::uint32_t node : nodes.values())
        appendVarint(plain, node);
    appendVarint(plain, texts.values().size());
    for (const std::uint32_t number : texts.values()) {
        const auto text = std::as_bytes(std::span(names.text(TextId{number})));
        appendVarint(plain, number);
        appendVarint(plain, text.size());
        plain.insert(plain.end(), text.begin(), text.end());
    }
    for (std::size_t i = 0; i < columnCount; ++i) {
        appendVarint(plain, sizes[i]);
        plain.insert(plain.end(), columns[i].data(), columns[i].data() + sizes[i]);
    }
}

EventEncoder::EventEncoder()
    : m_state(std::make_unique<State>())
{}

EventEncoder::~EventEncoder() = default;

EncodedChunk EventEncoder::encode(std::span<const Event> events, std::uint64_t firstSeq, const Names &names)
{
    DARUMA_ASSERT(!events.empty() && events.size() <= eventsPerChunk, "a chunk holds 1 to 4,096 events");
    m_state->nodes.clear();
    m_state->texts.clear();
    m_state->foretold.clear();
    m_state->fillColumns(events, firstSeq);
    m_state->layOut(names);

    EncodedChunk chunk;
    chunk.firstSeq = firstSeq;
    chunk.events = static_cast<std::uint32_t>(events.size());
    chunk.firstT = events.front().t;
    chunk.lastT = events.back().t;
    chunk.data.push_back(formatVersion);
    appendVarint(chunk.data, firstSeq);
    appendVarint(chunk.data, events.size());
    const std::size_t header = chunk.data.size();
    const std::vector<std::byte> &plain = m_state->plain;
    chunk.data.resize(header + ZSTD_compressBound(plain.size()));
    const std::size_t compressed = ZSTD_compress2(m_state->compressor, chunk.data.data() + header,
                                                  chunk.data.size() - header, plain.data(), plain.size());
    DARUMA_ASSERT(!ZSTD_isError(compressed), "compressing into enough room cannot fail");
    chunk.data.resize(header + compressed);
    return chunk;
}

struct EventDecoder::State {
    ZSTD_DCtx *decompressor = ZSTD_createDCtx();
    std::vector<std::byte> plain;
    std::vector<std::uint32_t> nodes;
    std::vector<TextId> texts;
    std::vector<Foretold> foretold;
    std::array<ByteReader, columnCount> columns;

    ~State() { ZSTD_freeDCtx(decompressor); }

    bool expand(std::span<const std::byte> frame);
    bool readTables(ByteReader &reader, std::uint64_t events, DecodedChunk &chunk);
    bool readEvent(std::uint64_t seq, std::int64_t before, Event &event);
};

bool EventDecoder::State::expand(std::span<const std::byte> frame)
{
    const unsigned long long size = ZSTD_getFrameContentSize(frame.data(), frame.size());
    // Also true of the two values that stand for "unknown" and "no frame".
    if (size > maxContentBytes)
        return false;
    plain.resize(static_cast<std::size_t>(size));
    const std::size_t got =
        ZSTD_decompressDCtx(decompressor, plain.data(), plain.size(), frame.data(), frame.size());
    return !ZSTD_isError(got) && got == plain.size();
}

bool EventDecoder::State::readTables(ByteReader &reader, std::uint64_t events, DecodedChunk &chunk)
{
    nodes.clear();
    texts.clear();
    const std::uint64_t nodeCount = reader.varint();
    if (nodeCount > 2 * events)
        return false;
    for (std::uint64_t i = 0; i < nodeCount; ++i)
        nodes.push_back(static_cast<std::uint32_t>(reader.varint()));
    const std::uint64_t textCount = reader.varint();
    if (textCount > events)
        return false;
    for (std::uint64_t i = 0; i < textCount; ++i) {
        texts.push_back({static_cast<std::uint32_t>(reader.varint())});
        const auto bytes = reader.bytes(reader.varint());
        chunk.texts.insert_or_assign(texts.back(),
                                     std::string(reinterpret_cast<const char *>(bytes.data()), bytes.size()));
    }
    for (ByteReader &column : columns)
        column = ByteReader(reader.bytes(reader.varint()));
    foretold.assign(nodes.size(), {});
    return !reader.hasFailed() && reader.atEnd();
}

bool EventDecoder::State::readEvent(std::uint64_t seq, std::int64_t before, Event &event)
{
    const auto byteOf = [this](Column column) {
        const auto byte = columns[column].bytes(1);
        return byte.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(byte[0]);
    };
    const std::uint8_t kind = byteOf(Kind);
    const std::uint8_t reason = byteOf(Reason);
    const std::uint64_t node = columns[NodeIndex].varint();
    const std::uint64_t other = columns[Other].varint();
    const std::uint64_t text = columns[Text].varint();
    if (kind >= eventKindCount || reason > static_cast<std::uint8_t>(ReasonKind::Noproc)
        || node >= nodes.size() || other >= nodes.size() || text > texts.size())
        return false;
    Foretold &expected = foretold[node];
    event.kind = static_cast<EventKind>(kind);
    event.reason = static_cast<ReasonKind>(reason);
    event.hasReason = byteOf(HasReason);
    event.detail = byteOf(Detail);
    event.t = wrappingSum(before, columns[Time].signedVarint());
    event.value = wrappingSum(expected.value(event.kind, event.t), columns[Value].signedVarint());
    event.node = {nodes[node]};
    event.other = {nodes[other]};
    event.incarnation = static_cast<std::uint32_t>(
        wrappingSum(expected.nextIncarnation(event.kind), columns[Incarnation].signedVarint()));
    event.cause = causeOf(seq, columns[Cause].varint());
    event.text = text ? texts[text - 1] : TextId{};
    event.a = static_cast<std::uint32_t>(columns[A].varint());
    event.b = static_cast<std::uint32_t>(columns[B].varint());
    expected.observe(event.kind, event.incarnation, event.t);
    return true;
}

EventDecoder::EventDecoder()
    : m_state(std::make_unique<State>())
{}

EventDecoder::~EventDecoder() = default;

tl::expected<void, std::string> EventDecoder::decode(std::span<const std::byte> data, DecodedChunk &chunk)
{
    chunk.events.clear();
    chunk.texts.clear();
    ByteReader header(data);
    const auto version = header.bytes(1);
    if (version.empty() || version[0] != formatVersion)
        return tl::unexpected<std::string>("a block of events has an unknown format");
    chunk.firstSeq = header.varint();
    const std::uint64_t count = header.varint();
    if (header.hasFailed() || count == 0 || count > eventsPerChunk)
        return tl::unexpected<std::string>("a block of events has a damaged head");
    if (!m_state->expand(header.rest()))
        return tl::unexpected<std::string>("a block of events cannot be decompressed");
    ByteReader reader(m_state->plain);
    if (!m_state->readTables(reader, count, chunk))
        return tl::unexpected<std::string>("a block of events has damaged tables");

    chunk.events.resize(static_cast<std::size_t>(count));
    std::int64_t before = 0;
    for (std::size_t i = 0; i < chunk.events.size(); ++i) {
        if (!m_state->readEvent(chunk.firstSeq + i, before, chunk.events[i]))
            return tl::unexpected<std::string>("a block of events holds an impossible one");
        before = chunk.events[i].t;
    }
    for (const ByteReader &column : m_state->columns) {
        if (column.hasFailed() || !column.atEnd())
            return tl::unexpected<std::string>("a block of events has columns of the wrong length");
    }
    return {};
}

}
