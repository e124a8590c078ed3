#include "tests/benchmarks/flat_prototype.h"

#include <xxhash.h>

#include <bit>
#include <limits>

namespace daruma::bench {

namespace {

constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

}  // namespace

struct FlatPrototype::Hash {
    XXH3_state_t *state = XXH3_createState();
    ~Hash() { XXH3_freeState(state); }
};

FlatPrototype::FlatPrototype(const FlatTree &tree, Keep keep)
    : m_tree(tree)
    , m_keep(keep)
    , m_life(Distribution::exponential(tree.meanLife))
    , m_capacity(std::bit_ceil(tree.workers < 2 ? 2U : tree.workers))
    , m_times(m_capacity)
    , m_winners(std::size_t(2) * m_capacity)
    , m_workers(tree.workers)
    , m_block(recordsPerBlock)
    , m_hash(std::make_unique<Hash>())
{
    for (std::uint32_t i = 0; i < m_capacity; ++i)
        m_winners[m_capacity + i] = i;
}

FlatPrototype::~FlatPrototype() = default;

FlatPrototype::Result FlatPrototype::run(std::uint64_t seed)
{
    switch (m_keep) {
    case Keep::Nothing:
        return runKeeping<Keep::Nothing>(seed);
    case Keep::Records:
        return runKeeping<Keep::Records>(seed);
    case Keep::Fingerprint:
        return runKeeping<Keep::Fingerprint>(seed);
    }
    return {};
}

template <FlatPrototype::Keep keep> FlatPrototype::Result FlatPrototype::runKeeping(std::uint64_t seed)
{
    m_result = {};
    m_used = 0;
    XXH3_128bits_reset(m_hash->state);
    m_times.assign(m_capacity, never);
    const std::int64_t init = m_tree.init.ns();
    for (std::uint32_t i = 0; i < m_tree.workers; ++i) {
        m_workers[i] = {streamKey(seed, i, Purpose::Lifetime), 1, true, 0};
        if (i == 0 || !m_tree.onlyFirstDies)
            m_times[i] = init * (i + 1) + lifeOf(i);
    }
    for (std::uint32_t i = m_capacity - 1; i > 0; --i) {
        const std::uint32_t left = m_winners[2 * i];
        const std::uint32_t right = m_winners[2 * i + 1];
        m_winners[i] = m_times[right] < m_times[left] ? right : left;
    }
    const std::int64_t horizon = m_tree.horizon.ns();
    for (;;) {
        const std::uint32_t first = m_winners[1];
        const std::int64_t now = m_times[first];
        if (now > horizon)
            break;
        if (m_tree.strategy == Strategy::OneForAll) {
            restartAll<keep>(now);
            continue;
        }
        Worker &worker = m_workers[first];
        if (worker.isUp) {
            worker.isUp = false;
            record<keep>(now, first, 0, 0);
            arm(first, now + init);
        } else {
            worker.isUp = true;
            ++worker.incarnation;
            ++m_result.restarts;
            const std::int64_t life = lifeOf(first);
            record<keep>(now, first, life, 1);
            arm(first, now + life);
        }
    }
    if (keep != Keep::Nothing)
        flush();
    if (keep == Keep::Fingerprint)
        m_result.digest = XXH3_128bits_digest(m_hash->state).low64;
    return m_result;
}

/// All end, in reverse order, and all start again, in order.
template <FlatPrototype::Keep keep> void FlatPrototype::restartAll(std::int64_t now)
{
    for (std::uint32_t i = m_tree.workers; i-- > 0;) {
        m_workers[i].isUp = false;
        record<keep>(now, i, 0, 0);
    }
    for (std::uint32_t i = 0; i < m_tree.workers; ++i) {
        Worker &worker = m_workers[i];
        worker.isUp = true;
        ++worker.incarnation;
        ++m_result.restarts;
        now += m_tree.init.ns();
        std::int64_t life = never;
        if (i == 0 || !m_tree.onlyFirstDies) {
            life = lifeOf(i);
            arm(i, now + life);
        }
        record<keep>(now, i, life, 1);
    }
}

template <FlatPrototype::Keep keep>
void FlatPrototype::record(std::int64_t t, std::uint32_t worker, std::int64_t value, std::uint32_t kind)
{
    const auto number = static_cast<std::uint32_t>(m_result.events++);
    if (keep == Keep::Nothing)
        return;
    if (m_used == recordsPerBlock)
        flush();
    m_block[m_used++] = {t, worker, m_workers[worker].incarnation, value, m_workers[worker].lastEvent, kind};
    m_workers[worker].lastEvent = number;
}

void FlatPrototype::flush()
{
    if (m_keep == Keep::Fingerprint)
        XXH3_128bits_update(m_hash->state, m_block.data(), m_used * sizeof(Record));
    m_used = 0;
}

void FlatPrototype::arm(std::uint32_t worker, std::int64_t at)
{
    m_times[worker] = at;
    std::uint64_t winner = worker;
    auto first = static_cast<std::uint64_t>(at);
    for (std::uint32_t i = m_capacity + worker; i > 1; i >>= 1) {
        const std::uint64_t other = m_winners[i ^ 1U];
        const auto time = static_cast<std::uint64_t>(m_times[other]);
        const std::uint64_t mask = std::uint64_t(0) - std::uint64_t(time < first);
        winner ^= (winner ^ other) & mask;
        first ^= (first ^ time) & mask;
        m_winners[i >> 1] = static_cast<std::uint32_t>(winner);
    }
}

std::int64_t FlatPrototype::lifeOf(std::uint32_t worker)
{
    return m_life.sample(m_workers[worker].life, m_workers[worker].incarnation).ns();
}

}  // namespace daruma::bench
