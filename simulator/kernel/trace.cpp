#include "simulator/kernel/trace.h"

#include <xxhash.h>

#include <algorithm>
#include <bit>

#ifdef DARUMA_XXH_DISPATCH
// Declared here, because its header would put it in the place of every other call too.
extern "C" XXH_errorcode XXH3_128bits_update_dispatch(XXH3_state_t *state, const void *input,
                                                      std::size_t length);
#endif

namespace daruma {

static_assert(std::endian::native == std::endian::little,
              "records are hashed and stored as they lie in memory");

namespace {

/// With the widest vectors that the processor has, where the library can choose: the hash is the same.
void addTo(XXH3_state_t *state, const void *bytes, std::size_t length)
{
#ifdef DARUMA_XXH_DISPATCH
    XXH3_128bits_update_dispatch(state, bytes, length);
#else
    XXH3_128bits_update(state, bytes, length);
#endif
}

}  // namespace

struct Trace::Hash {
    XXH3_state_t *state = XXH3_createState();
    Hash() = default;
    Hash(const Hash &) = delete;
    Hash &operator=(const Hash &) = delete;
    ~Hash() { XXH3_freeState(state); }
};

Trace::Trace()
    : m_hash(std::make_unique<Hash>())
{}

Trace::Trace(const Trace &other)
    : Trace()
{
    *this = other;
}

Trace &Trace::operator=(const Trace &other)
{
    if (this == &other)
        return *this;
    if (other.m_flushed != 0)
        XXH3_copyState(m_hash->state, other.m_hash->state);
    m_flushed = other.m_flushed;
    m_used = other.m_used;
    std::copy_n(other.m_block.begin(), m_used, m_block.begin());
    setSink(nullptr);
    return *this;
}

Trace::~Trace() = default;

void Trace::reset(EventSink *sink)
{
    m_flushed = 0;
    m_used = 0;
    setSink(sink);
}

void Trace::flush(const Names &names)
{
    if (m_flushed == 0)
        XXH3_128bits_reset(m_hash->state);
    addTo(m_hash->state, m_block.data(), m_used * sizeof(Event));
    handOn(names);
}

void Trace::handOn(const Names &names)
{
    if (m_sink)
        m_sink->consume({m_block.data() + m_handedOn, m_used - m_handedOn}, names);
    m_flushed += m_used;
    m_used = m_handedOn = 0;
}

Fingerprint Trace::finish(const Names &names)
{
    XXH128_hash_t hash;
    if (m_flushed == 0) {
        // Most runs of a sweep fit into one block, and hashing it at once is quicker.
        hash = XXH3_128bits(m_block.data(), m_used * sizeof(Event));
        handOn(names);
    } else {
        flush(names);
        hash = XXH3_128bits_digest(m_hash->state);
    }
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
