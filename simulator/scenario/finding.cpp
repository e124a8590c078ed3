#include "simulator/scenario/finding.h"

#include "simulator/kernel/tree_state.h"
#include "simulator/scenario/finding_parser.h"

#include <fmt/format.h>

#include <algorithm>

namespace daruma {

namespace {

using Term = FindingSentence::Term;
using Function = FindingSentence::Function;
using Unit = FindingSentence::Unit;

std::vector<NodeId> placesOf(const Selector &selector, const Model &model, const Recording &run)
{
    std::vector<NodeId> places = selector.nodes;
    for (auto i = static_cast<std::uint32_t>(model.nodes.size()); i < run.nodes.size(); ++i)
        if (selector.matches(run.nodes[NodeId{i}], run.path(NodeId{i})))
            places.push_back(NodeId{i});
    std::sort(places.begin(), places.end());
    return places;
}

/// The number of a term; a time that never came is INT64_MAX, as Duration::never().
constexpr std::int64_t never = Duration::never().ns();

std::int64_t eventNumber(const Term &term, const Model &model, const Recording &run)
{
    const std::vector<NodeId> places = placesOf(term.selector, model, run);
    std::int64_t first = never;
    std::int64_t last = never;
    std::int64_t count = 0;
    for (const Event &event : run.events) {
        if (term.function == Function::Restarts ? event.kind != EventKind::Start || event.incarnation <= 1
                                                : event.kind != term.event)
            continue;
        if (term.hasReason && event.reason != term.reason)
            continue;
        if (!std::binary_search(places.begin(), places.end(), event.node))
            continue;
        first = std::min(first, event.t);
        last = event.t;
        ++count;
    }
    if (term.function == Function::First)
        return first;
    return term.function == Function::Last ? last : count;
}

/// Where nothing can happen any more, everything stays as it is up to the horizon.
std::int64_t observedUntil(const Model &model, const Recording &run)
{
    const bool isOver = run.result.endCause == EndCause::Quiet || run.result.endCause == EndCause::Stuck;
    return isOver ? model.horizon.ns() : run.result.end.ns();
}

/// How long the places were all in the state: the sum, or the longest stretch.
std::int64_t stateNumber(const Term &term, const Model &model, const Recording &run)
{
    TreeState state(model);
    const std::uint32_t group = state.group(term.selector);
    state.watch(group, kindsOf(StateFunction::Up), 0);
    state.seal();
    state.reset();
    const auto phase = static_cast<Phase>(term.state);
    std::vector<std::uint32_t> watchers;
    std::int64_t sum = 0;
    std::int64_t longest = 0;
    std::int64_t since = state[group].allAre(phase) ? 0 : -1;
    const auto close = [&](std::int64_t now) {
        sum += now - since;
        longest = std::max(longest, now - since);
        since = -1;
    };
    for (const Event &event : run.events) {
        if (!event.node.isValid())
            continue;
        state.apply(event, run.nodes, watchers);
        const bool holds = state[group].allAre(phase);
        if (holds && since < 0)
            since = event.t;
        else if (!holds && since >= 0)
            close(event.t);
    }
    if (since >= 0)
        close(observedUntil(model, run));
    return term.function == Function::Longest ? longest : sum;
}

std::int64_t numberOf(const Term &term, const Model &model, const Recording &run)
{
    switch (term.function) {
    case Function::First:
    case Function::Last:
    case Function::Count:
    case Function::Restarts:
        return eventNumber(term, model, run);
    case Function::Total:
    case Function::Longest:
    case Function::Share:
        return stateNumber(term, model, run);
    case Function::End:
        return run.result.end.ns();
    case Function::Name:
    case Function::Path:
    case Function::Literal:
        break;
    }
    return term.number;
}

std::string placeText(const Term &term, const Model &model, const Recording &run)
{
    const std::vector<NodeId> places = placesOf(term.selector, model, run);
    if (places.size() != 1)
        return term.selector.text;
    return term.function == Function::Path ? run.path(places.front())
                                           : run.nodes.name(places.front(), run.texts);
}

std::string shareText(std::int64_t part, std::int64_t whole)
{
    const double percent = whole == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
    return fmt::format("{:.1f} %", percent);
}

std::string valueText(const std::vector<Term> &terms, const Model &model, const Recording &run)
{
    const Unit unit = terms.front().unit;
    if (unit == Unit::Text)
        return placeText(terms.front(), model, run);
    if (unit == Unit::Share)
        return shareText(numberOf(terms.front(), model, run), observedUntil(model, run));
    std::int64_t sum = 0;
    for (const Term &term : terms) {
        const std::int64_t number = numberOf(term, model, run);
        if (unit == Unit::Time && number == never)
            return "never";
        sum = Duration::checkedAdd(sum, term.isNegative ? -number : number);
    }
    return unit == Unit::Time ? human(Duration::nanoseconds(sum)) : fmt::format("{}", sum);
}

}  // namespace

tl::expected<FindingSentence, TextProblem> FindingSentence::parse(std::string_view text, const Model &model)
{
    FindingSentence sentence;
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool isDoubled = i + 1 < text.size() && text[i + 1] == text[i];
        if ((text[i] == '{' || text[i] == '}') && isDoubled) {
            plain += text[i++];
        } else if (text[i] == '}') {
            return tl::unexpected(TextProblem{"this brace closes nothing; }} stands for a brace", i});
        } else if (text[i] == '{') {
            const std::size_t close = text.find('}', i);
            if (close == std::string_view::npos)
                return tl::unexpected(TextProblem{"the slot is never closed; {{ stands for a brace", i});
            auto terms = parseSlot(text.substr(i + 1, close - i - 1), model);
            if (!terms)
                return tl::unexpected(TextProblem{terms.error().message, i + 1 + terms.error().offset});
            sentence.m_pieces.push_back({std::move(plain), std::move(*terms)});
            plain.clear();
            i = close;
        } else {
            plain += text[i];
        }
    }
    sentence.m_pieces.push_back({std::move(plain), {}});
    return sentence;
}

std::string FindingSentence::render(const Model &model, const Recording &run) const
{
    std::string text;
    for (const Piece &piece : m_pieces) {
        text += piece.text;
        if (!piece.terms.empty())
            text += valueText(piece.terms, model, run);
    }
    return text;
}

}  // namespace daruma
