#include "simulator/kernel/tree_state.h"

#include <algorithm>

namespace daruma {

namespace {

constexpr std::uint32_t bit(EventKind kind)
{
    return 1U << static_cast<unsigned>(kind);
}

constexpr std::uint32_t phaseKinds =
    bit(EventKind::Start) | bit(EventKind::Started) | bit(EventKind::InitFailed) | bit(EventKind::Ignored)
    | bit(EventKind::Exit) | bit(EventKind::Stop) | bit(EventKind::Kill) | bit(EventKind::GaveUp)
    | bit(EventKind::AutoShutdown) | bit(EventKind::Lifecycle);

}  // namespace

std::uint32_t kindsOf(StateFunction function)
{
    switch (function) {
    case StateFunction::Up:
    case StateFunction::Down:
    case StateFunction::Starting:
    case StateFunction::Stopping:
    case StateFunction::Running:
    case StateFunction::Uptime:
        return phaseKinds;
    case StateFunction::Restarts:
    case StateFunction::Incarnation:
        return bit(EventKind::Start);
    case StateFunction::GaveUp:
        return bit(EventKind::GaveUp);
    case StateFunction::Lifecycle:
        return bit(EventKind::Lifecycle);
    case StateFunction::ExitReason:
        // Only what ends the latest incarnation counts, so its start matters too.
        return bit(EventKind::Start) | bit(EventKind::Exit) | bit(EventKind::InitFailed);
    case StateFunction::Time:
        return 0;
    }
    DARUMA_UNREACHABLE("every function depends on known kinds of events");
}

// RestartLog
// --------------------------------------------------------------------------------------------------

void RestartLog::clear()
{
    m_entries.clear();
    m_first = 0;
    m_total = 0;
}

void RestartLog::add(Instant now)
{
    count(now);
    if (m_entries.empty() || m_entries.back().at != now)
        m_entries.push_back({now, 0});
    ++m_entries.back().restarts;
    ++m_total;
}

std::int64_t RestartLog::count(Instant now)
{
    while (m_first < m_entries.size() && m_entries[m_first].at + m_length <= now)
        m_total -= m_entries[m_first++].restarts;
    if (m_first == m_entries.size()) {
        m_entries.clear();
        m_first = 0;
    } else if (m_first > 64 && m_first * 2 > m_entries.size()) {
        m_entries.erase(m_entries.begin(), m_entries.begin() + static_cast<std::ptrdiff_t>(m_first));
        m_first = 0;
    }
    return m_total;
}

Instant RestartLog::nextFall() const
{
    return m_first < m_entries.size() ? m_entries[m_first].at + m_length : Instant::never();
}

// TreeState
// ---------------------------------------------------------------------------------------------------

TreeState::TreeState(const Model &model)
    : m_model(&model)
{}

std::uint32_t TreeState::group(const Selector &selector)
{
    const auto known = std::find_if(m_groups.begin(), m_groups.end(), [&](const Group &group) {
        return group.selector->text == selector.text && group.selector->definition == selector.definition;
    });
    if (known != m_groups.end())
        return static_cast<std::uint32_t>(known - m_groups.begin());
    Group &added = m_groups.emplace_back();
    added.selector = &selector;
    return static_cast<std::uint32_t>(m_groups.size() - 1);
}

std::uint32_t TreeState::restartLog(std::uint32_t group, Duration length)
{
    m_logs.emplace_back(length);
    const auto number = static_cast<std::uint32_t>(m_logs.size() - 1);
    m_groups[group].logs.push_back(number);
    return number;
}

void TreeState::watch(std::uint32_t group, std::uint32_t kinds, std::uint32_t watcher)
{
    m_groups[group].kinds |= kinds;
    m_groups[group].watchers.push_back({kinds, watcher});
}

/// Where nobody asks, nothing is kept: trees may be large.
std::size_t TreeState::fixedPlaces() const
{
    return m_groups.empty() ? 0 : m_model->nodes.size();
}

void TreeState::seal()
{
    const std::size_t nodes = fixedPlaces();
    m_kinds.assign(nodes, 0);
    m_groupsOf.assign(nodes, {});
    std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
    for (std::uint32_t i = 0; i < m_groups.size(); ++i)
        for (const NodeId node : m_groups[i].selector->nodes) {
            pairs.emplace_back(node.value, i);
            m_kinds[node.value] |= m_groups[i].kinds;
        }
    m_groupList.clear();
    std::sort(pairs.begin(), pairs.end());
    pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
    for (const auto &[node, group] : pairs) {
        Range &range = m_groupsOf[node];
        if (range.count++ == 0)
            range.first = static_cast<std::uint32_t>(m_groupList.size());
        m_groupList.push_back(group);
    }
    m_fixedList = m_groupList.size();
}

void TreeState::reset()
{
    if (m_isRearranged)
        seal();
    m_isRearranged = false;
    const std::size_t nodes = fixedPlaces();
    m_kinds.resize(nodes);
    m_groupsOf.resize(nodes);
    m_groupList.resize(m_fixedList);
    m_places.assign(nodes, {});
    if (nodes > 0)
        m_places[0].lifecycle = static_cast<std::uint8_t>(LifecycleState::Starting);
    for (RestartLog &log : m_logs)
        log.clear();
    for (Group &group : m_groups) {
        std::vector<NodeId> members = std::move(group.state.members);
        members.assign(group.selector->nodes.begin(), group.selector->nodes.end());
        group.state = PlaceGroup{};
        group.state.members = std::move(members);
        group.state.inPhase[0] = static_cast<std::uint32_t>(group.state.members.size());
    }
}

void TreeState::addPlace(NodeId node, const NodeTable &nodes)
{
    m_places.emplace_back();
    std::uint32_t kinds = 0;
    const auto first = static_cast<std::uint32_t>(m_groupList.size());
    const std::string path = nodes.path(node, m_model->texts);
    for (std::uint32_t i = 0; i < m_groups.size(); ++i) {
        Group &group = m_groups[i];
        if (!group.selector->matches(nodes[node], path))
            continue;
        kinds |= group.kinds;
        group.state.members.push_back(node);
        ++group.state.inPhase[0];
        m_groupList.push_back(i);
    }
    m_kinds.push_back(kinds);
    m_groupsOf.push_back({first, static_cast<std::uint32_t>(m_groupList.size()) - first});
}

void TreeState::redefine(NodeId node, const NodeTable &nodes)
{
    if (m_groups.empty())
        return;
    m_isRearranged = true;
    while (m_places.size() <= node.value)
        addPlace(NodeId{static_cast<std::uint32_t>(m_places.size())}, nodes);
    const std::string path = nodes.path(node, m_model->texts);
    const auto phase = static_cast<std::size_t>(m_places[node.value].phase);
    const auto first = static_cast<std::uint32_t>(m_groupList.size());
    m_kinds[node.value] = 0;
    for (std::uint32_t i = 0; i < m_groups.size(); ++i) {
        PlaceGroup &state = m_groups[i].state;
        const auto member = std::find(state.members.begin(), state.members.end(), node);
        const bool isMeant = m_groups[i].selector->matches(nodes[node], path);
        if (isMeant && member == state.members.end()) {
            state.members.push_back(node);
            ++state.inPhase[phase];
        } else if (!isMeant && member != state.members.end()) {
            state.members.erase(member);
            --state.inPhase[phase];
        }
        if (!isMeant)
            continue;
        m_kinds[node.value] |= m_groups[i].kinds;
        m_groupList.push_back(i);
    }
    m_groupsOf[node.value] = {first, static_cast<std::uint32_t>(m_groupList.size()) - first};
}

void TreeState::apply(const Event &event, const NodeTable &nodes, std::vector<std::uint32_t> &watchers)
{
    while (m_places.size() <= event.node.value)
        addPlace(NodeId{static_cast<std::uint32_t>(m_places.size())}, nodes);
    if (!concerns(event))
        return;
    PlaceState &place = m_places[event.node.value];
    const PlaceState before = place;
    change(event, place, nodes);
    const Range range = m_groupsOf[event.node.value];
    for (std::uint32_t i = range.first; i < range.first + range.count; ++i) {
        Group &group = m_groups[m_groupList[i]];
        count(event, before, place, group);
        for (const Watcher &watcher : group.watchers)
            if ((watcher.kinds >> static_cast<unsigned>(event.kind)) & 1U)
                watchers.push_back(watcher.number);
    }
}

void TreeState::change(const Event &event, PlaceState &place, const NodeTable &nodes)
{
    const bool isLatest = event.incarnation == place.incarnation;
    const bool lives = place.phase == Phase::Up || place.phase == Phase::Starting;
    switch (event.kind) {
    case EventKind::Start:
        place.incarnation = event.incarnation;
        place.phase = Phase::Starting;
        break;
    case EventKind::Started:
        if (isLatest && place.phase == Phase::Starting)
            place.phase = Phase::Up;
        break;
    case EventKind::Exit:
    case EventKind::InitFailed:
        if (isLatest) {
            place.phase = Phase::Down;
            place.hasReason = true;
            place.reason = event.reason;
            place.reasonText = event.text;
        }
        break;
    case EventKind::Ignored:
        if (isLatest)
            place.phase = Phase::Down;
        break;
    case EventKind::GaveUp:
        place.gaveUp = true;
        // A guard that denies one restart ends nothing.
        if (event.detail != 0
            || m_model->supervisor(nodes[event.node]).flags.rules.afterGiveUp == AfterGiveUp::LivesOn)
            break;
        [[fallthrough]];
    case EventKind::Stop:
    case EventKind::Kill:
    case EventKind::AutoShutdown:
        if (isLatest && lives)
            place.phase = Phase::Stopping;
        break;
    case EventKind::Lifecycle:
        place.lifecycle = event.detail;
        if (lives && event.detail == static_cast<std::uint8_t>(LifecycleState::ShuttingDown))
            place.phase = Phase::Stopping;
        break;
    default:
        break;
    }
}

void TreeState::count(const Event &event, const PlaceState &before, const PlaceState &after, Group &group)
{
    PlaceGroup &state = group.state;
    --state.inPhase[static_cast<std::size_t>(before.phase)];
    ++state.inPhase[static_cast<std::size_t>(after.phase)];
    if (after.gaveUp && !before.gaveUp)
        ++state.gaveUp;
    const Instant now = Instant::fromNs(event.t);
    if (after.phase == Phase::Up && before.phase != Phase::Up)
        state.lastStarted = now;
    if (event.kind != EventKind::Start)
        return;
    ++state.incarnations;
    if (event.incarnation <= 1)
        return;
    ++state.restarts;
    for (const std::uint32_t log : group.logs)
        m_logs[log].add(now);
}

}  // namespace daruma
