#include "engine/system_supervisor.h"

namespace daruma {

namespace {

/// Of retries where they wait (FailedRestart::AfterASecond).
constexpr Duration pace = Duration::seconds(1);

SystemSupervisor::Outcome outcomeOf(ExitReason reason)
{
    if (isNormal(reason))
        return SystemSupervisor::Outcome::Normal;
    return reason.kind == ReasonKind::Killed ? SystemSupervisor::Outcome::Aborted
                                             : SystemSupervisor::Outcome::Panicked;
}

}  // namespace

void SystemSupervisor::reset(const SupervisorSpec &spec, Duration clockPhase, std::uint64_t chance)
{
    renew(spec, clockPhase);
    m_records.assign(spec.children.size(), Record{});
    m_coin = Coin(chance);
    m_job = Job::Idle;
    m_booting = m_isStopAsked = m_isDelayed = m_isPaced = false;
    m_trigger = none;
    m_payload = PanicPayload::None;
}

bool SystemSupervisor::answersWait(const Signal &signal) const
{
    switch (signal.kind) {
    case SignalKind::ChildStarted:
    case SignalKind::ChildFailed:
    case SignalKind::ChildIgnored:
        return m_wait == Wait::StartResult;
    case SignalKind::ChildExited:
        return m_wait == Wait::Exit && signal.child == m_records[m_cursor].process;
    case SignalKind::StopAsked:
    case SignalKind::BackoffOver:
    case SignalKind::DeadlinePassed:
        return true;
    default:
        return false;
    }
}

/// What its loop takes up.
void SystemSupervisor::begin(Instant now, const Signal &signal, EffectList &effects)
{
    switch (signal.kind) {
    case SignalKind::Boot:
        m_booting = true;
        m_cause = signal.cause;
        return startup(now, effects);
    case SignalKind::ChildExited:
        return childExited(now, signal, effects);
    case SignalKind::StopAsked:
        return stopAsked(now, signal, effects);
    default:
        return loop(now, effects);
    }
}

/// What may happen while it waits.
void SystemSupervisor::resume(Instant now, const Signal &signal, EffectList &effects)
{
    switch (signal.kind) {
    case SignalKind::StopAsked:
        return stopAsked(now, signal, effects);
    case SignalKind::BackoffOver:
        return delayOver(now, effects);
    case SignalKind::DeadlinePassed:
        m_deadlineArmed = false;
        if (m_wait == Wait::Exit)
            effects.append(
                {.kind = EffectKind::Kill, .child = m_records[m_cursor].process, .cause = m_stopEvent});
        else if (m_wait == Wait::Delay)
            startup(now, effects);
        else if (m_job == Job::Starting)
            interrupt(effects);
        return;
    case SignalKind::ChildExited:
        disarmDeadline(effects);
        m_records[m_cursor].status = ChildStatus::Undefined;
        return teardownNext(now, effects);
    default:
        return startSettled(now, signal, effects);
    }
}

// The loop

/// Nothing is being done. Where a stop and the end of a child both wait, either may be taken.
void SystemSupervisor::loop(Instant now, EffectList &effects)
{
    m_job = Job::Idle;
    m_wait = Wait::Nothing;
    if (!m_isStopAsked)
        return;
    if (!m_mailbox.isEmpty() && !stopWins())
        return begin(now, m_mailbox.pop(), effects);
    disarmDeadline(effects);
    if (m_isDelayed)
        effects.append({.kind = EffectKind::CancelBackoff, .child = m_triggered});
    m_cause = m_stopCause;
    m_reason = {ReasonKind::Normal, {}};
    teardown(Job::Ending, now, effects);
}

void SystemSupervisor::stopAsked(Instant now, const Signal &signal, EffectList &effects)
{
    if (m_isStopAsked)
        return;
    m_isStopAsked = true;
    m_stopCause = signal.cause;
    if (m_wait == Wait::Nothing || m_wait == Wait::Delay)
        return loop(now, effects);
    if (m_job != Job::Starting)
        return;
    if (stopWins())
        return interrupt(effects);
    // The start is looked at first, and goes on as long as it needs no time.
    armDeadline(ShutdownPolicy::after(Duration::zero()), effects);
}

void SystemSupervisor::childExited(Instant now, const Signal &signal, EffectList &effects)
{
    const std::size_t child = find(signal.child);
    if (child == none || m_records[child].status != ChildStatus::Running) {
        effects.append({.kind = EffectKind::Unmatched,
                        .child = signal.child,
                        .reason = signal.reason,
                        .cause = signal.cause});
        return loop(now, effects);
    }
    Record &record = m_records[child];
    record.status = ChildStatus::Undefined;
    record.lastOutcome = outcomeOf(signal.reason);
    const ChildSpec &spec = m_spec->children[child];
    if (!callsForRestart(m_spec->rules.restartPolicy, spec.restart, signal.reason))
        return loop(now, effects);
    m_trigger = child;
    m_triggered = signal.child;
    m_trouble = {StartFailure::None, signal.reason, signal.child, spec.id, signal.cause};
    tryRestart(now, effects);
}

// Restarts

void SystemSupervisor::tryRestart(Instant now, EffectList &effects)
{
    const RestartCount count = countRestart(now);
    if (!count.allowed)
        return giveUp(count, effects);
    Effect &restart = effects.add(EffectKind::Restart, m_trouble.cause);
    restart.child = m_triggered;
    restart.reason = m_trouble.reason;
    restart.count = count;
    restart.backoff = m_spec->children[m_trigger].backoff;
    restart.earlier = m_records[m_trigger].backoffs;
    m_cause = effects.lastEvent();
    m_isPaced = restart.backoff == ChildSpec::noBackoff && m_trouble.startFailure != StartFailure::None
                && m_spec->rules.failedRestart == FailedRestart::AfterASecond;
    if (m_isPaced)
        restart.duration = pace;
    m_isDelayed = delayRestart(now, effects);
    teardown(Job::Restarting, now, effects);
}

/// An addition: the original has no delay. It runs while the system is torn down.
bool SystemSupervisor::delayRestart(Instant now, EffectList &effects)
{
    const std::uint8_t backoff = m_spec->children[m_trigger].backoff;
    if (backoff == ChildSpec::noBackoff)
        return false;
    Record &record = m_records[m_trigger];
    const bool isFirstTry = m_trouble.startFailure == StartFailure::None;
    if (isFirstTry && now - record.startedAt >= m_spec->backoffs[backoff].resetAfter)
        record.backoffs = 0;
    effects.effects.back().earlier = record.backoffs;
    effects.append({.kind = EffectKind::Backoff,
                    .hint = static_cast<std::uint32_t>(m_trigger),
                    .child = m_triggered,
                    .cause = m_cause});
    record.backingOff = true;
    if (record.backoffs < 0xffff)
        ++record.backoffs;
    return true;
}

void SystemSupervisor::giveUp(RestartCount count, EffectList &effects)
{
    m_cause = effects.append({.kind = EffectKind::GaveUp,
                              .child = m_triggered,
                              .reason = m_trouble.reason,
                              .cause = m_trouble.cause,
                              .count = count});
    m_reason = {ReasonKind::Panic, {}};
    m_payload = PanicPayload::TooManyRestarts;
    if (m_spec->rules.childrenAtGiveUp == ChildrenAtGiveUp::StoppedInOrder)
        return teardown(Job::Ending, {}, effects);
    end(effects);
}

void SystemSupervisor::delayOver(Instant now, EffectList &effects)
{
    m_isDelayed = false;
    if (m_trigger != none)
        m_records[m_trigger].backingOff = false;
    if (m_wait == Wait::Delay)
        startup(now, effects);
}

void SystemSupervisor::end(EffectList &effects)
{
    Effect &effect = effects.add(EffectKind::Terminated, m_cause);
    effect.leavesChildren =
        m_payload != PanicPayload::None && m_spec->rules.childrenAtGiveUp == ChildrenAtGiveUp::LeftAlone;
    effect.reason = m_payload == PanicPayload::None ? m_reason : m_trouble.reason;
    effect.payload = m_payload;
    effect.startFailure = m_trouble.startFailure;
    effect.child = m_trouble.child;
    effect.id = m_trouble.id;
    abandon(effects);
}

// Starting

void SystemSupervisor::startup(Instant now, EffectList &effects)
{
    m_job = Job::Starting;
    m_cursor = 0;
    if (m_isStopAsked) {
        if (stopWins())
            return interrupted(now, effects);
        armDeadline(ShutdownPolicy::after(Duration::zero()), effects);
    }
    startNext(now, effects);
}

void SystemSupervisor::startNext(Instant now, EffectList &effects)
{
    while (m_cursor < m_records.size() && staysDown(m_cursor))
        ++m_cursor;
    if (m_cursor < m_records.size()) {
        if (m_spec->hasDuplicateIds && reusesId(m_cursor))
            return failFirstStart(now, effects);
        const ChildSpec &spec = m_spec->children[m_cursor];
        Effect &start = effects.add(EffectKind::Start, m_cause);
        start.key = spec.key;
        start.hint = static_cast<std::uint32_t>(m_cursor);
        start.id = spec.id;
        m_wait = Wait::StartResult;
        return;
    }
    disarmDeadline(effects);
    if (m_booting)
        effects.append({.kind = EffectKind::Started, .cause = m_cause});
    m_booting = false;
    loop(now, effects);
}

void SystemSupervisor::startSettled(Instant now, const Signal &signal, EffectList &effects)
{
    Record &record = m_records[m_cursor];
    record.process = signal.child;
    if (signal.kind == SignalKind::ChildStarted) {
        record.status = ChildStatus::Running;
        record.hasBeenUp = true;
        record.startedAt = now;
    }
    if (m_job == Job::Interrupted)
        return interrupted(now, effects);
    if (signal.kind == SignalKind::ChildFailed)
        return startFailed(now, signal, effects);
    ++m_cursor;
    startNext(now, effects);
}

void SystemSupervisor::startFailed(Instant now, const Signal &signal, EffectList &effects)
{
    disarmDeadline(effects);
    m_trouble = {StartFailure::Child, signal.reason, signal.child, m_spec->children[m_cursor].id,
                 signal.cause};
    if (m_booting)
        return failFirstStart(now, effects);
    tryRestart(now, effects);
}

/// A stop was asked for: what has not started will not.
void SystemSupervisor::interrupt(EffectList &effects)
{
    disarmDeadline(effects);
    m_job = Job::Interrupted;
    if (m_spec->rules.interruptedStart == InterruptedStart::Dropped)
        effects.add(EffectKind::DropStart, m_stopCause);
}

void SystemSupervisor::interrupted(Instant now, EffectList &effects)
{
    if (!m_booting)
        return loop(now, effects);
    m_trouble = {StartFailure::Interrupted, {}, {}, {}, m_stopCause};
    failFirstStart(now, effects);
}

void SystemSupervisor::failFirstStart(Instant now, EffectList &effects)
{
    m_cause = m_trouble.cause;
    m_payload = PanicPayload::Startup;
    if (m_spec->rules.childrenAtGiveUp == ChildrenAtGiveUp::StoppedInOrder)
        return teardown(Job::GivingUpStart, now, effects);
    m_job = Job::GivingUpStart;
    tornDown(now, effects);
}

/// A second child under the id of one that has started. The first start meets it, so that no other does.
bool SystemSupervisor::reusesId(std::size_t child)
{
    const ChildId id = m_spec->children[child].id;
    for (std::size_t i = 0; i < child; ++i)
        if (m_spec->children[i].id == id) {
            m_trouble = {StartFailure::ReusedId, {}, {}, id, m_cause};
            return true;
        }
    return false;
}

bool SystemSupervisor::staysDown(std::size_t child) const
{
    const Record &record = m_records[child];
    const RestartType type = m_spec->children[child].restart;
    const StaysDown rule = m_spec->rules.staysDown;
    if (type == RestartType::Temporary)
        return rule == StaysDown::Ended ? record.lastOutcome != Outcome::None : record.hasBeenUp;
    const bool endedWell = record.lastOutcome == Outcome::Normal || record.lastOutcome == Outcome::Aborted;
    return type == RestartType::Transient && rule != StaysDown::Temporary && endedWell;
}

// Tearing down

void SystemSupervisor::teardown(Job job, Instant now, EffectList &effects)
{
    m_job = job;
    m_cursor = m_records.size();
    teardownNext(now, effects);
}

/// In reverse start order, each awaited. The end of one that waits in the mailbox is met here.
void SystemSupervisor::teardownNext(Instant now, EffectList &effects)
{
    while (m_cursor > 0) {
        Record &record = m_records[--m_cursor];
        if (record.status != ChildStatus::Running)
            continue;
        if (!m_mailbox.removeExitOf(record.process)) {
            const ShutdownPolicy &policy = m_spec->children[m_cursor].shutdown;
            m_stopEvent = sendStop(record.process, policy, effects);
            armDeadline(policy, effects);
            m_wait = Wait::Exit;
            return;
        }
        record.status = ChildStatus::Undefined;
    }
    tornDown(now, effects);
}

void SystemSupervisor::tornDown(Instant now, EffectList &effects)
{
    if (m_job == Job::Ending)
        return end(effects);
    if (m_job == Job::GivingUpStart) {
        Effect &effect = effects.add(EffectKind::StartFailed, m_cause);
        effect.reason = m_trouble.reason;
        effect.payload = m_payload;
        effect.startFailure = m_trouble.startFailure;
        effect.child = m_trouble.child;
        effect.id = m_trouble.id;
        return abandon(effects);
    }
    if (m_isStopAsked && (m_isDelayed || m_isPaced))
        return loop(now, effects);
    if (!m_isDelayed && !m_isPaced)
        return startup(now, effects);
    m_wait = Wait::Delay;
    if (m_isPaced)
        armDeadline(ShutdownPolicy::after(pace), effects);
}

std::size_t SystemSupervisor::find(ProcessId process) const
{
    for (std::size_t i = 0; i < m_records.size(); ++i)
        if (m_records[i].process == process)
            return i;
    return none;
}

}  // namespace daruma
