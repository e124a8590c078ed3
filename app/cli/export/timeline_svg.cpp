#include "app/cli/export/timeline_svg.h"

#include "app/cli/export/markup.h"
#include "app/cli/export/timeline_layout.h"
#include "simulator/analysis/policy_arithmetic.h"
#include "simulator/analysis/wording.h"
#include "simulator/kernel/duration_text.h"
#include "simulator/scenario/finding.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace daruma {

namespace {

constexpr double margin = 24;
constexpr double indent = 16;
constexpr double rightGutter = 84;
/// So much of the picture shows that nothing happens after a run that ended before its horizon.
constexpr double tailWidth = 28;
/// A browser shows this many at once without a delay, and eyes no more than these.
constexpr std::size_t mostShapes = 4000;

/// Chosen so that they stay apart for colour-blind eyes and on both grounds.
constexpr std::string_view style = R"css(
.dt { --bg:#ffffff; --fg:#1d2433; --dim:#667085; --grid:#e6e9ef; --stripe:#f6f7fa;
  --running:#3d8fd1; --starting:#f0b429;
  --stopping:#9b7fd1; --backoff:#c9d1dc; --down:#b4bac6; --bad:#d1284f; --fault:#e8590c;
  --restart:#12805c; --on:#ffffff;
  font-family: Inter, "Noto Sans", "Segoe UI", system-ui, "DejaVu Sans", sans-serif;
  font-variant-numeric: tabular-nums; }
@media (prefers-color-scheme: dark) { .dt { --bg:#12161f; --fg:#e8ebf2; --dim:#98a2b3;
  --grid:#262d3b; --stripe:#181d28;
  --running:#4a9fe0; --starting:#f5c04a; --stopping:#a98fe0; --backoff:#4a5468; --down:#596277;
  --bad:#ff5c7c;
  --fault:#ff8a3d; --restart:#3ecf9a; --on:#0b0e14; } }
.dt .bg { fill:var(--bg); }
.dt .stripe { fill:var(--stripe); }
.dt .grid { stroke:var(--grid); stroke-width:1; }
.dt text { fill:var(--fg); font-size:13px; } .dt .title { font-size:22px; font-weight:700; }
.dt .dim { fill:var(--dim); font-size:12px; } .dt .sup { font-weight:600; }
.dt .limit { fill:var(--dim); font-size:11px; } .dt .finding { font-size:15px; font-weight:600; }
.dt .inc { fill:var(--on); font-size:10px; font-weight:600; }
.dt .running { fill:var(--running); }
.dt .starting { fill:var(--starting); }
.dt .stopping { fill:var(--stopping); }
.dt .backoff { fill:var(--backoff); }
.dt .down { stroke:var(--down); stroke-width:1.5; stroke-dasharray:2 4; fill:none; }
.dt .folded { opacity:.55; }
.dt .crash { stroke:var(--bad); stroke-width:2.4; stroke-linecap:round; fill:none; }
.dt .fault { fill:var(--fault); stroke:var(--bg); stroke-width:1; }
.dt .restart { fill:var(--restart); stroke:var(--bg); stroke-width:.8; }
.dt .gave-up { fill:var(--bad); stroke:var(--bg); stroke-width:1.2; }
.dt .violation { fill:var(--bad); stroke:var(--bg); stroke-width:1; }
.dt .command { fill:var(--fg); stroke:var(--bg); stroke-width:1; }
.dt .why { stroke:var(--bad); stroke-width:1.6; fill:none; opacity:.75; }
.dt .cut { fill:var(--stripe); } .dt .tear { stroke:var(--down); stroke-width:1.2; fill:none; }
.dt .pill { font-size:13px; font-weight:700; fill:var(--on); }
.dt .good { fill:var(--restart); }
.dt .poor { fill:var(--bad); }
)css";

/// About how wide a text of 13 pixels is; a browser's own font decides, so there is some to spare.
double textWidth(std::string_view text, double size = 13)
{
    const auto characters =
        std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; });
    return static_cast<double>(characters) * size * 0.56;
}

std::vector<std::string> brokenLines(std::string_view text, double width, double size)
{
    std::vector<std::string> lines(1);
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t end = std::min(text.find(' ', at), text.size());
        const std::string word(text.substr(at, end - at));
        if (!lines.back().empty() && textWidth(lines.back() + " " + word, size) > width)
            lines.emplace_back();
        lines.back() += (lines.back().empty() ? "" : " ") + word;
        at = end + 1;
    }
    return lines;
}

/// Few lanes may be taller.
double laneHeightFor(std::size_t lanes)
{
    return lanes <= 12 ? 34 : lanes <= 30 ? 27 : 21;
}

/// Cut to the width, with an ellipsis.
std::string shortened(const std::string &text, double width)
{
    if (textWidth(text) <= width)
        return text;
    std::string cut = text;
    while (!cut.empty() && textWidth(cut) > width - 12) {
        do
            cut.pop_back();
        while (!cut.empty() && (cut.back() & 0xc0) == 0x80);
        if (!cut.empty() && (cut.back() & 0x80) != 0)
            cut.pop_back();
    }
    return cut + "…";
}

class Painter {
public:
    Painter(const LoadedScenario &loaded, const Recording &run, const TimelineSvgOptions &options)
        : m_loaded(loaded)
        , m_run(run)
        , m_options(options)
        , m_timeline(timelineOf(loaded.scenario.model, run, options.mostLanes))
        , m_laneHeight(laneHeightFor(m_timeline.lanes.size()))
        , m_gutter(gutterOf())
        , m_axis(momentsOf(m_timeline), end(), options.width - 2 * margin - m_gutter - rightGutter,
                 endsEarly() ? tailWidth : 0)
    {
        extend(m_timeline, m_axis.until());
        const Timeline whole = m_timeline;
        for (const int leastWidth : {1, 2, 4, 8, 16}) {
            m_timeline = whole;
            m_folded = foldToFit(m_timeline, m_axis, leastWidth);
            if (shapesOf(m_timeline) <= mostShapes)
                break;
        }
    }

    std::string paint()
    {
        m_y = margin;
        if (!m_options.isInPage)
            paintHeading();
        m_top = m_y + 30;
        const double bottom = m_top + m_laneHeight * static_cast<double>(m_timeline.lanes.size());
        paintGround(bottom);
        for (std::size_t i = 0; i < m_timeline.lanes.size(); ++i)
            paintBars(i);
        paintLinks();
        for (std::size_t i = 0; i < m_timeline.lanes.size(); ++i)
            paintMarks(i);
        m_y = bottom + 30;
        paintLegend();
        paintFootnotes();
        const double height = m_y + 4;
        const std::string size =
            m_options.isInPage ? std::string("width=\"100%\"")
                               : fmt::format("width=\"{:.0f}\" height=\"{:.0f}\"", m_options.width, height);
        return fmt::format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"dt\" viewBox=\"0 0 {:.0f} {:.0f}\" {} "
            "role=\"img\" aria-label=\"Timeline of {}\">\n<style>{}</style>\n"
            "<rect class=\"bg\" width=\"100%\" height=\"100%\"/>\n{}</svg>\n",
            m_options.width, height, size, xmlEscaped(m_loaded.scenario.model.name), withPlainValues(style),
            m_svg);
    }

private:
    bool endsEarly() const { return m_run.result.end < m_loaded.scenario.model.horizon; }

    /// What takes no time at all is shown with a second to stand in.
    std::int64_t end() const
    {
        constexpr std::int64_t second = 1'000'000'000;
        const std::int64_t ran = m_run.result.end.ns();
        return ran > 0 ? ran : std::min(second, m_loaded.scenario.model.horizon.ns());
    }

    std::string limitOf(const TimelineLane &lane) const
    {
        if (!lane.isSupervisor)
            return {};
        const RestartLimitSpec limit =
            effectiveLimit(m_loaded.scenario.model.supervisor(m_run.nodes[lane.node]).flags);
        return fmt::format("{} in {}", limit.max, human(limit.within));
    }

    double gutterOf() const
    {
        double widest = 60;
        for (const TimelineLane &lane : m_timeline.lanes)
            widest = std::max(widest, lane.depth * indent + textWidth(lane.label)
                                          + textWidth(limitOf(lane), 11) + 30);
        return std::min(widest, 320.0);
    }

    template <typename... Values> void put(fmt::format_string<Values...> format, Values &&...values)
    {
        fmt::format_to(std::back_inserter(m_svg), format, std::forward<Values>(values)...);
        m_svg += '\n';
    }

    void text(double x, double y, std::string_view classes, std::string_view content,
              std::string_view anchor = "start")
    {
        put("<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"{}\" text-anchor=\"{}\">{}</text>", x, y, classes,
            anchor, xmlEscaped(content));
    }

    double x(std::int64_t t) const { return margin + m_gutter + m_axis.x(t); }
    double laneY(std::size_t lane) const { return m_top + m_laneHeight * (static_cast<double>(lane) + 0.5); }
    double right() const { return m_options.width - margin - rightGutter; }

    void paintHeading()
    {
        const Scenario &scenario = m_loaded.scenario;
        const RunResult &result = m_run.result;
        std::string outcome(toText(result.outcome));
        std::replace(outcome.begin(), outcome.end(), '_', ' ');
        const double pill = textWidth(outcome) + 26;
        text(margin, m_y + 18, "title", scenario.model.name);
        put("<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"24\" rx=\"12\"/>",
            result.outcome == Outcome::Passed ? "good" : "poor", m_options.width - margin - pill, m_y, pill);
        text(m_options.width - margin - pill / 2, m_y + 16.5, "pill", outcome, "middle");
        text(m_options.width - margin - pill - 12, m_y + 16.5, "dim",
             fmt::format("{}  ·  seed {}", counted(result.restarts, "restart"), result.seed), "end");
        m_y += 44;
        if (!scenario.about.empty())
            for (const std::string &line : brokenLines(scenario.about, m_options.width - 2 * margin, 13)) {
                text(margin, m_y, "", line);
                m_y += 18;
            }
        const auto sentence = FindingSentence::parse(scenario.finding, scenario.model);
        // It speaks of what the expectations state.
        if (scenario.finding.empty() || !sentence || result.outcome == Outcome::Failed)
            return;
        m_y += 8;
        for (const std::string &line :
             brokenLines(sentence->render(scenario.model, m_run), m_options.width - 2 * margin, 15.5)) {
            text(margin, m_y, "finding", line);
            m_y += 21;
        }
    }

    void paintGround(double bottom)
    {
        for (std::size_t i = 0; i < m_timeline.lanes.size(); i += 2)
            put("<rect class=\"stripe\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>",
                margin - 8, laneY(i) - m_laneHeight / 2, m_options.width - 2 * margin + 16, m_laneHeight);
        for (const TimeAxis::Tick &tick : m_axis.ticks()) {
            const double at = margin + m_gutter + tick.x;
            put("<line class=\"grid\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1:.1f}\" y2=\"{2:.1f}\"/>", at,
                m_top - 6, bottom);
            text(at, m_top - 12, "dim", tick.label, "middle");
        }
        for (const TimeAxis::Piece &piece : m_axis.pieces())
            if (piece.isCut)
                paintCut(piece, bottom);
        text(m_options.width - margin, m_top - 12, "dim", "starts", "end");
        for (std::size_t i = 0; i < m_timeline.lanes.size(); ++i)
            paintLabel(i);
    }

    void paintCut(const TimeAxis::Piece &piece, double bottom)
    {
        const double left = margin + m_gutter + piece.x;
        put("<rect class=\"cut\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"><title>{} in "
            "which "
            "nothing happens</title></rect>",
            left, m_top - 6, piece.width, bottom - m_top + 6,
            human(Duration::nanoseconds(piece.until - piece.from)));
        for (const double edge : {left + 4, left + piece.width - 4}) {
            std::string path;
            const int teeth = static_cast<int>((bottom - m_top) / 6) + 1;
            for (int tooth = 0; tooth <= teeth; ++tooth)
                path += fmt::format("{}{:.1f} {:.1f}", tooth == 0 ? "M" : "L",
                                    edge + (tooth % 2 == 0 ? 2.5 : -2.5), m_top - 6 + 6 * tooth);
            put("<path class=\"tear\" d=\"{}\"/>", path);
        }
        text(left + piece.width / 2, bottom + 14, "dim",
             human(Duration::nanoseconds(piece.until - piece.from)), "middle");
    }

    void paintLabel(std::size_t index)
    {
        const TimelineLane &lane = m_timeline.lanes[index];
        const double left = margin + lane.depth * indent;
        const double y = laneY(index) + 4.5;
        const std::string limit = limitOf(lane);
        const double room = m_gutter - lane.depth * indent - textWidth(limit, 11) - 24;
        const std::string label = shortened(lane.label, std::max(room, 40.0));
        put("<g>");
        if (lane.node.isValid())
            put("<title>{}</title>", xmlEscaped(titleOf(lane)));
        text(left, y, lane.isSupervisor ? "sup" : lane.node.isValid() ? "" : "dim", label);
        if (!limit.empty())
            text(margin + m_gutter - 12, y, "limit", limit, "end");
        put("</g>");
        if (lane.starts > 0)
            text(m_options.width - margin, y, lane.isSupervisor ? "sup" : "", grouped(lane.starts), "end");
    }

    std::string titleOf(const TimelineLane &lane) const
    {
        std::string title = m_run.path(lane.node);
        if (!lane.isSupervisor)
            return title;
        const SupervisorSpec &flags = m_loaded.scenario.model.supervisor(m_run.nodes[lane.node]).flags;
        return title + fmt::format(": {}, {}", toText(flags.strategy), limitText(effectiveLimit(flags)));
    }

    void paintBars(std::size_t index)
    {
        const TimelineLane &lane = m_timeline.lanes[index];
        const double height = m_laneHeight * (lane.isSupervisor ? 0.36 : 0.52);
        const double y = laneY(index);
        for (const TimelineBar &bar : lane.bars) {
            const double from = x(bar.from);
            const double width = std::max(x(bar.until) - from, 1.2);
            const std::string title = xmlEscaped(barTitle(lane, bar));
            if (bar.state == BarState::Down) {
                put("<path class=\"down\" d=\"M{:.1f} {:.1f}H{:.1f}\"><title>{}</title></path>", from, y,
                    from + width, title);
                continue;
            }
            put("<rect class=\"{}{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" "
                "rx=\"{:.1f}\">"
                "<title>{}</title></rect>",
                toText(bar.state), bar.folded > 1 ? " folded" : "", from, y - height / 2,
                std::max(width - 0.6, 0.8), height, std::min(2.5, width / 3), title);
            const bool isLong = width > 34 && bar.state == BarState::Running && bar.incarnation > 1;
            if (isLong && bar.folded == 1)
                text(from + 9, y + 3.6, "inc", fmt::format("#{}", bar.incarnation));
        }
    }

    static std::string barTitle(const TimelineLane &lane, const TimelineBar &bar)
    {
        const std::string span = fmt::format("{} to {}", momentText(bar.from), momentText(bar.until));
        if (bar.folded > 1)
            return fmt::format("{}: {} stretches, mostly {}, {}", lane.label, bar.folded, toText(bar.state),
                               span);
        return fmt::format("{} #{}: {} for {}, {}", lane.label, bar.incarnation, toText(bar.state),
                           human(Duration::nanoseconds(bar.until - bar.from)), span);
    }

    void paintLinks()
    {
        for (const TimelineLink &link : m_timeline.links) {
            const double fromX = x(link.from);
            const double toX = x(link.to);
            const double fromY = laneY(link.fromLane);
            const double toY = laneY(link.toLane);
            if (link.fromLane == link.toLane) {
                // Beside the bar, on which it could not be seen.
                const double rise = m_laneHeight * 0.62;
                put("<path class=\"why\" d=\"M{:.1f} {:.1f}C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}\"/>",
                    fromX, fromY, fromX + (toX - fromX) * 0.2, fromY - rise, toX - (toX - fromX) * 0.2,
                    toY - rise, toX, toY);
                continue;
            }
            const double bend = (toX - fromX) / 2;
            put("<path class=\"why\" d=\"M{:.1f} {:.1f}C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}\"/>", fromX,
                fromY, fromX + bend, fromY, toX - bend, toY, toX, toY);
        }
    }

    void paintMarks(std::size_t index)
    {
        for (const TimelineMark &mark : m_timeline.lanes[index].marks) {
            const std::string more = mark.count > 1 ? fmt::format(" (and {} more here)", mark.count - 1) : "";
            put("<g><title>{}</title>",
                xmlEscaped(fmt::format("{}: {}{}", momentText(mark.at), mark.text, more)));
            paintMark(mark.kind, x(mark.at), laneY(index));
            put("</g>");
        }
    }

    void paintMark(MarkKind kind, double x, double y)
    {
        const std::string_view name = toText(kind);
        switch (kind) {
        case MarkKind::Crash:
            return put("<path class=\"{}\" d=\"M{:.1f} {:.1f}l7 7m0 -7l-7 7\"/>", name, x - 3.5, y - 3.5);
        case MarkKind::Restart:
            return put("<path class=\"{}\" d=\"M{:.1f} {:.1f}l4 6h-8z\"/>", name, x, y + 5);
        case MarkKind::Fault:
            return put("<path class=\"{}\" d=\"M{:.1f} {:.1f}l-5.5 8h4l-2 7l7.5 -9h-4.4l2.6 -6z\"/>", name, x,
                       y - 14);
        case MarkKind::GaveUp:
            return put("<path class=\"{}\" d=\"M{:.1f} {:.1f}l7 7l-7 7l-7 -7z\"/>", name, x, y - 7);
        case MarkKind::Violation:
            return put("<path class=\"{}\" d=\"M{:.1f} {:.1f}v-14h9l-3 4l3 4h-7.5v6z\"/>", name, x, y + 6);
        case MarkKind::Command:
            return put("<circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4.5\"/>", name, x, y);
        }
    }

    /// Only what the picture has.
    void paintLegend()
    {
        std::array<bool, 5> hasState{};
        std::array<bool, 6> hasMark{};
        for (const TimelineLane &lane : m_timeline.lanes) {
            for (const TimelineBar &bar : lane.bars)
                hasState[static_cast<std::size_t>(bar.state)] = true;
            for (const TimelineMark &mark : lane.marks)
                hasMark[static_cast<std::size_t>(mark.kind)] = true;
        }
        constexpr std::array<std::string_view, 6> markNames{
            "restart", "command", "crash or failed start", "injected fault", "gave up", "broken expectation"};
        double at = margin;
        const auto label = [&](double width, std::string_view name) {
            text(at + width + 6, m_y + 4.5, "dim", name);
            at += width + 26 + textWidth(name, 11);
        };
        for (std::size_t i = 0; i < hasState.size(); ++i) {
            if (!hasState[i])
                continue;
            const auto name = toText(static_cast<BarState>(i));
            if (static_cast<BarState>(i) == BarState::Down)
                put("<path class=\"down\" d=\"M{:.1f} {:.1f}h22\"/>", at, m_y);
            else
                put("<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"22\" height=\"12\" rx=\"2.5\"/>",
                    name, at, m_y - 6);
            label(22, name);
        }
        for (std::size_t i = 0; i < hasMark.size(); ++i) {
            if (!hasMark[i])
                continue;
            const auto kind = static_cast<MarkKind>(i);
            const double lift = kind == MarkKind::Restart ? -8 : kind == MarkKind::Fault ? 7 : 0;
            paintMark(kind, at + 7, m_y + lift);
            label(14, markNames[i]);
        }
        if (!m_timeline.links.empty()) {
            put("<path class=\"why\" d=\"M{0:.1f} {1:.1f}c10 0 12 -8 22 -8\"/>", at, m_y + 4);
            label(22, "why it ended so");
        }
        m_y += 24;
    }

    void paintFootnotes()
    {
        std::string note;
        if (m_axis.pieces().size() > 1)
            note += "Between the torn edges nothing happens; that time is cut out. ";
        if (m_folded > 0)
            note += fmt::format("Pale bars stand for {} that are too short to be drawn apart. ",
                                counted(m_folded, "stretch", "stretches"));
        if (m_timeline.hiddenNodes > 0)
            note += fmt::format("{} to which least happened have no lane of their own.",
                                counted(m_timeline.hiddenNodes, "node"));
        if (note.empty())
            return;
        for (const std::string &line : brokenLines(note, m_options.width - 2 * margin, 12)) {
            text(margin, m_y, "dim", line);
            m_y += 17;
        }
    }

    const LoadedScenario &m_loaded;
    const Recording &m_run;
    TimelineSvgOptions m_options;
    Timeline m_timeline;
    double m_laneHeight;
    double m_gutter;
    TimeAxis m_axis;
    std::size_t m_folded = 0;
    std::string m_svg;
    double m_y = 0;
    double m_top = 0;
};

}  // namespace

std::string timelineSvg(const LoadedScenario &loaded, const Recording &run, const TimelineSvgOptions &options)
{
    return Painter(loaded, run, options).paint();
}

}  // namespace daruma
