#pragma once

#include "simulator/kernel/distribution.h"
#include "tests/benchmarks/models.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace daruma::bench {

/// What one process at a time could do at best: the flattest program for one supervisor whose workers live
/// exponentially long and take a fixed time to start. It knows no rules, no causes, no checks; two events a
/// restart (a worker ends, it is up again), each a record of 32 bytes. The variates are the kernel's.
class FlatPrototype {
public:
    enum class Keep { Nothing, Records, Fingerprint };

    FlatPrototype(const FlatTree &tree, Keep keep);
    ~FlatPrototype();

    struct Result {
        std::uint64_t events = 0;
        std::uint64_t restarts = 0;  ///< of children
        std::uint64_t digest = 0;
    };
    /// One run in the memory of the run before.
    Result run(std::uint64_t seed);

private:
    struct Record {
        std::int64_t t;
        std::uint32_t node;
        std::uint32_t incarnation;
        std::int64_t value;
        std::uint32_t cause;
        std::uint32_t kind;
    };
    struct Worker {
        StreamKey life;
        std::uint32_t incarnation = 0;
        bool isUp = false;
        std::uint32_t lastEvent = 0;
    };

    template <Keep keep> Result runKeeping(std::uint64_t seed);
    template <Keep keep>
    void record(std::int64_t t, std::uint32_t worker, std::int64_t value, std::uint32_t kind);
    template <Keep keep> void restartAll(std::int64_t now);
    void flush();
    void arm(std::uint32_t worker, std::int64_t at);
    std::int64_t lifeOf(std::uint32_t worker);

    static constexpr std::size_t recordsPerBlock = std::size_t{64} * 1024 / sizeof(Record);

    FlatTree m_tree;
    Keep m_keep;
    Distribution m_life;
    std::uint32_t m_capacity = 2;
    std::vector<std::int64_t> m_times;
    std::vector<std::uint32_t> m_winners;
    std::vector<Worker> m_workers;
    std::vector<Record> m_block;
    std::size_t m_used = 0;
    Result m_result;
    struct Hash;
    std::unique_ptr<Hash> m_hash;
};

}  // namespace daruma::bench
