#include "simulator/kernel/trace.h"

#include <xxhash.h>

#include <bit>

namespace daruma {

static_assert(std::endian::native == std::endian::little,
              "records are hashed and stored as they lie in memory");

struct Trace::Hash {
    XXH3_state_t *state = XXH3_createState();
    ~Hash() { XXH3_freeState(state); }
};

Trace::Trace()
    : m_hash(std::make_unique<Hash>())
{}

Trace::~Trace() = default;

void Trace::reset(EventSink *sink, const Names &names)
{
    m_sink = sink;
    m_names = &names;
    m_flushed = 0;
    m_used = 0;
    XXH3_128bits_reset(m_hash->state);
}

void Trace::flush()
{
    XXH3_128bits_update(m_hash->state, m_block.data(), m_used * sizeof(Event));
    if (m_sink)
        m_sink->consume({m_block.data(), m_used}, *m_names);
    m_flushed += m_used;
    m_used = 0;
}

Fingerprint Trace::finish()
{
    flush();
    const XXH128_hash_t hash = XXH3_128bits_digest(m_hash->state);
    return {hash.high64, hash.low64};
}

std::string toText(Fingerprint fingerprint)
{
    constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (const std::uint64_t half : {fingerprint.high, fingerprint.low})
        for (int shift = 60; shift >= 0; shift -= 4)
            text += digits[(half >> shift) & 0xf];
    return text;
}

}  // namespace daruma
