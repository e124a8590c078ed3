#include "simulator/scenario/dialect_rules.h"

#include <array>

namespace daruma {

namespace {

using Name = std::string_view;
using V = ValueType;

constexpr std::uint32_t on(Shape shape)
{
    return 1U << static_cast<unsigned>(shape);
}
constexpr std::uint32_t anyShape = 0xffff'ffff;
constexpr std::uint32_t hasLimit = on(Shape::List) | on(Shape::Monitor) | on(Shape::System)
                                   | on(Shape::Roster) | on(Shape::Fenced) | on(Shape::Independent);
constexpr std::uint32_t hasWindow = hasLimit & ~on(Shape::Fenced);
constexpr std::uint32_t givesUp = hasLimit & ~on(Shape::Independent);

constexpr std::array<Name, 8> shapes{"list",     "monitor", "system", "loop",
                                     "parallel", "roster",  "fenced", "independent"};

template <typename... Value> constexpr std::uint32_t bits(Value... values)
{
    return ((1U << static_cast<unsigned>(values)) | ... | 0U);
}
using C = CommandKind;
constexpr std::uint32_t groups = bits(Strategy::OneForOne, Strategy::OneForAll, Strategy::RestForOne);

/// In the order of the shapes.
constexpr std::array<ShapeAbilities, shapes.size()> abilities{{
    {groups | bits(Strategy::SimpleOneForOne),
     bits(C::StartChild, C::TerminateChild, C::RestartChild, C::DeleteChild, C::WhichChildren,
          C::CountChildren),
     true, true},
    {groups, 0, true, false},
    {bits(Strategy::OneForAll), 0, true, false},
    {0, bits(C::Reload, C::Control), false, false},
    {0, bits(C::Reload), false, false},
    {groups,
     bits(C::StartChild, C::StartChildLinked, C::TerminateChild, C::WhichChildren, C::GetRestartStrategy,
          C::GetUptime),
     true, false},
    {groups, bits(C::IsAlive, C::Health, C::FinalReport, C::Join, C::AddChild, C::PauseChild, C::ResumeChild),
     true, false},
    {bits(Strategy::OneForOne), 0, true, false},
}};

constexpr std::array<Name, 2> stopOrders{"reverse_start_order", "start_order"};
constexpr std::array<Name, 3> giveUps{"stopped_in_order", "left_alone", "killed"};
constexpr std::array<Name, 4> seenExits{"all", "all_but_panics", "returns", "all_but_kills"};
constexpr std::array<Name, 2> tripTests{"beyond", "at"};
constexpr std::array<Name, 4> deaths{"exit_signal", "orphaned", "aborted", "workers_aborted"};
constexpr std::array<Name, 2> ownFailures{"stops_children", "dies_at_once"};
constexpr std::array<Name, 4> restartPolicies{"by_type", "always", "failures", "by_type_but_killed"};
constexpr std::array<Name, 2> meanwhile{"kept", "discarded"};
constexpr std::array<Name, 2> instanceCalls{"simple", "dynamic"};
constexpr std::array<Name, 2> races{"drawn", "stop_first"};
constexpr std::array<Name, 2> interruptedStarts{"dropped", "awaited"};
constexpr std::array<Name, 3> staysDown{"ended_or_temporary", "ended", "temporary"};
constexpr std::array<Name, 2> failedRestarts{"at_once", "after_a_second"};
constexpr std::array<Name, 2> controlPipes{"keeps", "drops"};
constexpr std::array<Name, 2> stopWaits{"for_ever", "by_policy"};
constexpr std::array<Name, 2> stopResults{"ok", "of_child"};
constexpr std::array<Name, 2> failureCounts{"kept", "reset_by_healthy_run"};
constexpr std::array<Name, 2> exitMatchings{"process", "id"};
constexpr std::array<Name, 2> aftermaths{"ends", "lives_on"};
constexpr std::array<Name, 2> nestedEnds{"seen", "unseen"};
constexpr std::array<Name, 2> nestedStops{"awaited", "asked"};
constexpr std::array<Name, 2> nestedInGroups{"restarted", "stopped"};
constexpr std::array<Name, 2> temporariesInGroups{"removed", "restarted"};
constexpr std::array<Name, 2> restRounds{"stops_first", "interleaved"};
constexpr std::array<Name, 2> linkedStarts{"goes_on", "blocks"};
constexpr std::array<Name, 2> longWindows{"counts", "forgets"};
constexpr std::array<Name, 2> answers{"terms", "sentences"};
constexpr std::array<Name, 2> shutdownAnswers{"when_ended", "at_once"};
constexpr std::array<Name, 2> groupRestarts{"starts_beside", "stops_first"};
constexpr std::array<Name, 2> nestedSupervisors{"start", "fail_to_start"};
constexpr std::array<Name, 2> afterSuccess{"by_role", "by_type"};
constexpr std::array<Name, 2> guardCounts{"shared", "of_each_child"};
constexpr std::array<Name, 2> deniedRestarts{"forgotten", "retried_later"};
constexpr std::array<Name, 2> escalations{"ignored", "ends_the_supervisor"};
constexpr std::array<Name, 2> delayedStarts{"detached", "called_off"};
constexpr std::array<Name, 2> exitsAtShutdown{"of_any_attempt", "of_the_current_one"};
constexpr std::array<Name, 2> loopShutdowns{"stops_children", "leaves_children"};
constexpr std::array<Name, 3> windows{"sliding", "fixed", "decaying"};
constexpr std::array<Name, 2> addedChildren{"recorded", "started"};
constexpr std::array<Name, 2> resumedChildren{"left_down", "started"};
constexpr std::array<Name, 2> stamps{"whole_seconds", "exact"};
constexpr std::array<Name, 2> limitScopes{"supervisor", "each_child"};
constexpr std::array<Name, 2> counted{"failures", "starts"};
constexpr std::array<Name, 2> pastLimits{"stays_down", "pauses"};
constexpr std::array<Name, 2> stopTimeouts{"kills", "leaves"};
constexpr std::array<Name, 2> windowEnds{"inclusive", "exclusive"};

constexpr Key choice(Name name, std::span<const Name> choices)
{
    return {name, V::OneOf, false, choices};
}

/// A choice is the index of an enumeration's value.
template <auto Part, auto Member> constexpr DialectChoice choiceIn()
{
    return {[](Dialect &dialect, std::size_t choice) {
                auto &value = (dialect.*Part).*Member;
                value = static_cast<std::remove_reference_t<decltype(value)>>(choice);
            },
            [](const Dialect &dialect) { return static_cast<std::size_t>((dialect.*Part).*Member); }};
}
template <auto Member> constexpr DialectChoice rule()
{
    return choiceIn<&Dialect::rules, Member>();
}
template <auto Member> constexpr DialectChoice limitRule()
{
    return choiceIn<&Dialect::limit, Member>();
}

constexpr std::array axes{
    DialectAxis{choice("restarts", restartPolicies),
                on(Shape::Monitor) | on(Shape::System) | on(Shape::Loop) | on(Shape::Independent),
                rule<&Rules::restartPolicy>()},
    DialectAxis{choice("seen_exits", seenExits), on(Shape::List) | on(Shape::Parallel) | on(Shape::Roster),
                rule<&Rules::seenExits>()},
    DialectAxis{choice("instance_calls", instanceCalls), on(Shape::List), rule<&Rules::instanceCalls>()},
    DialectAxis{choice("window", windows), hasWindow, limitRule<&RestartLimitSpec::kind>()},
    DialectAxis{choice("window_stamps", stamps), hasLimit, limitRule<&RestartLimitSpec::stamps>()},
    DialectAxis{choice("window_end", windowEnds), hasLimit, limitRule<&RestartLimitSpec::end>()},
    DialectAxis{choice("trips", tripTests), hasLimit, rule<&Rules::tripTest>()},
    DialectAxis{choice("stop_order", stopOrders), on(Shape::List) | on(Shape::Roster),
                rule<&Rules::stopOrder>()},
    DialectAxis{choice("children_at_give_up", giveUps), givesUp, rule<&Rules::childrenAtGiveUp>()},
    DialectAxis{choice("children_at_death", deaths), anyShape, rule<&Rules::childrenAtDeath>()},
    DialectAxis{choice("own_failure", ownFailures), anyShape, rule<&Rules::ownFailure>()},
    DialectAxis{choice("messages_meanwhile", meanwhile), on(Shape::Monitor),
                rule<&Rules::messagesMeanwhile>()},
    DialectAxis{choice("races", races), on(Shape::System), rule<&Rules::races>()},
    DialectAxis{choice("interrupted_start", interruptedStarts), on(Shape::System),
                rule<&Rules::interruptedStart>()},
    DialectAxis{choice("stays_down", staysDown), on(Shape::System), rule<&Rules::staysDown>()},
    DialectAxis{choice("failed_restart", failedRestarts), on(Shape::System), rule<&Rules::failedRestart>()},
    DialectAxis{choice("control_pipe", controlPipes), on(Shape::Loop), rule<&Rules::controlPipe>()},
    DialectAxis{choice("stop_wait", stopWaits), on(Shape::Loop), rule<&Rules::stopWait>()},
    DialectAxis{choice("stop_result", stopResults), on(Shape::Loop), rule<&Rules::stopResult>()},
    DialectAxis{choice("failure_count", failureCounts), on(Shape::Loop), rule<&Rules::failureCount>()},
    DialectAxis{choice("exits_found_by", exitMatchings), on(Shape::Roster), rule<&Rules::exitMatching>()},
    DialectAxis{choice("after_give_up", aftermaths), on(Shape::Roster), rule<&Rules::afterGiveUp>()},
    DialectAxis{choice("nested_ends", nestedEnds), on(Shape::Roster), rule<&Rules::nestedEnds>()},
    DialectAxis{choice("nested_stop", nestedStops), on(Shape::Roster), rule<&Rules::nestedStop>()},
    DialectAxis{choice("nested_in_groups", nestedInGroups), on(Shape::Roster),
                rule<&Rules::nestedInGroups>()},
    DialectAxis{choice("temporaries_in_groups", temporariesInGroups), on(Shape::Roster),
                rule<&Rules::temporariesInGroups>()},
    DialectAxis{choice("rest_for_one_round", restRounds), on(Shape::Roster), rule<&Rules::restRound>()},
    DialectAxis{choice("linked_start", linkedStarts), on(Shape::Roster), rule<&Rules::linkedStart>()},
    DialectAxis{choice("long_window", longWindows), anyShape, rule<&Rules::longWindow>()},
    DialectAxis{choice("answers", answers), anyShape, rule<&Rules::answers>()},
    DialectAxis{choice("shutdown_answer", shutdownAnswers), anyShape, rule<&Rules::shutdownAnswer>()},
    DialectAxis{choice("group_restart", groupRestarts), on(Shape::Fenced), rule<&Rules::groupRestart>()},
    DialectAxis{choice("nested_supervisors", nestedSupervisors), on(Shape::Fenced),
                rule<&Rules::nestedSupervisors>()},
    DialectAxis{choice("after_success", afterSuccess), on(Shape::Fenced), rule<&Rules::afterSuccess>()},
    DialectAxis{choice("guard_counts", guardCounts), on(Shape::Fenced), rule<&Rules::guardCounts>()},
    DialectAxis{choice("denied_restarts", deniedRestarts), on(Shape::Fenced), rule<&Rules::deniedRestarts>()},
    DialectAxis{choice("escalation", escalations), on(Shape::Fenced), rule<&Rules::escalation>()},
    DialectAxis{choice("delayed_starts", delayedStarts), on(Shape::Fenced), rule<&Rules::delayedStarts>()},
    DialectAxis{choice("exits_at_shutdown", exitsAtShutdown), on(Shape::Fenced),
                rule<&Rules::exitsAtShutdown>()},
    DialectAxis{choice("loop_shutdown", loopShutdowns), on(Shape::Fenced), rule<&Rules::loopShutdown>()},
    DialectAxis{choice("limit_of", limitScopes), on(Shape::Independent), rule<&Rules::limitScope>()},
    DialectAxis{choice("counts", counted), on(Shape::Independent), rule<&Rules::counted>()},
    DialectAxis{choice("past_limit", pastLimits), on(Shape::Independent), rule<&Rules::pastLimit>()},
    DialectAxis{choice("stop_timeout", stopTimeouts), on(Shape::Independent), rule<&Rules::stopTimeout>()},
    DialectAxis{choice("added_children", addedChildren), on(Shape::Fenced), rule<&Rules::addedChildren>()},
    DialectAxis{choice("resumed_children", resumedChildren), on(Shape::Fenced),
                rule<&Rules::resumedChildren>()},
};

constexpr auto axisKeys = [] {
    std::array<Key, axes.size()> keys;
    for (std::size_t i = 0; i < axes.size(); ++i)
        keys[i] = axes[i].key;
    return keys;
}();

constexpr std::array dialectKeys{
    Key{"name", V::Text, true}, Key{"title", V::Text, true}, Key{"about", V::Text},
    Key{"system", V::Text},     Key{"extends", V::Text},     Key{"shape", V::OneOf, false, shapes},
    Key{"promises", V::Names},  Key{"defaults", V::Options}, Key{"accepts", V::Options},
    Key{"rules", V::Options},   Key{"rule", V::Options},     Key{"difference", V::Options},
    Key{"defect", V::Options},  Key{"log", V::Options},      Key{"log_words", V::Options},
};

constexpr std::array defaultsKeys{
    Key{"strategy", V::OneOf, false, strategyNames},
    Key{"max_restarts", V::MaxRestarts},
    Key{"within", V::Within},
    Key{"auto_shutdown", V::OneOf, false, autoShutdownNames},
    Key{"restart", V::OneOf, false, restartNames},
    Key{"shutdown", V::Shutdown},
    Key{"shutdown_of_supervisors", V::Shutdown},
    Key{"backoff", V::Backoff},
    Key{"pause", V::Backoff},
};

constexpr std::array acceptsKeys{
    Key{"strategies", V::Names},
    Key{"restart_types", V::Names},
    Key{"commands", V::Names},
    Key{"options", V::Names},
    Key{"least_children", V::WholeNumber},
    Key{"most_children", V::WholeNumber},
    Key{"limit", V::TrueOrFalse},
    Key{"unlimited", V::TrueOrFalse},
    Key{"lifetime", V::TrueOrFalse},
    Key{"zero", V::TrueOrFalse},
    Key{"zero_is_unlimited", V::TrueOrFalse},
    Key{"shutdown", V::TrueOrFalse},
    Key{"brutal_kill", V::TrueOrFalse},
    Key{"auto_shutdown", V::TrueOrFalse},
    Key{"ignore", V::TrueOrFalse},
    Key{"duplicate_ids", V::TrueOrFalse},
    Key{"starts_supervisors", V::TrueOrFalse},
};

constexpr std::array ruleKeys{Key{"axis", V::Text, true}, Key{"rule", V::Text, true},
                              Key{"source", V::Text, true}};
constexpr std::array differenceKeys{Key{"there", V::Text, true}, Key{"here", V::Text, true}};
constexpr std::array defectKeys{Key{"name", V::Text, true}, Key{"about", V::Text, true},
                                Key{"source", V::Text}, Key{"scenario", V::Text},
                                Key{"corrected", V::Options}};

}

std::span<const DialectAxis> dialectAxes()
{
    return axes;
}

const TableKind dialectTable{"dialect", "a dialect", dialectKeys};
const TableKind dialectDefaultsTable{"defaults", "[defaults]", defaultsKeys};
const TableKind dialectAcceptsTable{"accepts", "[accepts]", acceptsKeys};
const TableKind dialectRulesTable{"rules", "[rules]", axisKeys};
const TableKind dialectRuleTable{"rule", "[[rule]]", ruleKeys};
const TableKind dialectDifferenceTable{"difference", "[[difference]]", differenceKeys};
const TableKind dialectDefectTable{"defect", "[[defect]]", defectKeys};

const ShapeAbilities &abilitiesOf(Shape shape)
{
    return abilities[static_cast<std::size_t>(shape)];
}

std::span<const std::string_view> shapeNames()
{
    return shapes;
}

std::string_view toText(Shape shape)
{
    return shapes[static_cast<std::size_t>(shape)];
}

}
