#include "app/cli/junit.h"

#include "app/cli/export/markup.h"
#include "app/cli/failing_run.h"
#include "app/cli/report.h"
#include "simulator/kernel/duration_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace daruma {

namespace {

using Judged = JunitCase::Verdict;
constexpr std::size_t mostLinks = 12;

std::size_t countOf(const JunitSuite &suite, Judged verdict)
{
    return static_cast<std::size_t>(
        std::count_if(suite.cases.begin(), suite.cases.end(),
                      [verdict](const JunitCase &one) { return one.verdict == verdict; }));
}

std::string countsText(std::size_t tests, std::size_t failures, std::size_t errors)
{
    return fmt::format(R"(tests="{}" failures="{}" errors="{}")", tests, failures, errors);
}

std::string caseText(const JunitSuite &suite, const JunitCase &one)
{
    std::string text = fmt::format(R"(    <testcase classname="{}" name="{}")", xmlEscaped(suite.name),
                                   xmlEscaped(one.name));
    if (one.line > 0)
        text += fmt::format(R"( file="{}" line="{}")", xmlEscaped(suite.file), one.line);
    text += R"( time="0")";
    if (one.verdict == Judged::Passed)
        return text + "/>\n";
    text += ">\n";
    if (one.verdict == Judged::Skipped)
        return text
               + fmt::format("      <skipped message=\"{}\"/>\n    </testcase>\n", xmlEscaped(one.message));
    const std::string_view element = one.verdict == Judged::Failed ? "failure" : "error";
    return text
           + fmt::format("      <{0} type=\"{1}\" message=\"{2}\">{3}</{0}>\n    </testcase>\n", element,
                         xmlEscaped(one.type), xmlEscaped(one.message), xmlEscaped(one.text));
}

std::string suiteText(const JunitSuite &suite)
{
    std::string text = fmt::format(
        "  <testsuite name=\"{}\" {} skipped=\"{}\" time=\"0\">\n", xmlEscaped(suite.name),
        countsText(suite.cases.size(), countOf(suite, Judged::Failed), countOf(suite, Judged::Error)),
        countOf(suite, Judged::Skipped));
    if (!suite.properties.empty()) {
        text += "    <properties>\n";
        for (const auto &[name, value] : suite.properties)
            text += fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", xmlEscaped(name),
                                xmlEscaped(value));
        text += "    </properties>\n";
    }
    for (const JunitCase &one : suite.cases)
        text += caseText(suite, one);
    if (!suite.note.empty())
        text += fmt::format("    <system-out>{}</system-out>\n", xmlEscaped(suite.note));
    return text + "  </testsuite>\n";
}

std::string placeText(const std::string &file, int line, const std::string &expression)
{
    return fmt::format("{}:{}: {}\n", file, line, expression);
}

JunitCase expectationCase(const LoadedScenario &loaded, std::size_t i)
{
    JunitCase one;
    one.name = loaded.scenario.model.expectations[i].name;
    one.type = toText(loaded.scenario.model.expectations[i].form);
    one.line = loaded.scenario.expectationPlaces[i].line;
    return one;
}

void add(JunitSuite &suite, std::string name, std::string value)
{
    suite.properties.emplace_back(std::move(name), std::move(value));
}

/// What the expectations' cases say first: where they stand.
std::string placeOf(const LoadedScenario &loaded, std::size_t i)
{
    const Expectation &expectation = loaded.scenario.model.expectations[i];
    return placeText(
        loaded.file, loaded.scenario.expectationPlaces[i].line,
        fmt::format("{}{} {}{}",
                    expectation.whenever.text.empty() ? std::string()
                                                      : "whenever " + expectation.whenever.text + " ",
                    toText(expectation.form), expectation.expression.text,
                    expectation.within.isNever() ? std::string() : " within " + toText(expectation.within)));
}

JunitCase expectationOfCampaign(const CampaignCell &cell, const CampaignStatistics &statistics, bool isWhole,
                                std::size_t i)
{
    const Expectation &expectation = cell.loaded.scenario.model.expectations[i];
    const ExpectationStatistics &one = statistics.expectations[i];
    JunitCase judged = expectationCase(cell.loaded, i);
    if (one.failed > 0) {
        judged.verdict = Judged::Failed;
        judged.message = fmt::format("failed in {} of {}, first with seed {}", grouped(one.failed),
                                     counted(statistics.runs, "run"), *one.firstFailingSeed);
        judged.text = placeOf(cell.loaded, i) + failingRun(cell, *one.firstFailingSeed).repro + "\n";
    } else if (isNeverReached(expectation, one)) {
        judged.verdict = isWhole ? Judged::Failed : Judged::Skipped;
        judged.message = fmt::format("reached in none of {}", counted(statistics.runs, "run"));
        judged.text = placeOf(cell.loaded, i);
    } else if (one.undecided > 0) {
        judged.verdict = Judged::Error;
        judged.message = fmt::format("undecided in {} of {}, which a limit cut", grouped(one.undecided),
                                     counted(statistics.runs, "run"));
        judged.text = placeOf(cell.loaded, i);
    }
    return judged;
}

void addInvariants(JunitSuite &suite, const CampaignStatistics &statistics)
{
    if (statistics.invariants.empty())
        suite.cases.push_back({.name = "invariants"});
    for (const auto &[name, runs] : statistics.invariants)
        suite.cases.push_back(
            {.name = "invariant:" + name,
             .verdict = Judged::Failed,
             .type = "invariant",
             .message = fmt::format("broken in {} of {}", grouped(runs), counted(statistics.runs, "run"))});
}

void addSeeds(JunitSuite &suite, const CampaignCell &cell, const CampaignStatistics &statistics,
              std::size_t most)
{
    const std::size_t told = std::min(most, statistics.failingSeeds.size());
    for (std::size_t i = 0; i < told; ++i) {
        const FailingRun failing = failingRun(cell, statistics.failingSeeds[i]);
        const Model &model = failing.loaded.scenario.model;
        const bool isCut = failing.run.result.outcome == Outcome::Truncated;
        suite.cases.push_back({.name = fmt::format("seed {}", failing.loaded.seed),
                               .verdict = isCut ? Judged::Error : Judged::Failed,
                               .type = "seed",
                               .message = failureLine(model, failing.run.result),
                               .text = whyLines(model, failing.run, mostLinks) + failing.repro + "\n"});
    }
    if (told < statistics.unsuccessful())
        suite.note = fmt::format("{} failed; the first {} are cases of their own here.\n",
                                 counted(statistics.unsuccessful(), "seed"), told);
}

}

std::string junitText(std::string_view name, const std::vector<JunitSuite> &suites)
{
    std::size_t tests = 0;
    std::size_t failures = 0;
    std::size_t errors = 0;
    std::string body;
    for (const JunitSuite &suite : suites) {
        tests += suite.cases.size();
        failures += countOf(suite, Judged::Failed);
        errors += countOf(suite, Judged::Error);
        body += suiteText(suite);
    }
    return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                       "<testsuites name=\"{}\" {} time=\"0\">\n{}</testsuites>\n",
                       xmlEscaped(name), countsText(tests, failures, errors), body);
}

JunitSuite runSuite(const LoadedScenario &loaded, const Recording &run, const std::string &repro)
{
    const Model &model = loaded.scenario.model;
    const RunResult &result = run.result;
    JunitSuite suite{.name = model.name, .file = loaded.file};
    add(suite, "seed", std::to_string(loaded.seed));
    add(suite, "dialect", model.dialect);
    add(suite, "rules_version", std::to_string(rulesVersion));
    add(suite, "outcome", std::string(toText(result.outcome)));
    add(suite, "fingerprint", toText(result.fingerprint));
    for (std::size_t i = 0; i < result.expectations.size(); ++i) {
        const ExpectationResult &one = result.expectations[i];
        JunitCase judged = expectationCase(loaded, i);
        if (one.undecided) {
            judged.verdict = Judged::Error;
            judged.message = "undecided: the run was cut short: " + limitText(model, result);
        } else if (!one.passed) {
            judged.verdict = Judged::Failed;
            judged.message = fmt::format("at {}: {}", momentText(one.at.ns()), one.message);
        } else if (model.expectations[i].form == ExpectationForm::Sometimes && !one.reached) {
            judged.verdict = Judged::Skipped;
            judged.message = "not in this run; a sweep judges it";
        }
        if (judged.verdict == Judged::Failed || judged.verdict == Judged::Error)
            judged.text = placeOf(loaded, i) + whyLines(model, run, mostLinks) + repro + "\n";
        suite.cases.push_back(std::move(judged));
    }
    if (result.invariants.empty())
        suite.cases.push_back({.name = "invariants"});
    for (const InvariantViolation &broken : result.invariants)
        suite.cases.push_back(
            {.name = "invariant:" + broken.name,
             .verdict = Judged::Failed,
             .type = "invariant",
             .message = fmt::format("at {}: {}", momentText(broken.at.ns()), broken.message),
             .text = repro + "\n"});
    return suite;
}

std::vector<JunitSuite> sweepSuites(const SweepReport &report)
{
    std::vector<JunitSuite> suites;
    const SweepEnd end = report.result.end;
    const bool isWhole = end == SweepEnd::Complete || end == SweepEnd::Precise;
    std::size_t room = mostSeedCasesInAll;
    for (std::size_t i = 0; i < report.campaign.cells.size(); ++i) {
        const CampaignCell &cell = report.campaign.cells[i];
        const CampaignStatistics &statistics = report.result.cells[i];
        const Model &model = cell.loaded.scenario.model;
        JunitSuite suite{.name = model.name, .file = cell.loaded.file};
        for (const std::string &setting : cell.settings)
            suite.name += " " + setting;
        add(suite, "seeds", fmt::format("{}..{}", report.seeds.first, report.seeds.last));
        add(suite, "dialect", model.dialect);
        add(suite, "rules_version", std::to_string(rulesVersion));
        add(suite, "runs", std::to_string(statistics.runs));
        add(suite, "passed", std::to_string(statistics.passed));
        add(suite, "gave_up", std::to_string(statistics.gaveUp));
        add(suite, "failed", std::to_string(statistics.failed));
        add(suite, "truncated", std::to_string(statistics.truncated));
        for (std::size_t e = 0; e < model.expectations.size(); ++e)
            suite.cases.push_back(expectationOfCampaign(cell, statistics, isWhole, e));
        addInvariants(suite, statistics);
        const std::size_t before = suite.cases.size();
        addSeeds(suite, cell, statistics, std::min(mostSeedCases, room));
        room -= suite.cases.size() - before;
        suites.push_back(std::move(suite));
    }
    return suites;
}

}
