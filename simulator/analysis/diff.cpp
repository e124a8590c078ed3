#include "simulator/analysis/diff.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace daruma {

namespace {

/// Compares the names behind numbers; each pair of places is looked up once.
class SameNames {
public:
    SameNames(const RunView &left, const RunView &right)
        : m_left(left)
        , m_right(right)
    {}

    bool nodes(NodeId left, NodeId right)
    {
        if (!left.isValid() || !right.isValid())
            return left.isValid() == right.isValid();
        if (left.value >= m_known.size())
            m_known.resize(left.value + 1);
        NodeId &known = m_known[left.value];
        if (known == right)
            return true;
        if (m_left.names.path(left) != m_right.names.path(right))
            return false;
        known = right;
        return true;
    }

    bool texts(TextId left, TextId right) const
    {
        return left.isValid() == right.isValid() && m_left.names.text(left) == m_right.names.text(right);
    }

    /// Of faults, commands and expectations the index means a name or a place in the file.
    bool subjects(const Event &left, const Event &right) const
    {
        const std::size_t both = std::max(left.a, right.a);
        switch (left.kind) {
        case EventKind::Fault:
            return m_left.model.texts[m_left.model.faults[left.a].name]
                   == m_right.model.texts[m_right.model.faults[right.a].name];
        case EventKind::Violation:
            if (both & violationOfInvariant)
                return left.a == right.a;
            return m_left.model.expectations[left.a].name == m_right.model.expectations[right.a].name;
        default:
            return left.a == right.a;
        }
    }

private:
    const RunView &m_left;
    const RunView &m_right;
    std::vector<NodeId> m_known;
};

bool same(const Event &left, const Event &right, SameNames &names)
{
    const auto plain = [](const Event &event) {
        return std::tie(event.t, event.value, event.incarnation, event.cause, event.kind, event.reason,
                        event.hasReason, event.detail, event.b);
    };
    return plain(left) == plain(right) && names.subjects(left, right) && names.nodes(left.node, right.node)
           && names.nodes(left.other, right.other) && names.texts(left.text, right.text);
}

}

std::optional<std::uint64_t> firstDifference(const RunView &left, const RunView &right)
{
    SameNames names(left, right);
    const std::size_t shorter = std::min(left.events.size(), right.events.size());
    for (std::size_t i = 0; i < shorter; ++i) {
        if (!same(left.events[i], right.events[i], names))
            return i;
    }
    if (left.events.size() == right.events.size())
        return std::nullopt;
    return shorter;
}

bool naturallyLess(std::string_view left, std::string_view right)
{
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    const auto takeNumber = [&isDigit](std::string_view &text) {
        std::size_t end = 0;
        while (end < text.size() && isDigit(text[end]))
            ++end;
        std::string_view number = text.substr(0, end);
        text.remove_prefix(end);
        number.remove_prefix(std::min(number.find_first_not_of('0'), number.size()));
        return number;
    };
    const std::string_view wholeLeft = left;
    const std::string_view wholeRight = right;
    while (!left.empty() && !right.empty()) {
        if (isDigit(left.front()) && isDigit(right.front())) {
            const std::string_view a = takeNumber(left);
            const std::string_view b = takeNumber(right);
            if (a.size() != b.size())
                return a.size() < b.size();
            if (a != b)
                return a < b;
            continue;
        }
        if (left.front() != right.front())
            return left.front() < right.front();
        left.remove_prefix(1);
        right.remove_prefix(1);
    }
    if (left.empty() != right.empty())
        return left.empty();
    return wholeLeft < wholeRight;
}

std::vector<CountDifference> countDifferences(const RunView &left, const RunView &right, std::uint64_t from)
{
    std::map<std::pair<std::string, EventKind>, std::pair<std::uint64_t, std::uint64_t>> counts;
    const auto count = [&counts, from](const RunView &run, bool isLeft) {
        std::map<std::pair<NodeId, EventKind>, std::uint64_t> byNode;
        for (std::size_t i = from; i < run.events.size(); ++i)
            ++byNode[{run.events[i].node, run.events[i].kind}];
        for (const auto &[key, number] : byNode) {
            auto &both =
                counts[{key.first.isValid() ? run.names.path(key.first) : std::string(), key.second}];
            (isLeft ? both.first : both.second) += number;
        }
    };
    count(left, true);
    count(right, false);
    std::vector<CountDifference> differences;
    for (const auto &[key, numbers] : counts) {
        if (numbers.first != numbers.second)
            differences.push_back({key.first, key.second, numbers.first, numbers.second});
    }
    std::stable_sort(
        differences.begin(), differences.end(),
        [](const CountDifference &a, const CountDifference &b) { return naturallyLess(a.path, b.path); });
    return differences;
}

}
