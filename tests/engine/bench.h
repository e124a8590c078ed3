#pragma once

#ifndef Q_MOC_RUN  // moc cannot read <compare>
#include "engine/supervisor.h"
#endif

#include <QByteArray>

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace daruma {

/// A supervisor alone, with the environment that its tests need: every verb is one thing that happens to it,
/// and returns what it does about that as one line, such as "restart b 1/1, stop c, start b, start c".
///
/// Children start at once, and obey at once, unless it was said otherwise. What a supervisor must never do
/// (start what runs, stop what is dead, wait with no deadline it asked for, leave a call unanswered …) is
/// put into the line as "BROKEN: …". A copy is a snapshot.
class Bench {
public:
    /// A child is its id and words of its specification: permanent, transient, temporary, significant,
    /// supervisor, backoff, brutal_kill, infinity, grace=200ms. The first word of simple_one_for_one's one
    /// child is the template's id; its instances are named by start_child.
    Bench(std::string_view strategy, const std::vector<std::string> &children);

    // Before the boot.
    Bench &limit(std::uint32_t max, std::string_view within);
    Bench &autoShutdown(AutoShutdown when);
    Bench &clockPhase(std::string_view phase);
    Bench &backoff(const BackoffSpec &spec);
    Bench &rules(const Rules &rules);
    Bench &reuse(const Supervisor &machine);  ///< one that lived before, instead of a new one

    // How a child behaves: what its next start attempts come to, once each, and how it takes a stop.
    void fails(std::string_view name, int times = 1);
    void ignores(std::string_view name);
    void slow(std::string_view name);  ///< its start is settled by startDone, startFailed or startIgnored
    void stubborn(std::string_view name, bool is = true);  ///< only a kill, or `dies`, ends it once stopped

    void immortal(std::string_view name);  ///< even a kill takes its time: only `exits` ends it

    // What happens.
    QByteArray boot();
    QByteArray bootAgain();  ///< after its end, as its parent's restart does
    QByteArray crash(std::string_view name) { return exits(name, "panic"); }
    QByteArray exits(std::string_view name, std::string_view reason);
    QByteArray dies(std::string_view name) { return exits(name, "shutdown"); }
    QByteArray strangerExits();
    QByteArray startDone(std::string_view name);
    QByteArray startFailed(std::string_view name);
    QByteArray startIgnored(std::string_view name);
    QByteArray deadline();  ///< time passes until the armed deadline
    QByteArray backoffOver(std::string_view name);
    QByteArray lateBackoffOver(std::string_view name);      ///< as the one before, called off or not
    QByteArray stop(std::string_view reason = "shutdown");  ///< the parent's order
    QByteArray killed();                                    ///< it is killed itself
    /// A call; `child` as for the constructor where it is start_child.
    QByteArray ask(std::string_view command, std::string_view child = {});
    Bench &at(std::string_view time);

    // What can be seen.
    QByteArray armed() const;  ///< the deadline in ms, or "never"
    bool isEnded() const { return m_ended; }
    bool isAlive(std::string_view name) const;
    bool isStarting(std::string_view name) const;
    bool isStopping(std::string_view name) const;
    bool isBackingOff(std::string_view name) const;
    std::vector<std::string> names() const;
    std::uint32_t restartsInWindow() const { return m_supervisor.restartsInWindow(m_now); }
    std::size_t calls() const { return m_asked.size(); }  ///< still unanswered
    const Supervisor &supervisor() const { return m_supervisor; }

private:
    enum class Outcome : std::uint8_t { Ok, Fails, Ignores, Slow };
    enum class State : std::uint8_t { Absent, Starting, Alive, Stopping };

    struct Child {
        std::string name;
        State state = State::Absent;
        bool stubborn = false;
        bool immortal = false;
        bool backingOff = false;
        bool delayOver = false;
        std::uint32_t attempts = 0;
        std::uint32_t incarnation = 0;  ///< the last one that ran
        std::uint32_t hint = 0;
        std::uint32_t backoffHint = 0;
        ProcessId backoffOf;
        std::deque<Outcome> outcomes;
    };

    ChildSpec specOf(std::string_view text);
    std::uint32_t number(std::string_view name);
    const Child *find(std::string_view name) const;

    QByteArray happen(Signal signal);
    QByteArray goOn();
    void deliver(const Signal &signal);
    void carryOut(const Effect &effect);
    void start(const Effect &effect);
    void settle(std::uint32_t child, Outcome outcome);
    void send(const Effect &effect);
    void die(std::uint32_t child, ExitReason reason);
    void answer(const Effect &effect);
    void checkWell(const Effect &effect, std::uint32_t event);
    void checkRest();
    void say(const QByteArray &text);
    void expect(bool holds, const char *promise);
    QByteArray text(ProcessId process) const;
    QByteArray text(ChildId id) const;
    QByteArray replyText(const Effect &effect) const;

    std::shared_ptr<SupervisorSpec> m_spec = std::make_shared<SupervisorSpec>();
    std::shared_ptr<std::deque<ChildSpec>> m_addedSpecs = std::make_shared<std::deque<ChildSpec>>();
    Supervisor m_supervisor;
    Duration m_clockPhase;
    Instant m_now;
    std::vector<Child> m_children;
    std::deque<Signal> m_pending;
    EffectList m_effects;
    std::map<std::uint32_t, CommandKind> m_asked;
    Duration m_deadline;
    bool m_armed = false;
    bool m_ended = false;
    std::uint32_t m_events = 0;
    std::uint32_t m_lastRestart = 0;
    QByteArray m_line;
};

/// "1950ms", "5s": whole numbers of ms, s, h.
Duration durationOf(std::string_view text);

}
