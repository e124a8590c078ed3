#include "engine/control_plane.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace daruma {

namespace {

/// Rust's `trim` takes away all that Unicode calls white space: what of it is no ASCII, as UTF-8.
constexpr std::string_view wideSpaces[] = {
    "\u0085", "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006",
    "\u2007", "\u2008", "\u2009", "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000"};

bool isBlank(std::string_view text)
{
    while (!text.empty()) {
        if (const std::size_t ascii = std::min(text.find_first_not_of(" \t\n\v\f\r"), text.size());
            ascii > 0) {
            text.remove_prefix(ascii);
            continue;
        }
        const auto wide = std::find_if(std::begin(wideSpaces), std::end(wideSpaces),
                                       [text](std::string_view space) { return text.starts_with(space); });
        if (wide == std::end(wideSpaces))
            return false;
        text.remove_prefix(wide->size());
    }
    return true;
}

std::string mustNotBeEmpty(std::string_view field)
{
    return "runtime control plane " + std::string(field) + " must not be empty";
}

}

ExitReport ExitReport::completed(std::string phase, std::string reason, Instant now)
{
    return {LifecycleState::Completed, std::move(phase), std::move(reason), false, now, false};
}

ExitReport ExitReport::failed(std::string phase, std::string reason, bool panic, bool recoverable,
                              Instant now)
{
    return {LifecycleState::Failed, std::move(phase), std::move(reason), recoverable, now, panic};
}

std::optional<FailureReason> ExitReport::failureReason() const
{
    if (state != LifecycleState::Failed)
        return {};
    return FailureReason{phase, reason, panic, recoverable};
}

void ControlPlane::markAlive(Instant now)
{
    if (isTerminal(m_state))
        return;
    m_state = LifecycleState::Alive;
    m_lastObservedAt = now;
}

bool ControlPlane::isAlive(Instant now)
{
    m_lastObservedAt = now;
    return m_state == LifecycleState::Alive;
}

HealthReport ControlPlane::health(Instant now)
{
    m_lastObservedAt = now;
    return {m_state == LifecycleState::Alive, m_state, m_startedAt, m_lastObservedAt, m_failure, m_report};
}

ShutdownReply ControlPlane::markShutdownRequested(std::string_view requestedBy, std::string_view reason,
                                                  Instant now)
{
    if (isBlank(requestedBy))
        return {mustNotBeEmpty("requested_by"), {}};
    if (isBlank(reason))
        return {mustNotBeEmpty("reason"), {}};
    if (m_report)
        return {{}, m_report};
    m_state = LifecycleState::ShuttingDown;
    m_requestedBy = requestedBy;
    m_reason = reason;
    m_lastObservedAt = now;
    return {};
}

std::string ControlPlane::refusal(std::string_view requestedBy, std::string_view reason) const
{
    if (isBlank(requestedBy))
        return mustNotBeEmpty("requested_by");
    if (isBlank(reason))
        return mustNotBeEmpty("reason");
    if (m_state != LifecycleState::Alive)
        return "runtime control plane is " + std::string(toText(m_state));
    return {};
}

const ExitReport &ControlPlane::complete(ExitReport report)
{
    if (!m_report) {
        m_state = report.state;
        m_failure = report.failureReason();
        m_lastObservedAt = report.completedAt;
        m_report = std::move(report);
    }
    return *m_report;
}

const std::optional<ExitReport> &ControlPlane::join(EventId caller)
{
    if (!m_report)
        m_waiting.push_back(caller);
    return m_report;
}

std::vector<EventId> ControlPlane::takeWaiting()
{
    return std::exchange(m_waiting, {});
}

}  // namespace daruma
