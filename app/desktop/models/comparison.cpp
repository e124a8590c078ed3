#include "app/desktop/models/comparison.h"

#include "simulator/analysis/divergence.h"
#include "simulator/analysis/wording.h"

#include <QCoreApplication>
#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace daruma {

namespace {

/// The events of a run as one span. Those of a long one are compressed, and reading them leaves traces in
/// the log, which the windows read too: it is made once more.
class PlainEvents {
public:
    explicit PlainEvents(const Run &run)
    {
        if (run.isPlain())
            m_events = run.recording().events;
        else
            m_copy = std::make_unique<Recording>(record(run.model(), run.seed()));
        if (m_copy)
            m_events = m_copy->events;
    }
    std::span<const Event> span() const { return m_events; }

private:
    std::unique_ptr<Recording> m_copy;
    std::span<const Event> m_events;
};

/// What happens there, with the budget: it may be all that differs.
std::string clauseOf(const Run &run, std::span<const Event> events, std::uint64_t number)
{
    if (number >= events.size())
        return "nothing: the run was over";
    const Event &event = events[number];
    std::string clause = Wording(run.model(), run.recording()).clause(event);
    if (event.kind == EventKind::Restart || event.kind == EventKind::GaveUp)
        clause += event.b == RestartLimitSpec::unlimited ? fmt::format(" ({})", event.a)
                                                         : fmt::format(" ({} of {})", event.a, event.b);
    return clause;
}

class RunNames {
    Q_DECLARE_TR_FUNCTIONS(RunNames)
};

/// A run of a database has a number, and a run that was changed since is that run no more.
void addNames(Comparison &comparison)
{
    const std::int64_t before = comparison.before->source().recordedId;
    const std::int64_t now = comparison.now->source().recordedId;
    const auto name = [](std::int64_t number, const QString &otherwise) {
        return (number > 0 ? RunNames::tr("run %1").arg(number) : otherwise).toStdString();
    };
    comparison.beforeName = name(before, RunNames::tr("before"));
    comparison.nowName = name(now == before ? 0 : now, RunNames::tr("now"));
}

std::string sentenceOf(const Comparison &comparison, const RunView &left, const RunView &right)
{
    const auto pair = [&](std::uint64_t before, std::uint64_t now) {
        return fmt::format("{}: {}; {}: {}", comparison.beforeName,
                           clauseOf(*comparison.before, left.events, before), comparison.nowName,
                           clauseOf(*comparison.now, right.events, now));
    };
    std::string sentence =
        fmt::format("The first difference is event {}, at {} – {}.", grouped(*comparison.first),
                    momentText(comparison.partsAt), pair(*comparison.first, *comparison.first));
    if (const auto divergence = firstDivergence(left, right))
        sentence += fmt::format(" They begin to do different things at {} – {}.", momentText(divergence->t),
                                pair(divergence->left, divergence->right));
    else
        sentence += " What they do is the same.";
    return sentence;
}

/// Depth first, with the places that only the other run has.
class PlacesWalk {
public:
    PlacesWalk(const Run &before, const Run &now)
        : m_before(before)
        , m_now(now)
    {}

    std::vector<PlacePair> walk()
    {
        visit(NodeId{0}, NodeId{0}, 0);
        return std::move(m_pairs);
    }

private:
    void visit(NodeId before, NodeId now, int depth)
    {
        m_pairs.push_back({now.isValid() ? m_now.path(now) : m_before.path(before), depth, before, now});
        std::map<std::string, NodeId> earlier;
        std::vector<std::string> order;
        if (before.isValid())
            for (const NodeId child : m_before.children(before)) {
                order.push_back(m_before.name(child));
                earlier.emplace(order.back(), child);
            }
        if (now.isValid())
            for (const NodeId child : m_now.children(now)) {
                const auto known = earlier.find(m_now.name(child));
                visit(known == earlier.end() ? NodeId() : known->second, child, depth + 1);
                if (known != earlier.end())
                    earlier.erase(known);
            }
        for (const std::string &name : order)
            if (const auto left = earlier.find(name); left != earlier.end()) {
                visit(left->second, NodeId(), depth + 1);
                earlier.erase(left);
            }
    }

    const Run &m_before;
    const Run &m_now;
    std::vector<PlacePair> m_pairs;
};

}

std::shared_ptr<const Comparison> Comparison::make(RunPtr before, RunPtr now)
{
    auto comparison = std::make_shared<Comparison>();
    comparison->before = std::move(before);
    comparison->now = std::move(now);
    addNames(*comparison);
    comparison->places = placesOf(*comparison->before, *comparison->now);
    const PlainEvents left(*comparison->before);
    const PlainEvents right(*comparison->now);
    const RunView leftView{comparison->before->model(), left.span(), comparison->before->recording()};
    const RunView rightView{comparison->now->model(), right.span(), comparison->now->recording()};
    comparison->first = firstDifference(leftView, rightView);
    if (const auto first = comparison->first) {
        const bool hasLeft = *first < left.span().size();
        const bool hasRight = *first < right.span().size();
        comparison->partsAt = std::min(hasLeft ? left.span()[*first].t : right.span()[*first].t,
                                       hasRight ? right.span()[*first].t : left.span()[*first].t);
        if (const auto divergence = firstDivergence(leftView, rightView))
            comparison->divergesAt = divergence->t;
        comparison->sentence = sentenceOf(*comparison, leftView, rightView);
        comparison->counts = countDifferences(leftView, rightView, *first);
    } else {
        comparison->sentence = "Event by event, both runs are the same.";
    }
    return comparison;
}

std::vector<PlacePair> placesOf(const Run &before, const Run &now)
{
    return PlacesWalk(before, now).walk();
}

}
