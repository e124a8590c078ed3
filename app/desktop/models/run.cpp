#include "app/desktop/models/run.h"

#include "engine/policy/counts_until.h"
#include "simulator/analysis/diff.h"
#include "simulator/analysis/explain.h"
#include "simulator/scenario/dialect.h"
#include "simulator/scenario/document.h"
#include "simulator/store/compressed_events.h"
#include "simulator/store/database.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace daruma {

namespace {

/// Up to this many events (800 MB) a run is at hand as it is; what is longer is read from its compressed
/// form, which costs more at each step but fits.
constexpr std::size_t mostPlainEvents = std::size_t{1} << 24;

/// Ends a run where nobody wants it any more, as one that has reached its limit of events.
class Canceller final : public EventSink {
public:
    Canceller(Limits &limits, const std::atomic<bool> &isUnwanted)
        : m_limits(limits)
        , m_isUnwanted(isUnwanted)
    {}

    void consume(std::span<const Event>, const Names &) override
    {
        if (m_isUnwanted)
            m_limits.eventsPerRun = 1;
    }

private:
    Limits &m_limits;
    const std::atomic<bool> &m_isUnwanted;
};

}

bool RunSource::isSameAs(const RunSource &other) const
{
    const auto isSame = [](const Override &a, const Override &b) {
        return a.key == b.key && a.value == b.value;
    };
    return file == other.file && text == other.text && dialect == other.dialect && seed == other.seed
           && dialectFiles == other.dialectFiles
           && std::equal(overrides.begin(), overrides.end(), other.overrides.begin(), other.overrides.end(),
                         isSame);
}

tl::expected<RunPtr, std::vector<Problem>> Run::make(RunSource source)
{
    const std::atomic<bool> isUnwanted{false};
    return make(std::move(source), isUnwanted);
}

tl::expected<RunPtr, std::vector<Problem>> Run::make(RunSource source, const std::atomic<bool> &isUnwanted)
{
    ReadOptions options;
    options.limits = source.limits;
    options.dialectFiles = source.dialectFiles;
    auto scenario = readScenario(source.text, source.file, source.overrides, source.dialect, options);
    if (!scenario)
        return tl::unexpected(std::move(scenario.error()));
    std::shared_ptr<Run> run(new Run);
    run->m_source = std::move(source);
    run->m_scenario = std::move(*scenario);
    run->m_textDocument = scenarioDocument(run->m_source.text).value_or(TomlValue());
    run->m_document = scenarioDocument(run->m_source.text, run->m_source.overrides, run->m_source.dialect)
                          .value_or(TomlValue());
    run->m_dialects = std::make_shared<Dialects>(std::string(), run->m_scenario.dialectFiles);
    Model &model = run->m_scenario.model;
    Canceller canceller(model.limits, isUnwanted);
    run->m_recording = record(model, run->m_source.seed.value_or(model.seed),
                              EventLog(std::make_unique<CompressedEvents>(), mostPlainEvents), &canceller);
    if (isUnwanted)
        return RunPtr();
    run->index();
    run->compareWithRecorded();
    return run;
}

Run::Run() = default;
Run::~Run() = default;

bool Run::isPlain() const
{
    return eventCount() < mostPlainEvents;
}

void Run::index()
{
    m_children.resize(m_recording.nodes.size());
    m_decisions.resize(m_recording.nodes.size());
    for (std::uint32_t i = 1; i < m_children.size(); ++i)
        m_children[m_recording.nodes[NodeId{i}].parent.value].push_back(NodeId{i});
    std::uint32_t number = 0;
    for (const Event &event : std::as_const(m_recording.events)) {
        const EventId id{number++};
        const auto mark = m_firstTrouble.isNever() ? markOf(event) : std::nullopt;
        if (mark == MarkKind::Fault || mark == MarkKind::Crash)
            m_firstTrouble = Instant::fromNs(event.t);
        if (event.kind == EventKind::Restart && event.other.isValid())
            m_decisions[event.other.value].push_back(id);
        else if (event.kind == EventKind::GaveUp)
            m_decisions[event.node.value].push_back(id);
    }
    std::vector<bool> hangs;
    for (const Fault &fault : model().faults)
        hangs.push_back(fault.kind == FaultKind::Hang);
    m_lanes = std::make_unique<LaneIndex>(m_recording, hangs);
    m_effects = EffectIndex(m_recording);
    m_explainer = std::make_unique<Explainer>(model(), m_recording);
}

/// Says in what the run differs from the one that was recorded, and from which event on.
void Run::compareWithRecorded()
{
    const std::string now = toText(result().fingerprint);
    const bool hasSameRules = m_source.recordedRules.value_or(rulesVersion) == rulesVersion;
    const bool isSame = now.starts_with(m_source.recordedFingerprint);
    if (!hasSameRules)
        m_divergence = fmt::format("This run was recorded under version {} of the rules; these are {}.",
                                   *m_source.recordedRules, rulesVersion);
    if (!isSame)
        m_divergence += fmt::format("{}This run is not the one that was recorded: its fingerprint is {}, "
                                    "not {}.",
                                    m_divergence.empty() ? "" : " ", now.substr(0, 16),
                                    m_source.recordedFingerprint.substr(0, 16));
    if (!isSame)
        m_divergence += fmt::format(" {}", firstDifferenceText());
}

/// From which event on it is another run; sets which one that is.
std::string Run::firstDifferenceText()
{
    const auto unknown = [](std::string_view why) {
        return fmt::format("From which event on is not known: {}", why);
    };
    if (m_source.recordedIn.empty())
        return unknown("the events of that run were not recorded.");
    auto database = Database::open(m_source.recordedIn);
    if (!database)
        return unknown(database.error().text());
    const auto recorded = database->events(m_source.recordedId);
    if (!recorded)
        return unknown(recorded.error().text());
    std::vector<Event> events;
    events.reserve(m_recording.events.size());
    for (const Event &event : m_recording.events)
        events.push_back(event);
    const auto first =
        firstDifference({model(), recorded->events, *recorded}, {model(), events, m_recording});
    if (!first)
        return "Event by event it is the same, though.";
    if (*first >= events.size())
        return fmt::format("With event {} this run ends, and the recorded one went on.", *first - 1);
    m_firstDivergent = EventId{static_cast<std::uint32_t>(*first)};
    return fmt::format("The first event that differs is event {}.", *first);
}

NodeId Run::find(const std::string &path) const
{
    for (std::uint32_t i = 0; i < nodeCount(); ++i)
        if (this->path(NodeId{i}) == path)
            return NodeId{i};
    return {};
}

std::string_view Run::table(NodeId node) const
{
    const Node &place = m_recording.nodes[node];
    return model().texts[place.isSupervisor ? model().supervisor(place).table : model().worker(place).table];
}

const Dialect *Run::dialectOf(NodeId supervisor) const
{
    std::string name = model().dialect;
    const TomlEntry *tables = m_document.find("supervisor");
    for (NodeId node = supervisor; node.isValid() && tables; node = parent(node)) {
        const TomlEntry *entry = tables->value.find(table(node));
        if (const TomlEntry *own = entry ? entry->value.find("dialect") : nullptr) {
            name = own->value.text;
            break;
        }
    }
    std::vector<Problem> problems;
    return m_dialects->find(name, problems);
}

std::optional<BudgetGauge> Run::budget(NodeId supervisor, EventId cursor, std::int64_t now) const
{
    const std::vector<EventId> &all = decisions(supervisor);
    const auto behind = std::upper_bound(all.begin(), all.end(), cursor);
    const SupervisorSpec &spec = model().supervisor(m_recording.nodes[supervisor]).flags;
    BudgetGauge gauge;
    gauge.allowed = spec.limit.max;
    gauge.within = spec.limit.within;
    const Stretch *life = lanes()[supervisor].after(cursor);
    if (behind == all.begin() || !life)
        return gauge;
    const EventId latest = *(behind - 1);
    const Event decision = event(latest);
    gauge.allowed = decision.b;
    gauge.hasGivenUp = decision.kind == EventKind::GaveUp && decision.detail == 0;
    // What an earlier incarnation used up is nothing to this one.
    const bool isOfThisLife = decision.kind == EventKind::GaveUp ? decision.incarnation == life->incarnation
                                                                 : latest > lanes()[supervisor].birth(*life);
    if (!isOfThisLife) {
        gauge.hasGivenUp = false;
        return gauge;
    }
    if (const auto window = windowAt(model(), m_recording, decision))
        gauge.within = *window;
    gauge.used = decision.a;
    if (gauge.within.isNever() || gauge.within.isZero() || spec.limit.kind == WindowKind::Decaying)
        return gauge;
    RestartLimitSpec limit = spec.limit;
    limit.within = gauge.within;
    // Those that still count are the latest ones: their times never go back.
    const auto first = behind - std::min<std::ptrdiff_t>(decision.a, behind - all.begin());
    const auto until = [&](EventId counted) {
        const EventId opening = limit.kind == WindowKind::Fixed ? *first : counted;
        return countsUntil(Instant::fromNs(event(opening).t), model().clockPhase, limit);
    };
    const auto oldest = std::partition_point(
        first, behind, [&](EventId counted) { return until(counted) <= Instant::fromNs(now); });
    gauge.used -= static_cast<std::uint32_t>(oldest - first);
    if (oldest != behind)
        gauge.freeAt = until(*oldest);
    return gauge;
}

EventId Run::nextOf(EventId from, bool forward, std::initializer_list<EventKind> kinds) const
{
    const auto matches = [&](std::uint32_t i) {
        const EventKind kind = event(EventId{i}).kind;
        return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
    };
    if (forward) {
        for (std::uint32_t i = from.value + 1; i < eventCount(); ++i)
            if (matches(i))
                return EventId{i};
    } else {
        for (std::uint32_t i = from.value; i-- > 0;)
            if (matches(i))
                return EventId{i};
    }
    return {};
}

}
