#include "tests/engine/bench.h"

#include <algorithm>
#include <utility>

// How the bench carries out effects, what it says about them, and what it demands of them.

namespace daruma {

namespace {

QByteArray textOf(ExitReason reason)
{
    const std::string_view text = toText(reason.kind);
    const QByteArray result(text.data(), static_cast<qsizetype>(text.size()));
    return reason.text.isValid() ? result + ":text" : result;
}

}

QByteArray Bench::happen(Signal signal)
{
    signal.cause = EventId{m_events++};
    if (signal.kind == SignalKind::Command)
        m_asked[signal.cause.value] = signal.command;
    m_pending.push_back(signal);
    return goOn();
}

QByteArray Bench::goOn()
{
    while (!m_pending.empty()) {
        const Signal signal = m_pending.front();
        m_pending.pop_front();
        if (!m_ended)
            deliver(signal);
    }
    checkRest();
    return std::exchange(m_line, {});
}

void Bench::deliver(const Signal &signal)
{
    m_effects.clear();
    m_effects.nextEvent = m_events;
    m_supervisor.handle(m_now, signal, m_effects);
    std::uint32_t event = m_events;
    m_events = m_effects.nextEvent;
    for (const Effect &effect : m_effects.effects) {
        checkWell(effect, event);
        event += isEvent(effect.kind) ? 1 : 0;
        carryOut(effect);
    }
}

void Bench::carryOut(const Effect &effect)
{
    switch (effect.kind) {
    case EffectKind::Start:
        return start(effect);
    case EffectKind::Stop:
    case EffectKind::Kill:
        return send(effect);
    case EffectKind::DropStart:
        return say("drop the start under way");
    case EffectKind::Reload:
        return say("reload " + text(effect.child));
    case EffectKind::Select:
        return say("select");
    case EffectKind::ArmDeadline:
        expect(!m_armed, "one deadline at a time");
        m_armed = true;
        m_deadline = effect.duration;
        return;
    case EffectKind::DisarmDeadline:
        expect(m_armed, "only an armed deadline is disarmed");
        m_armed = false;
        return;
    case EffectKind::Restart:
        expect(effect.child.incarnation == m_children[effect.child.node.value].attempts,
               "a restart names the attempt that ended");
        m_lastRestart = effect.earlier;
        return say("restart " + text(effect.child) + ' ' + QByteArray::number(effect.count.inWindow) + '/'
                   + QByteArray::number(m_spec->limit.max));
    case EffectKind::Backoff: {
        Child &child = m_children[effect.child.node.value];
        expect(!child.backingOff, "one delay for a child");
        expect(effect.child.incarnation == child.attempts, "a delay is that of the last attempt");
        child.backingOff = true;
        child.delayOver = false;
        child.backoffHint = effect.hint;
        child.backoffOf = effect.child;
        const Duration delay = backoffDelay(m_spec->backoffs.front(), m_lastRestart, 0);
        return say("wait " + QByteArray::number(qlonglong(delay.ns() / 1'000'000)) + "ms");
    }
    case EffectKind::CancelBackoff:
        expect(m_children[effect.child.node.value].backingOff
                   || m_children[effect.child.node.value].delayOver,
               "only a delay that was begun is called off");
        expect(m_children[effect.child.node.value].backoffOf == effect.child, "a delay keeps its name");
        m_children[effect.child.node.value].backingOff = false;
        return say("wait no more for " + text(effect.child));
    case EffectKind::GaveUp:
        return say("give up " + text(effect.child) + ' ' + QByteArray::number(effect.count.inWindow) + '/'
                   + QByteArray::number(m_spec->limit.max));
    case EffectKind::AutoShutdown:
        return say("auto shutdown");
    case EffectKind::Removed:
        return say("remove " + text(effect.child));
    case EffectKind::Unmatched:
        return say("unmatched " + text(effect.child));
    case EffectKind::Reply:
        return answer(effect);
    case EffectKind::Started:
        return say("up");
    case EffectKind::StartFailed:
        m_ended = true;
        return say("start failed " + text(effect.id) + ' ' + textOf(effect.reason));
    case EffectKind::Terminated:
        m_ended = true;
        return say("end " + textOf(effect.reason) + (effect.leavesChildren ? " leaving children" : ""));
    case EffectKind::EndTurn:
        return say("of another shape");
    }
}

void Bench::start(const Effect &effect)
{
    expect(std::none_of(m_children.begin(), m_children.end(),
                        [](const Child &child) {
                            return child.state == State::Starting || child.state == State::Stopping;
                        }),
           "a start waits for nothing");
    const std::uint32_t node = effect.id.text.value;
    expect(node < m_children.size(), "a start is of a known child");
    Child &child = m_children[node];
    const bool instances = m_spec->strategy == Strategy::SimpleOneForOne;
    expect(effect.key == (instances ? m_spec->children.front().key : node), "a start hands back the key");
    expect(child.state == State::Absent, "only what does not run is started");
    expect(!child.backingOff, "nothing is started before its delay is over");
    say("start " + text(effect.id));
    child.state = State::Starting;
    child.hint = effect.hint;
    ++child.attempts;
    Outcome outcome = Outcome::Ok;
    if (!child.outcomes.empty()) {
        outcome = child.outcomes.front();
        child.outcomes.pop_front();
    }
    if (outcome != Outcome::Slow)
        settle(node, outcome);
}

void Bench::settle(std::uint32_t node, Outcome outcome)
{
    Child &child = m_children[node];
    expect(child.state == State::Starting, "only a start that was asked for is settled");
    const bool ok = outcome == Outcome::Ok;
    child.state = ok ? State::Alive : State::Absent;
    if (ok)
        child.incarnation = child.attempts;
    const bool failed = outcome == Outcome::Fails;
    m_pending.push_back({.kind = ok       ? SignalKind::ChildStarted
                                 : failed ? SignalKind::ChildFailed
                                          : SignalKind::ChildIgnored,
                         .reason = {failed ? ReasonKind::Error : ReasonKind::Normal, {}},
                         .child = {NodeId{node}, child.attempts},
                         .hint = child.hint,
                         .cause = EventId{m_events++}});
}

void Bench::send(const Effect &effect)
{
    const bool kill = effect.kind == EffectKind::Kill;
    say((kill ? "kill " : "stop ") + text(effect.child));
    if (effect.child.node.value >= m_children.size())
        return expect(false, "only children are stopped");
    Child &child = m_children[effect.child.node.value];
    expect(child.state >= State::Alive, "only what lives is stopped");
    expect(effect.child.incarnation == child.incarnation, "a signal goes to the process that runs");
    expect(kill || child.state == State::Alive, "a child is asked to stop once");
    if (child.state < State::Alive)
        return;
    child.state = State::Stopping;
    if (kill && !child.immortal)
        die(effect.child.node.value, {ReasonKind::Killed, {}});
    else if (!kill && !child.stubborn)
        die(effect.child.node.value, {ReasonKind::Shutdown, {}});
}

void Bench::die(std::uint32_t node, ExitReason reason)
{
    Child &child = m_children[node];
    child.state = State::Absent;
    m_pending.push_back({.kind = SignalKind::ChildExited,
                         .reason = reason,
                         .child = {NodeId{node}, child.incarnation},
                         .hint = child.hint,
                         .cause = EventId{m_events++}});
}

void Bench::answer(const Effect &effect)
{
    const auto asked = m_asked.find(effect.cause.value);
    if (asked == m_asked.end())
        return expect(false, "a call is answered once");
    expect(asked->second == effect.command, "an answer belongs to its call");
    m_asked.erase(asked);
    say("reply " + replyText(effect));
}

QByteArray Bench::replyText(const Effect &effect) const
{
    switch (effect.reply) {
    case ReplyKind::Ok:
        return "ok";
    case ReplyKind::OkChild:
        return "ok " + text(effect.child) + '#' + QByteArray::number(effect.child.incarnation);
    case ReplyKind::OkUndefined:
        return "ok undefined";
    case ReplyKind::AlreadyStarted:
        return "already_started " + text(effect.child) + '#' + QByteArray::number(effect.child.incarnation);
    case ReplyKind::AlreadyPresent:
        return "already_present";
    case ReplyKind::NotFound:
        return "not_found";
    case ReplyKind::Running:
        return "running";
    case ReplyKind::Restarting:
        return "restarting";
    case ReplyKind::SimpleOneForOne:
        return "simple_one_for_one";
    case ReplyKind::Failed:
        return "failed " + textOf(effect.reason);
    case ReplyKind::OkIfDead:
        return m_children[effect.child.node.value].state == State::Absent ? "ok" : "not_found";
    case ReplyKind::Exited:
        return "exited";
    case ReplyKind::Ignored:
        return "ignore";
    case ReplyKind::MaxChildren:
        return "max_children";
    case ReplyKind::TimedOut:
    case ReplyKind::Roster:
    case ReplyKind::Strategy:
    case ReplyKind::Uptime:
    case ReplyKind::ChildAdded:
    case ReplyKind::ChildControl:
        return "of another shape";
    case ReplyKind::Counts: {
        const ChildCounts &counts = m_effects.counts[effect.key];
        return "specs " + QByteArray::number(counts.specs) + " active " + QByteArray::number(counts.active)
               + " supervisors " + QByteArray::number(counts.supervisors) + " workers "
               + QByteArray::number(counts.workers);
    }
    case ReplyKind::Children:
        break;
    }
    QByteArray rows;
    for (std::uint32_t i = effect.key; i < effect.key + effect.hint; ++i) {
        const ChildRow &row = m_effects.rows[i];
        rows += (rows.isEmpty() ? "" : " ") + text(row.id) + ':';
        if (row.status == ChildStatus::Running)
            rows += QByteArray::number(row.process.incarnation);
        else
            rows += row.status == ChildStatus::Restarting ? "restarting" : "undefined";
        rows += row.type == ChildType::Supervisor ? ":supervisor" : "";
    }
    return '[' + rows + ']';
}

void Bench::checkWell(const Effect &effect, std::uint32_t event)
{
    if (m_ended)
        expect(effect.kind == EffectKind::Reply && effect.reply == ReplyKind::Exited,
               "after the end there are only answers to those who still wait");
    if (!isEvent(effect.kind))
        return;
    expect(effect.cause.isValid() && effect.cause.value < event, "every effect has an earlier cause");
    if (effect.kind == EffectKind::Restart || effect.kind == EffectKind::GaveUp
        || effect.kind == EffectKind::Removed || effect.kind == EffectKind::Unmatched)
        expect(effect.child.isValid() && effect.child.incarnation > 0, "a report names its process");
    if (effect.kind == EffectKind::Terminated && !effect.leavesChildren)
        for (const Child &child : m_children)
            expect(child.state == State::Absent && !child.backingOff, "nobody is left when it ends");
}

void Bench::checkRest()
{
    expect(m_supervisor.isEnded() == m_ended, "it says when it has ended");
    const bool waited = std::any_of(m_children.begin(), m_children.end(),
                                    [](const Child &child) { return child.state == State::Stopping; });
    expect(m_ended || !m_armed || waited, "a deadline is armed only while somebody is waited for");
    const bool starting = std::any_of(m_children.begin(), m_children.end(),
                                      [](const Child &child) { return child.state == State::Starting; });
    expect(m_asked.empty() || (!m_ended && (waited || starting)),
           "who waits for nothing has answered every call");
}

void Bench::say(const QByteArray &text)
{
    m_line += (m_line.isEmpty() ? "" : ", ") + text;
}

void Bench::expect(bool holds, const char *promise)
{
    if (!holds)
        say(QByteArray("BROKEN: ") + promise);
}

QByteArray Bench::text(ProcessId process) const
{
    if (process.node.value < m_children.size())
        return QByteArray::fromStdString(m_children[process.node.value].name);
    return process.isValid() ? "stranger" : "nobody";
}

QByteArray Bench::text(ChildId id) const
{
    return text(ProcessId{NodeId{id.text.value}, 0});
}

}
