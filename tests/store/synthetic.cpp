#include "tests/store/synthetic.h"

#include <algorithm>
#include <array>

namespace daruma::synthetic {

namespace {

/// The splitmix64 generator: what is drawn does not matter, only that it is the same each time.
std::uint64_t next(std::uint64_t &state)
{
    std::uint64_t z = state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

}

Model poolModel(std::uint32_t workers)
{
    Model model;
    model.name = "pool";
    const NodeId root = model.nodes.add({}, {model.texts.intern("app"), ChildId::noIndex}, model.texts);
    model.nodes.change(root).isSupervisor = true;
    const TextId pool = model.texts.intern("pool");
    for (std::uint32_t i = 0; i < workers; ++i)
        model.nodes.add(root, {pool, i}, model.texts);
    model.expectations.push_back({.name = "the pool is up"});
    return model;
}

Run::Run(const Model &model)
    : m_model(model)
    , m_nodes(model.nodes)
    , m_texts(model.texts)
{}

NodeId Run::addNode(NodeId parent, std::string_view id, bool isSupervisor)
{
    const NodeId node = m_nodes.add(parent, {intern(id), ChildId::noIndex}, m_texts);
    m_nodes.change(node).isSupervisor = isSupervisor;
    return node;
}

EventId Run::add(const Event &event)
{
    events.push_back(event);
    return {static_cast<std::uint32_t>(events.size() - 1)};
}

void Run::addCycles(std::size_t cycles, std::uint64_t seed)
{
    struct Worker {
        std::int64_t exitsAt = 0;
        std::int64_t startedAt = 0;
        EventId started;
        std::uint32_t incarnation = 1;
    };
    constexpr std::int64_t initTime = 5'000'000;
    const auto workers = static_cast<std::uint32_t>(m_model.nodes.size() - 1);
    const TextId boom = intern("boom");
    std::vector<Worker> pool(workers);
    std::vector<std::pair<std::int64_t, std::uint32_t>> queue;
    const auto schedule = [&](std::uint32_t worker, std::int64_t t, std::uint32_t what) {
        queue.emplace_back(t, worker * 2 + what);
        std::push_heap(queue.begin(), queue.end(), std::greater<>());
    };
    for (std::uint32_t i = 0; i < workers; ++i) {
        const EventId start = add({.node = {i + 1}, .incarnation = 1, .kind = EventKind::Start});
        pool[i].started =
            add({.node = {i + 1}, .incarnation = 1, .cause = start, .kind = EventKind::Started});
        schedule(i, static_cast<std::int64_t>(next(seed) % 10'000'000'000), 0);
    }
    std::vector<EventId> starts(workers);
    for (std::size_t done = 0; done < cycles;) {
        std::pop_heap(queue.begin(), queue.end(), std::greater<>());
        const auto [t, code] = queue.back();
        queue.pop_back();
        const std::uint32_t number = code / 2;
        Worker &worker = pool[number];
        const NodeId node{number + 1};
        if (code % 2 == 1) {
            worker.started = add({.t = t,
                                  .value = initTime,
                                  .node = node,
                                  .incarnation = worker.incarnation,
                                  .cause = starts[number],
                                  .kind = EventKind::Started});
            worker.startedAt = t;
            schedule(number, t + static_cast<std::int64_t>(next(seed) % 10'000'000'000), 0);
            continue;
        }
        const EventId exit = add({.t = t,
                                  .value = t - worker.startedAt,
                                  .node = node,
                                  .incarnation = worker.incarnation,
                                  .cause = worker.started,
                                  .text = boom,
                                  .kind = EventKind::Exit,
                                  .reason = ReasonKind::Panic,
                                  .hasReason = 1});
        const EventId restart = add({.t = t,
                                     .node = node,
                                     .incarnation = worker.incarnation,
                                     .cause = exit,
                                     .text = boom,
                                     .kind = EventKind::Restart,
                                     .reason = ReasonKind::Panic,
                                     .hasReason = 1,
                                     .a = 1 + static_cast<std::uint32_t>(done % 3),
                                     .b = 5,
                                     .other = {0}});
        starts[number] = add({.t = t,
                              .node = node,
                              .incarnation = ++worker.incarnation,
                              .cause = restart,
                              .kind = EventKind::Start});
        schedule(number, t + initTime, 1);
        ++done;
    }
    result.restarts += cycles;
}

void Run::end(std::int64_t t)
{
    add({.t = t, .kind = EventKind::End});
    result.end = Instant::fromNs(t);
    result.events = events.size();
}

void Run::play(EventSink &sink) const
{
    constexpr std::size_t blockSize = 1024;
    const std::span<const Event> all(events);
    for (std::size_t i = 0; i < all.size(); i += blockSize)
        sink.consume(all.subspan(i, std::min(blockSize, all.size() - i)), *this);
}

StoreResult<std::int64_t> Run::record(Recorder &recorder, const RunIdentity &identity) const
{
    recorder.beginRun(m_model, identity);
    play(recorder);
    RunResult ended = result;
    ended.seed = identity.seed;
    return recorder.endRun(ended, *this, 1234);
}

Run smallRun(const Model &model)
{
    constexpr std::int64_t second = 1'000'000'000;
    Run run(model);
    const NodeId app{0};
    const NodeId worker{1};
    const TextId boom = run.intern("boom");
    run.add({.node = app, .incarnation = 1, .kind = EventKind::Start});
    const EventId start = run.add({.node = worker, .incarnation = 1, .cause = {0}, .kind = EventKind::Start});
    run.add({.node = worker, .incarnation = 1, .cause = start, .kind = EventKind::Started});
    run.add({.node = app, .incarnation = 1, .cause = {2}, .kind = EventKind::Started});
    run.add({.node = app,
             .incarnation = 1,
             .cause = {3},
             .kind = EventKind::Lifecycle,
             .detail = static_cast<std::uint8_t>(LifecycleState::Alive)});
    run.add({.t = 2 * second,
             .value = 2 * second,
             .node = worker,
             .incarnation = 1,
             .text = boom,
             .kind = EventKind::Exit,
             .reason = ReasonKind::Panic,
             .hasReason = 1});
    run.add({.t = 2 * second,
             .value = 0,
             .node = worker,
             .incarnation = 1,
             .cause = {5},
             .text = boom,
             .kind = EventKind::Restart,
             .reason = ReasonKind::Panic,
             .hasReason = 1,
             .a = 1,
             .b = 1,
             .other = app});
    run.add({.t = 2 * second, .node = worker, .incarnation = 2, .cause = {6}, .kind = EventKind::Start});
    run.add({.t = 3 * second,
             .value = second,
             .node = worker,
             .incarnation = 2,
             .cause = {7},
             .kind = EventKind::Started});
    run.add({.t = 4 * second,
             .value = second,
             .node = worker,
             .incarnation = 2,
             .text = boom,
             .kind = EventKind::Exit,
             .reason = ReasonKind::Panic,
             .hasReason = 1});
    run.add({.t = 4 * second,
             .node = app,
             .incarnation = 1,
             .cause = {9},
             .text = boom,
             .kind = EventKind::GaveUp,
             .reason = ReasonKind::Panic,
             .hasReason = 1,
             .a = 2,
             .b = 1,
             .other = worker});
    run.add({.t = 4 * second,
             .value = 4 * second,
             .node = app,
             .incarnation = 1,
             .cause = {10},
             .kind = EventKind::Exit,
             .reason = ReasonKind::Shutdown,
             .hasReason = 1});
    const EventId violation = run.add(
        {.t = 4 * second, .cause = {11}, .text = run.intern("app is down"), .kind = EventKind::Violation});
    run.result.outcome = Outcome::Failed;
    run.result.restarts = 1;
    run.result.fingerprint = {0x0123456789abcdef, 0xfedcba9876543210};
    run.result.expectations.push_back(
        {.passed = false, .at = Instant::fromNs(4 * second), .event = violation, .message = "app is down"});
    run.result.root.started(Instant::start());
    run.result.root.shutdownAsked({run.intern("operator"), run.intern("deploy")});
    run.result.root.stopping(true);
    run.result.root.ended(Instant::fromNs(4 * second), {ReasonKind::Shutdown, {}});
    run.end(10 * second);
    return run;
}

CampaignIdentity campaign(std::uint64_t firstSeed, std::uint64_t lastSeed)
{
    return {.scenarioName = "pool",
            .scenarioText = "[scenario]\nname = \"pool\"\n",
            .firstSeed = firstSeed,
            .lastSeed = lastSeed,
            .options = "--seeds",
            .rulesVersion = 1};
}

RunIdentity identity(std::uint64_t seed)
{
    return {.seed = seed, .dialect = "otp", .overrides = ""};
}

}
