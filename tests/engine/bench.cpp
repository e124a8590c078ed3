#include "tests/engine/bench.h"

#include <cstdlib>
#include <sstream>
#include <utility>

namespace daruma {

namespace {

constexpr std::uint32_t strangerNode = 1'000'000;

Strategy strategyOf(std::string_view text)
{
    for (const Strategy strategy :
         {Strategy::OneForOne, Strategy::OneForAll, Strategy::RestForOne, Strategy::SimpleOneForOne})
        if (toText(strategy) == text)
            return strategy;
    DARUMA_UNREACHABLE("a test names a strategy that does not exist");
}

ExitReason reasonOf(std::string_view text)
{
    for (const ReasonKind kind :
         {ReasonKind::Normal, ReasonKind::Shutdown, ReasonKind::Panic, ReasonKind::Killed, ReasonKind::Error,
          ReasonKind::Timeout, ReasonKind::Noproc}) {
        if (toText(kind) == text)
            return {kind, {}};
        if (text.starts_with(toText(kind)) && text[toText(kind).size()] == ':')
            return {kind, TextId{7}};
    }
    DARUMA_UNREACHABLE("a test names a reason that does not exist");
}

CommandKind commandOf(std::string_view text)
{
    static const std::map<std::string_view, CommandKind> commands = {
        {"start_child", CommandKind::StartChild},       {"terminate_child", CommandKind::TerminateChild},
        {"restart_child", CommandKind::RestartChild},   {"delete_child", CommandKind::DeleteChild},
        {"which_children", CommandKind::WhichChildren}, {"count_children", CommandKind::CountChildren}};
    return commands.at(text);
}

}

Duration durationOf(std::string_view text)
{
    char *unit = nullptr;
    const std::string copy(text);
    const std::int64_t number = std::strtoll(copy.c_str(), &unit, 10);
    const std::string_view name(unit);
    if (name == "ms")
        return Duration::milliseconds(number);
    DARUMA_ASSERT(name == "s" || name == "h", "a test gives a duration in ms, s or h");
    return Duration::seconds(name == "h" ? number * 3600 : number);
}

Bench::Bench(std::string_view strategy, const std::vector<std::string> &children)
{
    m_spec->strategy = strategyOf(strategy);
    m_spec->limit = {100, Duration::seconds(5)};
    m_spec->backoffs.push_back({.first = Duration::seconds(1)});
    for (const std::string &child : children)
        m_spec->children.push_back(specOf(child));
}

Bench &Bench::limit(std::uint32_t max, std::string_view within)
{
    m_spec->limit = {max, durationOf(within)};
    return *this;
}

Bench &Bench::autoShutdown(AutoShutdown when)
{
    m_spec->autoShutdown = when;
    return *this;
}

Bench &Bench::clockPhase(std::string_view phase)
{
    m_clockPhase = durationOf(phase);
    return *this;
}

Bench &Bench::backoff(const BackoffSpec &spec)
{
    m_spec->backoffs.front() = spec;
    return *this;
}

Bench &Bench::rules(const Rules &rules)
{
    m_spec->rules = rules;
    return *this;
}

Bench &Bench::reuse(const Supervisor &machine)
{
    m_supervisor = machine;
    return *this;
}

ChildSpec Bench::specOf(std::string_view text)
{
    std::istringstream words{std::string(text)};
    std::string word;
    words >> word;
    ChildSpec spec;
    spec.key = number(word);
    spec.id.text = TextId{spec.key};
    while (words >> word) {
        if (word == "permanent")
            spec.restart = RestartType::Permanent;
        else if (word == "transient")
            spec.restart = RestartType::Transient;
        else if (word == "temporary")
            spec.restart = RestartType::Temporary;
        else if (word == "significant")
            spec.significant = true;
        else if (word == "supervisor")
            spec.type = ChildType::Supervisor;
        else if (word == "backoff")
            spec.backoff = 0;
        else if (word == "brutal_kill")
            spec.shutdown = ShutdownPolicy::brutalKill();
        else if (word == "infinity")
            spec.shutdown = ShutdownPolicy::infinity();
        else if (word.starts_with("grace="))
            spec.shutdown = ShutdownPolicy::after(durationOf(std::string_view(word).substr(6)));
        else
            DARUMA_UNREACHABLE("a test describes a child with an unknown word");
    }
    return spec;
}

std::uint32_t Bench::number(std::string_view name)
{
    for (std::uint32_t i = 0; i < m_children.size(); ++i)
        if (m_children[i].name == name)
            return i;
    m_children.emplace_back();
    m_children.back().name = name;
    return static_cast<std::uint32_t>(m_children.size() - 1);
}

const Bench::Child *Bench::find(std::string_view name) const
{
    for (const Child &child : m_children)
        if (child.name == name)
            return &child;
    return nullptr;
}

void Bench::fails(std::string_view name, int times)
{
    std::deque<Outcome> &outcomes = m_children[number(name)].outcomes;
    outcomes.insert(outcomes.end(), static_cast<std::size_t>(times), Outcome::Fails);
}

void Bench::ignores(std::string_view name)
{
    m_children[number(name)].outcomes.push_back(Outcome::Ignores);
}

void Bench::slow(std::string_view name)
{
    m_children[number(name)].outcomes.push_back(Outcome::Slow);
}

void Bench::stubborn(std::string_view name, bool is)
{
    m_children[number(name)].stubborn = is;
}

void Bench::immortal(std::string_view name)
{
    stubborn(name);
    m_children[number(name)].immortal = true;
}

Bench &Bench::at(std::string_view time)
{
    const Instant then = Instant::start() + durationOf(time);
    DARUMA_ASSERT(then >= m_now, "time in a test goes forward");
    m_now = then;
    return *this;
}

QByteArray Bench::boot()
{
    m_supervisor.reset(*m_spec, m_clockPhase);
    return happen({.kind = SignalKind::Boot});
}

QByteArray Bench::bootAgain()
{
    DARUMA_ASSERT(m_ended, "a test boots again what has not ended");
    m_ended = false;
    return boot();
}

QByteArray Bench::exits(std::string_view name, std::string_view reason)
{
    const std::uint32_t child = number(name);
    expect(m_children[child].state >= State::Alive, "only what lives can end");
    die(child, reasonOf(reason));
    return goOn();
}

QByteArray Bench::strangerExits()
{
    return happen({.kind = SignalKind::ChildExited,
                   .reason = {ReasonKind::Panic, {}},
                   .child = {NodeId{strangerNode}, 1}});
}

QByteArray Bench::startDone(std::string_view name)
{
    settle(number(name), Outcome::Ok);
    return goOn();
}

QByteArray Bench::startFailed(std::string_view name)
{
    settle(number(name), Outcome::Fails);
    return goOn();
}

QByteArray Bench::startIgnored(std::string_view name)
{
    settle(number(name), Outcome::Ignores);
    return goOn();
}

QByteArray Bench::deadline()
{
    DARUMA_ASSERT(m_armed, "a test lets a deadline pass that is not armed");
    m_armed = false;
    m_now = m_now + m_deadline;
    return happen({.kind = SignalKind::DeadlinePassed});
}

QByteArray Bench::backoffOver(std::string_view name)
{
    DARUMA_ASSERT(isBackingOff(name), "a test ends a delay that is not on");
    return lateBackoffOver(name);
}

QByteArray Bench::lateBackoffOver(std::string_view name)
{
    Child &child = m_children[number(name)];
    child.backingOff = false;
    child.delayOver = true;
    return happen({.kind = SignalKind::BackoffOver, .child = child.backoffOf, .hint = child.backoffHint});
}

QByteArray Bench::stop(std::string_view reason)
{
    return happen({.kind = SignalKind::StopAsked, .reason = reasonOf(reason)});
}

QByteArray Bench::killed()
{
    m_effects.clear();
    m_ended = true;
    m_supervisor.abandon(m_effects);
    for (const Effect &effect : m_effects.effects)
        carryOut(effect);
    expect(m_asked.empty(), "every call is answered");
    expect(m_supervisor.isEnded(), "the killed have ended");
    return std::exchange(m_line, {});
}

QByteArray Bench::ask(std::string_view command, std::string_view child)
{
    Signal signal{.kind = SignalKind::Command, .command = commandOf(command)};
    const bool instances = m_spec->strategy == Strategy::SimpleOneForOne;
    if (signal.command == CommandKind::StartChild && !instances) {
        m_addedSpecs->push_back(specOf(child));
        signal.spec = &m_addedSpecs->back();
        signal.id = signal.spec->id;
    } else if (!child.empty()) {
        const std::uint32_t node = number(child);
        signal.id.text = TextId{node};
        signal.spec = instances ? &m_spec->children.front() : nullptr;
        if (m_children[node].incarnation > 0)
            signal.child = {NodeId{node}, m_children[node].incarnation};
        signal.hint = m_children[node].hint;
    }
    return happen(signal);
}

QByteArray Bench::armed() const
{
    return m_armed ? QByteArray::number(qlonglong(m_deadline.ns() / 1'000'000)) + "ms" : "never";
}

bool Bench::isAlive(std::string_view name) const
{
    const Child *child = find(name);
    return child && child->state >= State::Alive;
}

bool Bench::isStarting(std::string_view name) const
{
    const Child *child = find(name);
    return child && child->state == State::Starting;
}

bool Bench::isStopping(std::string_view name) const
{
    const Child *child = find(name);
    return child && child->state == State::Stopping;
}

bool Bench::isBackingOff(std::string_view name) const
{
    const Child *child = find(name);
    return child && child->backingOff;
}

std::vector<std::string> Bench::names() const
{
    std::vector<std::string> names;
    for (const Child &child : m_children)
        names.push_back(child.name);
    return names;
}

}
