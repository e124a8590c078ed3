#include "app/cli/export/report_html.h"

#include "app/cli/defect_blame.h"
#include "app/cli/export/markup.h"
#include "app/cli/export/timeline_svg.h"
#include "app/cli/report.h"
#include "simulator/analysis/advice.h"
#include "simulator/analysis/wording.h"
#include "simulator/kernel/duration_text.h"
#include "simulator/scenario/finding.h"

#include <fmt/format.h>

#include <algorithm>

namespace daruma {

namespace {

/// A page with more rows than this is slow to open, and nobody reads them.
constexpr std::size_t mostRows = 500;
constexpr std::size_t mostLinks = 40;

constexpr std::string_view style = R"css(
:root { color-scheme: light dark; --bg:#ffffff; --fg:#1d2433; --dim:#667085; --line:#e6e9ef;
  --soft:#f6f7fa; --good:#12805c;
  --bad:#d1284f; --on:#ffffff; }
@media (prefers-color-scheme: dark) { :root { --bg:#12161f; --fg:#e8ebf2; --dim:#98a2b3;
  --line:#262d3b; --soft:#181d28;
  --good:#3ecf9a; --bad:#ff5c7c; --on:#0b0e14; } }
body { margin:0 auto; max-width:1200px; padding:32px 24px 64px; background:var(--bg);
  color:var(--fg); line-height:1.55;
  font-family: Inter, "Noto Sans", "Segoe UI", system-ui, "DejaVu Sans", sans-serif; font-size:16px; }
h1 { font-size:32px; line-height:1.2; margin:0; } h2 { font-size:20px; margin:44px 0 12px; }
header { display:flex; gap:16px; align-items:center; justify-content:space-between; flex-wrap:wrap; }
.pill { padding:4px 14px; border-radius:999px; font-weight:700; color:var(--on);
  background:var(--good); }
.pill.bad { background:var(--bad); } .about { margin:8px 0 0; color:var(--dim); font-size:17px; }
.finding { margin:28px 0 8px; padding:18px 22px; border-left:5px solid var(--bad);
  background:var(--soft);
  border-radius:0 10px 10px 0; font-size:21px; line-height:1.45; font-weight:600; }
.finding.good { border-color:var(--good); }
dl { display:flex; flex-wrap:wrap; gap:6px 36px; margin:20px 0; } dl div { min-width:0; }
dt { color:var(--dim); font-size:13px; }
dd { margin:0; font-weight:600; font-variant-numeric:tabular-nums; }
.picture { margin:0 -24px; overflow-x:auto; } .picture svg { min-width:760px; display:block; }
table { border-collapse:collapse; width:100%; font-size:14.5px; font-variant-numeric:tabular-nums; }
th { text-align:left; color:var(--dim); font-weight:500; font-size:13px; }
th, td { padding:6px 14px 6px 0; vertical-align:top;
  border-bottom:1px solid var(--line); } td.num, th.num { text-align:right; white-space:nowrap; }
.scroll { overflow-x:auto; }
.ok { color:var(--good); font-weight:700; }
.no { color:var(--bad); font-weight:700; }
ol { padding-left:26px; } ol li { margin:5px 0; } ol li::marker { color:var(--dim); font-size:13px; }
code, pre { font-family: "JetBrains Mono", "Noto Sans Mono", ui-monospace, "DejaVu Sans Mono",
  monospace; font-size:13.5px; }
pre { background:var(--soft); padding:16px 18px; border-radius:10px; overflow-x:auto;
  line-height:1.5; margin:0; }
pre.line { white-space:pre-wrap; overflow-wrap:anywhere; user-select:all; } .dim { color:var(--dim); }
summary { cursor:pointer; color:var(--dim); margin-bottom:10px; }
footer { margin-top:56px; color:var(--dim); font-size:13px; }
@media print { body { max-width:none; } }
)css";

class Page {
public:
    Page(const Reference &reference, const Recording &run)
        : m_reference(reference)
        , m_scenario(reference.loaded.scenario)
        , m_model(reference.loaded.scenario.model)
        , m_run(run)
    {}

    std::string write()
    {
        put("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
            "<title>{}</title>\n<style>{}</style>\n</head>\n<body>",
            xmlEscaped(m_model.name), style);
        heading();
        section("What happened");
        put("<div class=\"picture\">{}</div>",
            timelineSvg(m_reference.loaded, m_run, {.width = 1200, .mostLanes = 60, .isInPage = true}));
        why();
        advice();
        expectations();
        restarts();
        scenario();
        put("<footer>Made by Daruma, rules version {}. The same scenario, seed and rules give the same run, "
            "on any "
            "machine.</footer>\n</body>\n</html>",
            rulesVersion);
        return std::move(m_html);
    }

private:
    template <typename... Values> void put(fmt::format_string<Values...> format, Values &&...values)
    {
        fmt::format_to(std::back_inserter(m_html), format, std::forward<Values>(values)...);
        m_html += '\n';
    }

    void section(std::string_view title) { put("<h2>{}</h2>", title); }

    void fact(std::string_view name, std::string_view value)
    {
        put("<div><dt>{}</dt><dd>{}</dd></div>", name, xmlEscaped(value));
    }

    void heading()
    {
        const RunResult &result = m_run.result;
        std::string outcome(toText(result.outcome));
        std::replace(outcome.begin(), outcome.end(), '_', ' ');
        put("<header><h1>{}</h1><span class=\"pill{}\">{}</span></header>", xmlEscaped(m_model.name),
            result.outcome == Outcome::Passed ? "" : " bad", outcome);
        if (!m_scenario.about.empty())
            put("<p class=\"about\">{}</p>", xmlEscaped(m_scenario.about));
        const auto sentence = FindingSentence::parse(m_scenario.finding, m_model);
        // It speaks of what the expectations state.
        if (!m_scenario.finding.empty() && sentence && result.outcome != Outcome::Failed)
            put("<p class=\"finding{}\">{}</p>", result.outcome == Outcome::Passed ? " good" : "",
                xmlEscaped(sentence->render(m_model, m_run)));
        put("<dl>");
        fact("ended after", momentText(result.end.ns()));
        fact("restarts", grouped(result.restarts));
        fact("events", grouped(result.events));
        fact("dialect", m_model.dialect);
        fact("seed", std::to_string(result.seed));
        fact("fingerprint", toText(result.fingerprint).substr(0, 16));
        put("</dl>");
    }

    void why()
    {
        const Explainer explainer(m_model, m_run);
        const std::vector<EventId> subjects = explainer.subjects();
        if (subjects.empty())
            return;
        section("Why");
        for (const EventId subject : subjects) {
            put("<ol>");
            const std::vector<Link> chain = explainer.chain(subject);
            for (std::size_t i = 0; i < std::min(chain.size(), mostLinks); ++i)
                put("<li>{}</li>", xmlEscaped(chain[i].sentence));
            put("</ol>");
            if (chain.size() > mostLinks)
                put("<p class=\"dim\">… and {} further back; <code>daruma explain</code> tells them all.</p>",
                    counted(chain.size() - mostLinks, "link"));
        }
    }

    void advice()
    {
        const std::vector<Advice> found = adviceFor(m_model, m_run);
        const std::string none = found.empty() ? whyNoAdvice(m_model, m_run) : std::string();
        if (found.empty() && none.empty())
            return;
        section("What would have helped");
        if (found.empty()) {
            put("<p>{}</p>", xmlEscaped(none));
            return;
        }
        put("<p class=\"dim\">{}</p>", xmlEscaped(adviceIntroduction()));
        for (const AdviceGroup &group : inGroups(found)) {
            put("<ul>");
            for (const Advice &one : group.advice)
                put("<li><code>--set {}</code>{}{}</li>", xmlEscaped(one.setting()),
                    one.before.empty()
                        ? ""
                        : fmt::format(" <span class=\"dim\">instead of {}</span>", xmlEscaped(one.before)),
                    one.caveat.empty() ? "" : "<br>" + xmlEscaped(one.caveat));
            put("</ul>\n<p>{}</p>", xmlEscaped(group.sentence));
        }
    }

    void expectations()
    {
        const RunResult &result = m_run.result;
        if (result.expectations.empty() && result.invariants.empty())
            return;
        section("Expectations");
        const Explainer explainer(m_model, m_run);
        const std::vector<std::string> blame = defectBlame(m_reference.source, m_reference.loaded, m_run);
        put("<div class=\"scroll\"><table><tr><th></th><th>name</th><th>form</th><th>expression</th></tr>");
        for (std::size_t i = 0; i < result.expectations.size(); ++i) {
            const ExpectationResult &one = result.expectations[i];
            const Expectation &expectation = m_model.expectations[i];
            std::string what = "<code>" + xmlEscaped(expectation.expression.text) + "</code>";
            if (one.undecided)
                what += "<br>undecided: the run was cut short";
            else if (!one.passed)
                what += "<br>at " + momentText(one.at.ns()) + ": " + xmlEscaped(one.message);
            const std::string hint = blame[i].empty() ? shutdownHint(explainer, m_model, m_run, i) : blame[i];
            if (!hint.empty())
                what += "<br>" + xmlEscaped(hint);
            put("<tr><td class=\"{}\">{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                one.undecided ? "dim"
                : one.passed  ? "ok"
                              : "no",
                one.undecided ? "?"
                : one.passed  ? "✓"
                              : "✗",
                xmlEscaped(expectation.name), toText(expectation.form), what);
        }
        for (const InvariantViolation &one : result.invariants)
            put("<tr><td class=\"no\">✗</td><td>invariant {}</td><td></td><td>at {}: {}</td></tr>",
                xmlEscaped(one.name), momentText(one.at.ns()), xmlEscaped(one.message));
        put("</table></div>");
    }

    void restarts()
    {
        if (m_run.result.restarts == 0)
            return;
        section("Restarts");
        put("<div class=\"scroll\"><table><tr><th class=\"num\">at</th><th>child</th><th>of</th><th>because "
            "of</th>"
            "<th>strategy</th><th class=\"num\">in the window</th><th class=\"num\">delay</th></tr>");
        std::size_t rows = 0;
        for (const Event &event : m_run.events) {
            if (event.kind != EventKind::Restart || rows++ >= mostRows)
                continue;
            put("<tr><td class=\"num\">{}</td><td>{} #{}</td><td>{}</td><td>{}</td><td>{}</td>"
                "<td class=\"num\">{} of {}</td><td class=\"num\">{}</td></tr>",
                momentText(event.t), xmlEscaped(m_run.path(event.node)), event.incarnation,
                event.other.isValid() ? xmlEscaped(m_run.path(event.other)) : "",
                xmlEscaped(toText(event.exitReason(), m_run)), toText(static_cast<Strategy>(event.detail)),
                event.a, event.b, event.value > 0 ? human(Duration::nanoseconds(event.value)) : "");
        }
        put("</table></div>");
        if (rows > mostRows)
            put("<p class=\"dim\">… and {} more; <code>daruma export</code> as csv or sqlite has them "
                "all.</p>",
                grouped(rows - mostRows));
    }

    void scenario()
    {
        section("The scenario");
        put("<pre>{}</pre>", xmlEscaped(m_scenario.text));
        section("The same run again");
        put("<pre class=\"line\">{}</pre>",
            xmlEscaped(reproLine(m_reference.source, m_reference.loaded, m_run.result.fingerprint)));
    }

    const Reference &m_reference;
    const Scenario &m_scenario;
    const Model &m_model;
    const Recording &m_run;
    std::string m_html;
};

}  // namespace

std::string reportHtml(const Reference &reference, const Recording &run)
{
    return Page(reference, run).write();
}

}  // namespace daruma
