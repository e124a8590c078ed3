#include "app/cli/annotations.h"
#include "app/cli/commands.h"
#include "app/cli/setting_paths.h"
#include "app/cli/step_summary.h"
#include "simulator/analysis/policy_check.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>
#include <optional>

namespace daruma {

namespace {

using Json = nlohmann::ordered_json;
using Severity = PolicyFinding::Severity;

/// What became of one file.
struct Checked {
    std::string file;
    std::string unreadable;  ///< why there is no text at all; empty where there is
    std::vector<Problem> errors;
    std::vector<Problem> warnings;
    std::vector<PolicyFinding> findings;

    bool isInvalid() const { return !unreadable.empty() || !errors.empty(); }
    bool hasFindings() const
    {
        return !warnings.empty()
               || std::any_of(findings.begin(), findings.end(), [](const PolicyFinding &finding) {
                      return finding.severity == Severity::Finding;
                  });
    }
};

/// What is to be judged, and under what settings.
struct Options {
    std::vector<std::string> names;
    std::vector<std::string> overrides;
    std::string dialect;
    std::string summary;
};

Checked checkFile(const std::string &name, const Options &options)
{
    Checked checked;
    checked.file = name == "-" ? "<stdin>" : name;
    std::string text;
    try {
        text = scenarioText(name);
    } catch (const Failure &failure) {
        if (failure.code() != ExitCode::Invalid)
            throw;
        checked.unreadable = failure.what();
        return checked;
    }
    ScenarioSource source;
    source.name = name;
    source.overrides = options.overrides;
    source.dialect = options.dialect;
    takePathsFromCurrentFolder(source);
    const auto scenario = readScenario(text, checked.file, overridesOf(source.overrides), *source.dialect);
    if (!scenario) {
        checked.errors = scenario.error();
        return checked;
    }
    checked.warnings = scenario->warnings;
    checked.findings = checkPolicies(*scenario);
    return checked;
}

std::string_view nameOf(Severity severity)
{
    return severity == Severity::Note ? "note" : "finding";
}

// text ------------------------------------------------------------------------------------------------------

void printText(const Checked &checked, const Context &context)
{
    Output &out = context.out;
    if (!checked.unreadable.empty())
        writeError(checked.unreadable);
    for (const Problem &problem : checked.errors)
        writeError(toText(problem, checked.file));
    for (const Problem &problem : checked.warnings)
        out.write(toText(problem, checked.file) + "\n");
    for (const PolicyFinding &finding : checked.findings) {
        const bool isNote = finding.severity == Severity::Note;
        if (isNote && context.quiet)
            continue;
        out.write(fmt::format("{}:{}: {}{} {}\n", checked.file, finding.line,
                              isNote ? styled(out, Style::Cyan, "note: ") : std::string(), finding.message,
                              styled(out, Style::Dim, fmt::format("[{}]", finding.check))));
    }
}

// json ------------------------------------------------------------------------------------------------------

Json problemJson(const Problem &problem)
{
    Json json{{"line", problem.line}, {"column", problem.column}, {"message", problem.message}};
    if (!problem.hint.empty())
        json["hint"] = problem.hint;
    return json;
}

Json toJson(const Checked &checked)
{
    Json json{{"file", checked.file}, {"valid", !checked.isInvalid()}};
    json["errors"] = Json::array();
    if (!checked.unreadable.empty())
        json["errors"].push_back({{"message", checked.unreadable}});
    for (const Problem &problem : checked.errors)
        json["errors"].push_back(problemJson(problem));
    json["warnings"] = Json::array();
    for (const Problem &problem : checked.warnings)
        json["warnings"].push_back(problemJson(problem));
    json["findings"] = Json::array();
    for (const PolicyFinding &finding : checked.findings)
        json["findings"].push_back({{"line", finding.line},
                                    {"severity", nameOf(finding.severity)},
                                    {"check", finding.check},
                                    {"message", finding.message}});
    return json;
}

// github ----------------------------------------------------------------------------------------------------

void printGithub(const Checked &checked, const Context &context)
{
    if (!checked.unreadable.empty())
        context.out.write(
            annotation(AnnotationLevel::Error, checked.file, 1, "daruma check", checked.unreadable));
    for (const Problem &problem : checked.errors)
        context.out.write(
            annotation(AnnotationLevel::Error, checked.file, problem.line, "daruma check", problem.message));
    for (const Problem &problem : checked.warnings)
        context.out.write(annotation(AnnotationLevel::Warning, checked.file, problem.line, "daruma check",
                                     problem.message));
    for (const PolicyFinding &finding : checked.findings)
        context.out.write(annotation(finding.severity == Severity::Note ? AnnotationLevel::Notice
                                                                        : AnnotationLevel::Warning,
                                     checked.file, finding.line, finding.check, finding.message));
}

/// A row for each finding.
std::string summaryOf(const std::vector<Checked> &files)
{
    std::string rows;
    const auto add = [&rows](const Checked &checked, int line, std::string_view what,
                             std::string_view message) {
        rows += fmt::format("| {}:{} | {} | {} |\n", markdownEscaped(checked.file), std::max(line, 1),
                            markdownEscaped(what), markdownEscaped(message));
    };
    for (const Checked &checked : files) {
        if (!checked.unreadable.empty())
            add(checked, 1, "error", checked.unreadable);
        for (const Problem &problem : checked.errors)
            add(checked, problem.line, "error", problem.message);
        for (const Problem &problem : checked.warnings)
            add(checked, problem.line, "warning", problem.message);
        for (const PolicyFinding &finding : checked.findings)
            add(checked, finding.line, finding.check, finding.message);
    }
    const std::string title = "### daruma check\n\n";
    return rows.empty() ? title + "no findings\n\n"
                        : title + "| place | check | finding |\n| --- | --- | --- |\n" + rows + "\n";
}

ExitCode check(const Options &options, Context &context)
{
    std::vector<Checked> files;
    for (const std::string &name : options.names)
        files.push_back(checkFile(name, options));
    const bool isInvalid =
        std::any_of(files.begin(), files.end(), [](const Checked &c) { return c.isInvalid(); });
    const bool hasFindings =
        std::any_of(files.begin(), files.end(), [](const Checked &c) { return c.hasFindings(); });
    Json document{{"files", Json::array()}};
    for (const Checked &file : files) {
        if (context.format == Format::Text)
            printText(file, context);
        else if (context.format == Format::Github)
            printGithub(file, context);
        else
            document["files"].push_back(toJson(file));
    }
    if (context.format == Format::Json)
        context.out.write(document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
    writeSummary(options.summary, context, summaryOf(files));
    if (!isInvalid && !hasFindings)
        context.note(files.size() == 1 ? "no findings"
                                       : fmt::format("no findings in {} files", files.size()));
    if (isInvalid)
        return ExitCode::Invalid;
    return hasFindings ? ExitCode::ExpectationFailed : ExitCode::Met;
}

Subcommand::Action declare(CLI::App &app)
{
    const auto options = std::make_shared<Options>();
    app.add_option("SCENARIO", options->names, "Files, - for standard input, or names of shipped scenarios")
        ->required();
    app.add_option("--set", options->overrides,
                   "Changes one value of each scenario; the path of a dialect begins at the current folder")
        ->type_name("KEY=VALUE")
        ->take_all()
        ->expected(1)
        ->allow_extra_args(false);
    app.add_option("--dialect", options->dialect,
                   "Whose supervision rules apply: a name, or the path of a file from the current folder")
        ->check(CLI::Validator(
            [](const std::string &name) {
                return name.empty() ? std::string("a dialect is a name or a path, and not nothing")
                                    : std::string();
            },
            ""))
        ->type_name("NAME");
    addSummaryOption(app, options->summary);
    return [options](Context &context) { return check(*options, context); };
}

}

Subcommand checkCommand()
{
    return {
        "check",
        "Judges the policies of scenarios without running them",
        "Exit code 1 where there are findings, 3 where a file is no scenario. `daruma help checks` explains\n"
        "every check. Example:\n"
        "  daruma check scenarios/*.toml --format github\n"
        "  daruma check tree.toml --dialect elixir --set supervisor.app.max_restarts=10\n",
        {Format::Text, Format::Json, Format::Github},
        declare};
}

}
