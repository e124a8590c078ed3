#pragma once

#include "simulator/kernel/model.h"

#include <cstdint>
#include <memory>

namespace daruma::bench {

/// What every benchmark's tree is like: one supervisor over workers that all live exponentially long, or for
/// ever.
struct FlatTree {
    std::uint32_t workers = 10;
    Strategy strategy = Strategy::OneForOne;
    Duration meanLife = Duration::never();
    Duration init;
    Duration horizon = Duration::seconds(1);
    /// Only the first worker dies by itself.
    bool onlyFirstDies = false;
    RestartLimitSpec limit = {4'000'000'000U, Duration::seconds(1)};
};

inline std::unique_ptr<Model> modelOf(const FlatTree &tree)
{
    auto model = std::make_unique<Model>();
    model->name = "bench";
    model->horizon = Instant::start() + tree.horizon;
    model->limits.eventsPerRun = 4'000'000'000;
    model->limits.eventsPerInstant = 4'000'000'000;
    WorkerDefinition mortal;
    mortal.table = model->texts.intern("w");
    mortal.spec.id = {mortal.table};
    mortal.behaviour = defaultBehaviour();
    mortal.behaviour.initTime = Distribution::fixed(tree.init);
    WorkerDefinition immortal = mortal;
    if (!tree.meanLife.isNever())
        mortal.behaviour.lifetime = Distribution::exponential(tree.meanLife);
    model->workers = {mortal, immortal};

    SupervisorDefinition root;
    root.table = model->texts.intern("root");
    root.flags.strategy = tree.strategy;
    root.flags.limit = tree.limit;
    root.flags.children.reserve(tree.workers);
    root.listed.reserve(tree.workers);
    model->nodes.add({}, {root.table}, model->texts);
    for (std::uint32_t i = 0; i < tree.workers; ++i) {
        const std::uint32_t definition = tree.onlyFirstDies && i > 0 ? 1 : 0;
        ChildSpec spec = mortal.spec;
        spec.id.index = i;
        spec.key = i;
        root.flags.children.push_back(spec);
        root.listed.push_back({definition, false});
        const NodeId node = model->nodes.add(NodeId{0}, spec.id, model->texts);
        model->nodes.change(node).definition = definition;
    }
    Node &top = model->nodes.change(NodeId{0});
    top.isSupervisor = true;
    top.firstChild = NodeId{1};
    top.childCount = tree.workers;
    model->supervisors.push_back(std::move(root));
    return model;
}

/// Ten deaths a second whatever the number of workers, each restarted in 5 ms, until about `restarts`.
inline FlatTree restartingTree(std::uint32_t workers, std::uint32_t restarts)
{
    FlatTree tree;
    tree.workers = workers;
    tree.meanLife = Duration::milliseconds(std::int64_t(100) * workers);
    tree.init = Duration::milliseconds(5);
    tree.horizon = Duration::milliseconds(std::int64_t(100) * restarts + std::int64_t(5) * workers);
    return tree;
}

/// Five siblings that restart together: one restart in 20 events.
inline FlatTree groupOfFive(std::uint32_t restarts)
{
    FlatTree tree;
    tree.workers = 5;
    tree.strategy = Strategy::OneForAll;
    tree.meanLife = Duration::seconds(1);
    tree.init = Duration::milliseconds(5);
    tree.horizon = Duration::milliseconds(std::int64_t(225) * restarts);
    return tree;
}

}  // namespace daruma::bench
