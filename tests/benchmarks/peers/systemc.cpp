#include "tests/benchmarks/peers/peer.h"

#include <memory>

// The headers want to be read as the standard that Debian's library was built for.
#define SC_CPLUSPLUS 201703L
#include <systemc>

/// The pattern of the flat prototype on SystemC: each worker is a module, its process a method that is called
/// or a thread that waits.

namespace daruma::bench {

namespace {

struct Pattern {
    Lives lives;
    sc_core::sc_time init;
    std::uint64_t events = 0;

    sc_core::sc_time nextLife(std::uint32_t worker)
    {
        return sc_core::sc_time::from_value(static_cast<std::uint64_t>(lives.next(worker).ns()));
    }
};

class MethodWorker : public sc_core::sc_module {
public:
    SC_HAS_PROCESS(MethodWorker);
    MethodWorker(sc_core::sc_module_name, Pattern &pattern, std::uint32_t worker)
        : m_pattern(pattern)
        , m_worker(worker)
    {
        SC_METHOD(step);
    }

private:
    void step()
    {
        if (!m_hasBegun) {
            m_hasBegun = true;
            next_trigger(m_pattern.init * (m_worker + 1));
            return;
        }
        ++m_pattern.events;
        m_isUp = !m_isUp;
        next_trigger(m_isUp ? m_pattern.nextLife(m_worker) : m_pattern.init);
    }

    Pattern &m_pattern;
    std::uint32_t m_worker;
    bool m_hasBegun = false;
    bool m_isUp = false;
};

class ThreadWorker : public sc_core::sc_module {
public:
    SC_HAS_PROCESS(ThreadWorker);
    ThreadWorker(sc_core::sc_module_name, Pattern &pattern, std::uint32_t worker)
        : m_pattern(pattern)
        , m_worker(worker)
    {
        SC_THREAD(live);
    }

private:
    void live()
    {
        wait(m_pattern.init * m_worker);
        for (;;) {
            wait(m_pattern.init);
            ++m_pattern.events;
            wait(m_pattern.nextLife(m_worker));
            ++m_pattern.events;
        }
    }

    Pattern &m_pattern;
    std::uint32_t m_worker;
};

template <typename Worker> void simulate(const FlatTree &tree)
{
    sc_core::sc_set_time_resolution(1, sc_core::SC_NS);
    const auto time = [](Duration duration) {
        return sc_core::sc_time::from_value(static_cast<std::uint64_t>(duration.ns()));
    };
    Pattern pattern{Lives(tree, 1), time(tree.init)};
    std::vector<std::unique_ptr<Worker>> workers;
    for (std::uint32_t i = 0; i < tree.workers; ++i)
        workers.push_back(
            std::make_unique<Worker>(sc_core::sc_gen_unique_name("worker"), std::ref(pattern), i));
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    measurePeer(pattern.events, [&] { sc_core::sc_start(time(tree.horizon)); });
}

}  // namespace

}  // namespace daruma::bench

int sc_main(int count, char **arguments)
{
    using namespace daruma::bench;
    const PeerTask task = peerTask(count, arguments);
    if (task.variant == "method")
        simulate<MethodWorker>(task.tree);
    else
        simulate<ThreadWorker>(task.tree);
    return 0;
}
