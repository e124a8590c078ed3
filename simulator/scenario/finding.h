#pragma once

#include "simulator/kernel/duration_text.h"
#include "simulator/kernel/model.h"
#include "simulator/kernel/simulation.h"

#include <tl/expected.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace daruma {

/// The sentence that sums a run up (`finding` of [scenario], help topic `incidents`): text with slots
/// that are computed from the run, never typed in. `{{` and `}}` stand for braces.
///
///   {name(n)}             the id of a node, {path(n)} its path
///   {first(KIND(n))}      when the first event of that kind happened at n; {last(KIND(n))} the last one.
///                         KIND is an event kind of `--format jsonl`; exit and init_failed take a reason:
///                         {first(exit(conn, panic))}
///   {count(KIND(n))}      how many of them there were
///   {restarts(n)}         start attempts after the first
///   {total(STATE(n))}     how long n was up, down, starting or stopping, {longest(STATE(n))} the longest
///   stretch
///                         of it, {share(STATE(n))} its share; up to the horizon, also where a run ended
///                         earlier because nothing could happen any more
///   {end}                 when the run ended
///
/// Times and counts add up and subtract: {first(gave_up(app)) - first(fault(conn))}; durations may be written
/// as in a scenario. What never happened is "never". n is a table's name, a path or a glob of paths.
class FindingSentence {
public:
    /// `model` may go afterwards.
    static tl::expected<FindingSentence, TextProblem> parse(std::string_view text, const Model &model);

    /// REQUIRES: `run` is a run of `model`, which is the one given to `parse`.
    std::string render(const Model &model, const Recording &run) const;

    enum class Unit : std::uint8_t { Text, Time, Count, Share };
    enum class Function : std::uint8_t {
        Name,
        Path,
        First,
        Last,
        Count,
        Restarts,
        Total,
        Longest,
        Share,
        End,
        Literal
    };
    enum class State : std::uint8_t { Down, Starting, Up, Stopping };

    /// One operand of a sum.
    struct Term {
        Function function = Function::Literal;
        Unit unit = Unit::Count;
        bool isNegative = false;
        EventKind event = EventKind::Start;
        State state = State::Up;
        bool hasReason = false;
        ReasonKind reason = ReasonKind::Normal;
        Selector selector;
        std::int64_t number = 0;  ///< of a literal: a count, or ns
    };

private:
    struct Piece {
        std::string text;         ///< stands before the slot
        std::vector<Term> terms;  ///< nothing after the last text
    };
    std::vector<Piece> m_pieces;
};

}  // namespace daruma
