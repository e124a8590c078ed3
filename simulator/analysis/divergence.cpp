#include "simulator/analysis/divergence.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>

namespace daruma {

namespace {

/// What happened, told by names.
using Happening = std::tuple<EventKind, std::string, std::uint32_t, std::int64_t, std::uint8_t, ReasonKind,
                             std::string, std::uint8_t, std::uint32_t, std::string>;

Happening happening(const RunView &run, const Event &event)
{
    const auto path = [&run](NodeId node) { return node.isValid() ? run.names.path(node) : std::string(); };
    return {event.kind,
            path(event.node),
            event.incarnation,
            event.value,
            event.hasReason,
            event.reason,
            event.text.isValid() ? std::string(run.names.text(event.text)) : std::string(),
            event.detail,
            event.a,
            path(event.other)};
}

bool counts(const Event &event)
{
    return event.kind != EventKind::Lifecycle && event.kind != EventKind::Violation;
}

/// The moments of a run, one after another.
class Moments {
public:
    Moments(const RunView &run, std::uint64_t from)
        : m_run(run)
        , m_begin(from)
        , m_end(from)
    {
        next();
    }

    bool isOver() const { return m_begin == m_run.events.size(); }
    std::int64_t t() const { return m_run.events[m_begin].t; }

    void next()
    {
        const auto &events = m_run.events;
        m_begin = m_end;
        while (m_begin < events.size() && !counts(events[m_begin]))
            ++m_begin;
        m_end = m_begin;
        while (m_end < events.size() && events[m_end].t == events[m_begin].t)
            ++m_end;
    }

    /// How often each thing happens in this moment.
    std::map<Happening, std::int64_t> happenings() const
    {
        std::map<Happening, std::int64_t> all;
        for (std::uint64_t i = m_begin; i < m_end; ++i) {
            if (counts(m_run.events[i]))
                ++all[happening(m_run, m_run.events[i])];
        }
        return all;
    }

    /// The first event of this moment that is not among `others`, or the first one behind the moment.
    std::uint64_t firstBeside(std::map<Happening, std::int64_t> others) const
    {
        for (std::uint64_t i = m_begin; i < m_end; ++i) {
            if (!counts(m_run.events[i]))
                continue;
            const auto known = others.find(happening(m_run, m_run.events[i]));
            if (known == others.end() || known->second == 0)
                return i;
            --known->second;
        }
        std::uint64_t behind = m_end;
        while (behind < m_run.events.size() && !counts(m_run.events[behind]))
            ++behind;
        return behind;
    }

private:
    const RunView &m_run;
    std::uint64_t m_begin;
    std::uint64_t m_end;
};

std::optional<Divergence> firstDifferentMoment(const RunView &left, const RunView &right, std::uint64_t from)
{
    Moments ours(left, from);
    Moments theirs(right, from);
    for (; !ours.isOver() && !theirs.isOver(); ours.next(), theirs.next()) {
        if (ours.t() != theirs.t())
            return Divergence{std::min(ours.t(), theirs.t()), ours.firstBeside({}), theirs.firstBeside({}),
                              false};
        const auto here = ours.happenings();
        const auto there = theirs.happenings();
        if (here != there)
            return Divergence{ours.t(), ours.firstBeside(there), theirs.firstBeside(here), false};
    }
    if (!ours.isOver())
        return Divergence{ours.t(), ours.firstBeside({}), right.events.size(), false};
    if (!theirs.isOver())
        return Divergence{theirs.t(), left.events.size(), theirs.firstBeside({}), false};
    return std::nullopt;
}

/// Of runs in which the same things happen in every moment.
std::optional<Divergence> firstInOtherOrder(const RunView &left, const RunView &right, std::uint64_t from)
{
    std::uint64_t i = from;
    std::uint64_t k = from;
    for (;; ++i, ++k) {
        while (i < left.events.size() && !counts(left.events[i]))
            ++i;
        while (k < right.events.size() && !counts(right.events[k]))
            ++k;
        if (i == left.events.size() || k == right.events.size())
            return std::nullopt;
        if (happening(left, left.events[i]) != happening(right, right.events[k]))
            return Divergence{left.events[i].t, i, k, true};
    }
}

}

std::optional<Divergence> firstDivergence(const RunView &left, const RunView &right)
{
    const auto difference = firstDifference(left, right);
    if (!difference)
        return std::nullopt;
    std::uint64_t from =
        std::min({*difference, std::uint64_t{left.events.size()}, std::uint64_t{right.events.size()}});
    // Back to the beginning of the moment; up to there they are the same.
    const std::uint64_t at = from;
    const auto tAt = [](const RunView &run, std::uint64_t seq) {
        return seq < run.events.size() ? run.events[seq].t : INT64_MAX;
    };
    const std::int64_t t = std::min(tAt(left, at), tAt(right, at));
    while (from > 0 && left.events[from - 1].t == t)
        --from;
    if (auto different = firstDifferentMoment(left, right, from))
        return different;
    return firstInOtherOrder(left, right, from);
}

}
