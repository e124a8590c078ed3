#include "app/cli/report.h"

#include "app/cli/columns.h"
#include "simulator/kernel/duration_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace daruma {

namespace {

constexpr std::size_t widestText = 64;

Style styleOf(Tone tone)
{
    switch (tone) {
    case Tone::Quiet:
        return Style::Dim;
    case Tone::Normal:
        return Style::Plain;
    case Tone::Strike:
        return Style::Yellow;
    case Tone::Recovery:
        return Style::Green;
    case Tone::Bad:
        return Style::Red;
    }
    return Style::Plain;
}

std::string padded(std::string text, std::size_t columns)
{
    const std::size_t has = width(text);
    if (has < columns)
        text.append(columns - has, ' ');
    return text;
}

/// A bar that fills with the budget: `▕██░▏`.
std::string bar(std::uint32_t used, std::uint32_t allowed)
{
    const std::uint32_t cells = std::clamp(allowed, 1U, 10U);
    const std::uint32_t full = allowed == 0 ? cells : std::min(cells, (used * cells + allowed - 1) / allowed);
    std::string text = "▕";
    for (std::uint32_t i = 0; i < cells; ++i)
        text += i < full ? "█" : "░";
    return text + "▏";
}

std::string budgetText(const Output &out, const TimelineRow::BudgetUse &budget)
{
    std::string text = budget.supervisor + " ";
    if (out.isTerminal())
        text += styled(out, budget.used > budget.allowed ? Style::Red : Style::Cyan,
                       bar(budget.used, budget.allowed))
                + " ";
    if (budget.used > budget.allowed)
        text += fmt::format("{}{} needed, {} allowed", budget.used, budget.countsStarts ? " starts" : "",
                            budget.allowed);
    else
        text += fmt::format("{} of {}{}", budget.used, budget.allowed, budget.countsStarts ? " starts" : "");
    text += budget.within.isNever() ? " for life" : " in " + human(budget.within);
    return text;
}

std::string heading(const Output &out, std::string_view text)
{
    return fmt::format("\n{}\n", styled(out, Style::Bold, text));
}

std::size_t textColumns(const Output &out)
{
    return static_cast<std::size_t>(std::clamp(out.columns(), 40, 110));
}

/// The end of the word at `at`; a number and its unit are one word.
std::size_t wordEnd(const std::string &text, std::size_t at)
{
    constexpr std::string_view units[] = {"ns", "us", "ms", "s", "min", "h", "d"};
    std::size_t end = std::min(text.find(' ', at), text.size());
    while (end < text.size() && text[end - 1] >= '0' && text[end - 1] <= '9') {
        const std::size_t next = std::min(text.find(' ', end + 1), text.size());
        const std::string word = text.substr(end + 1, next - end - 1);
        const std::string_view unit = std::string_view(word).substr(0, word.find_first_of(".,;:)"));
        if (std::find(std::begin(units), std::end(units), unit) == std::end(units))
            break;
        end = next;
    }
    return end;
}

/// Breaks a sentence at blanks; the lines after the first are indented by `indent`.
std::string wrapped(const std::string &text, std::size_t columns, std::size_t indent)
{
    std::string lines;
    std::size_t at = 0;
    std::size_t used = 0;
    while (at < text.size()) {
        const std::size_t end = wordEnd(text, at);
        const std::string word = text.substr(at, end - at);
        if (used > 0 && used + 1 + width(word) > columns) {
            lines += "\n" + std::string(indent, ' ');
            used = 0;
        } else if (used > 0) {
            lines += ' ';
            ++used;
        }
        lines += word;
        used += width(word);
        at = end + 1;
    }
    return lines;
}

/// What became of the root.
std::string fateText(const Model &model, const Recording &run)
{
    const RunResult &result = run.result;
    const std::string root(model.nodes.name(NodeId{0}, model.texts));
    const std::string end = momentText(result.end.ns());
    if (result.endCause == EndCause::StartFailed)
        return root + " could not start";
    if (result.endCause == EndCause::Stuck && !result.root.report())
        return fmt::format("from {} on {}", end,
                           std::string_view(result.endText).substr(std::string_view("stuck:").size()));
    if (result.root.report()) {
        const bool failed = result.root.report()->state == LifecycleState::Failed;
        return fmt::format("{} {} at {}", root, failed ? "failed" : "ended as it should",
                           momentText(result.root.report()->completedAt.ns()));
    }
    const bool isUp = std::any_of(run.events.begin(), run.events.end(), [](const Event &event) {
        return event.kind == EventKind::Started && event.node == NodeId{0};
    });
    const std::string state = isUp ? "was still running" : "was still starting";
    if (result.endCause == EndCause::Horizon)
        return fmt::format("{} {} at the horizon, {}", root, state, end);
    if (result.endCause == EndCause::Quiet)
        return fmt::format("{} {} at {}, when nothing was left to happen", root, state, end);
    return fmt::format("{} {} at {}", root, state, end);
}

std::string metText(const RunResult &result)
{
    const std::size_t all = result.expectations.size();
    std::size_t failed = 0;
    std::size_t undecided = 0;
    for (const ExpectationResult &one : result.expectations) {
        undecided += one.undecided ? 1 : 0;
        failed += one.passed || one.undecided ? 0 : 1;
    }
    if (all == 0)
        return "nothing was expected";
    if (failed == 0 && undecided == 0)
        return all == 1 ? "the expectation is met" : fmt::format("all {} expectations are met", all);
    std::string text;
    if (failed > 0)
        text = fmt::format("{} of {} failed", failed, counted(all, "expectation"));
    if (undecided > 0)
        text += fmt::format("{}{} of {} undecided", failed > 0 ? ", " : "", undecided,
                            failed > 0 ? "them" : counted(all, "expectation"));
    return text;
}

std::string outcomeText(const Output &out, const Model &model, const Recording &run)
{
    const RunResult &result = run.result;
    std::string text = fmt::format("{}; {}", fateText(model, run), metText(result));
    if (!result.invariants.empty())
        text += fmt::format("; {} broken", counted(result.invariants.size(), "invariant"));
    if (result.outcome == Outcome::Truncated)
        text += "; cut short: " + limitText(model, result);
    const Style style = result.hasFailed()                  ? Style::Red
                        : result.outcome == Outcome::GaveUp ? Style::Yellow
                                                            : Style::Green;
    return fmt::format("{}: {}\n", styled(out, style, toText(result.outcome)), text);
}

std::string mark(const Output &out, bool passed)
{
    if (out.isTerminal())
        return styled(out, passed ? Style::Green : Style::Red, passed ? "✓" : "✗");
    return passed ? "ok    " : "FAILED";
}

std::string mark(const Output &out, const ExpectationResult &result)
{
    if (!result.undecided)
        return mark(out, result.passed);
    return out.isTerminal() ? styled(out, Style::Yellow, "?") : "?     ";
}

}

std::string limitText(const Model &model, const RunResult &result)
{
    switch (result.endCause) {
    case EndCause::EventLimit:
        return fmt::format(
            "the limit is {} a run (--limit-events), and what the last step had begun was told "
            "to its end",
            counted(model.limits.eventsPerRun, "event"));
    case EndCause::InstantLimit:
        return "so many events in one instant are a loop that takes no time (--limit-instant)";
    case EndCause::NodeLimit:
        return "there are more nodes than the limit allows (--limit-nodes)";
    default:
        break;
    }
    return result.endText;
}

std::string plain(const Output &out, std::string_view text)
{
    if (out.isTerminal())
        return std::string(text);
    std::string spelt;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text.substr(i, 3) == "…") {
            spelt += "...";
            i += 2;
        } else {
            spelt += text[i];
        }
    }
    return spelt;
}

std::string headerText(const Output &out, const LoadedScenario &loaded)
{
    const Scenario &scenario = loaded.scenario;
    std::string text = styled(out, Style::Bold, scenario.model.name);
    if (!scenario.about.empty())
        text += ": " + scenario.about;
    return text
           + fmt::format("\n{}\n\n",
                         styled(out, Style::Dim,
                                fmt::format("dialect {}, seed {}", scenario.model.dialect, loaded.seed)));
}

std::string timelineText(const Output &out, const Model &model, const Recording &run, bool withNumbers)
{
    const std::vector<TimelineRow> rows = timeline(model, run);
    const std::size_t seqColumns = withNumbers ? fmt::format("#{}", run.events.size()).size() + 2 : 0;
    std::size_t timeColumns = 8;
    std::size_t textColumns = 0;
    for (const TimelineRow &row : rows) {
        if (row.t)
            timeColumns = std::max(timeColumns, width(momentText(*row.t)) + 2);
        if (row.budget)
            textColumns = std::max(textColumns, std::min(width(row.text), widestText));
    }
    std::string text;
    std::string before;
    for (const TimelineRow &row : rows) {
        const std::string moment = row.t ? momentText(*row.t) : std::string();
        const std::string shown = moment == before ? std::string() : moment;
        before = moment;
        if (withNumbers) {
            const std::string seq = row.event.isValid() ? fmt::format("#{}", row.event.value) : std::string();
            text += styled(out, Style::Dim, fmt::format("{:>{}}", seq, seqColumns));
        }
        text += std::string(timeColumns - width(shown), ' ') + styled(out, Style::Cyan, shown) + "  ";
        const std::string said = plain(out, row.text);
        text += styled(out, styleOf(row.tone), row.budget ? padded(said, textColumns) : said);
        if (row.budget)
            text += "   " + budgetText(out, *row.budget);
        text += '\n';
    }
    return text;
}

std::string shutdownHint(const Explainer &explainer, const Model &model, const Recording &run,
                         std::size_t expectation)
{
    const ExpectationResult &result = run.result.expectations[expectation];
    if (result.passed || !result.event.isValid())
        return {};
    const EventId shutdown = explainer.shutdownBehind(result.event);
    if (!shutdown.isValid())
        return {};
    const Instant at = Instant::fromNs(run.events[shutdown.value].t);
    const std::string before = "time < " + toText(at - Instant::start());
    const Expectation &expected = model.expectations[expectation];
    std::string idiom;
    if (expected.form == ExpectationForm::Always)
        idiom = fmt::format("always = '{} implies ({})'", before, expected.expression.text);
    else if (expected.form == ExpectationForm::Never)
        idiom = fmt::format("never = '{} and ({})'", before, expected.expression.text);
    else if (!expected.whenever.isEmpty())
        idiom = fmt::format("whenever = '{} and ({})'", before, expected.whenever.text);
    std::string text = fmt::format(
        "hint: it failed because of the shutdown that the scenario orders at {}, and of nothing else",
        momentText(at.ns()));
    return idiom.empty() ? text : text + "; where that is as it should be, write " + idiom;
}

std::string verdictText(const Output &out, const Model &model, const Recording &run,
                        const std::vector<std::string> &blame)
{
    const RunResult &result = run.result;
    const Explainer explainer(model, run);
    std::string text = "\n" + outcomeText(out, model, run);
    for (std::size_t i = 0; i < result.expectations.size(); ++i) {
        const ExpectationResult &one = result.expectations[i];
        text += fmt::format("  {} {}", mark(out, one), model.expectations[i].name);
        if (one.undecided)
            text += " (undecided: the run was cut short)";
        else if (!one.passed)
            text += fmt::format(" ({}: {})", momentText(one.at.ns()), one.message);
        else if (model.expectations[i].form == ExpectationForm::Sometimes)
            text += one.reached ? " (reached in this run)" : " (not in this run)";
        text += '\n';
        const bool isBlamed = i < blame.size() && !blame[i].empty();
        if (const std::string hint = isBlamed ? blame[i] : shutdownHint(explainer, model, run, i);
            !hint.empty())
            text += "         " + wrapped(hint, textColumns(out) - 9, 9) + '\n';
    }
    for (const InvariantViolation &broken : result.invariants)
        text += fmt::format("  {} invariant:{} ({}: {})\n", mark(out, false), broken.name,
                            momentText(broken.at.ns()), broken.message);
    return text;
}

std::string chainText(const Output &out, const std::vector<Link> &chain)
{
    std::string text;
    const std::size_t columns = textColumns(out);
    for (const Link &link : chain)
        text += "  " + wrapped(plain(out, link.sentence), columns - 4, 4) + "\n";
    return text;
}

std::string whyText(const Output &out, const Explainer &explainer, std::size_t mostLinks)
{
    std::string text;
    for (const EventId subject : explainer.subjects()) {
        std::vector<Link> chain = explainer.chain(subject);
        if (chain.size() > mostLinks) {
            const std::size_t tail = mostLinks / 3;
            const std::size_t head = mostLinks - tail - 1;
            const std::size_t leftOut = chain.size() - head - tail;
            const auto from = chain.begin() + static_cast<std::ptrdiff_t>(head);
            chain.erase(from, from + static_cast<std::ptrdiff_t>(leftOut));
            chain.insert(
                chain.begin() + static_cast<std::ptrdiff_t>(head),
                Link{{},
                     fmt::format("… {}, which `daruma explain` tells.", counted(leftOut, "more step")),
                     0});
        }
        text += heading(out, text.empty() ? "Why" : "And why") + chainText(out, chain);
    }
    return text;
}

std::string adviceText(const Output &out, const std::vector<Advice> &advice, const std::string &none)
{
    if (advice.empty() && none.empty())
        return {};
    if (advice.empty())
        return heading(out, "What would have helped") + "  " + wrapped(none, textColumns(out) - 2, 2) + "\n";
    std::string text = heading(out, fmt::format("What would have helped ({})", adviceIntroduction()));
    const auto paragraph = [&out](const std::string &sentence) {
        return "    " + wrapped(sentence, textColumns(out) - 4, 4) + "\n";
    };
    for (const AdviceGroup &group : inGroups(advice)) {
        std::string caveat;
        for (const Advice &one : group.advice) {
            text += fmt::format("  --set {}", one.setting());
            text += one.before.empty() ? "\n" : fmt::format("   instead of {}\n", one.before);
            if (!one.caveat.empty())
                caveat = paragraph(one.caveat);
        }
        text += paragraph(group.sentence) + caveat;
    }
    return text;
}

std::string numbersText(const Recording &run)
{
    const RunResult &result = run.result;
    // A decision that is put off may come to nothing when its time has come.
    std::uint64_t refused = 0;
    for (const Event &event : run.events)
        refused += event.kind == EventKind::GaveUp && event.cause.isValid()
                   && run.events[event.cause.value].kind == EventKind::Backoff;
    const std::string restarts =
        counted(result.restarts, "restart")
        + (refused > 0 ? fmt::format(" ({} of them refused in the end)", grouped(refused)) : "");
    return fmt::format("\n{}, {}; ended at {}, {}; fingerprint {}\n", restarts,
                       counted(result.events, "event"), momentText(result.end.ns()), endClause(run),
                       toText(result.fingerprint));
}

}
