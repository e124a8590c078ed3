#include "app/cli/commands.h"
#include "app/cli/defect_blame.h"
#include "app/cli/event_json.h"
#include "app/cli/recorded_campaign.h"
#include "app/cli/reference.h"
#include "app/cli/report.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>

namespace daruma {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t mostRunsListed = 50;

struct Options {
    std::string database;
    std::optional<std::int64_t> run;
    std::optional<std::int64_t> campaign;
    bool failed = false;
    bool numbers = false;
};

template <typename Value> Value accepted(StoreResult<Value> result)
{
    if (!result)
        refuseStore(result.error());
    return std::move(*result);
}

/// DB#RUN, as the other commands name a run.
void splitReference(Options &options)
{
    const std::size_t mark = options.database.rfind('#');
    if (options.run || mark == std::string::npos || mark + 1 == options.database.size())
        return;
    const std::string number = options.database.substr(mark + 1);
    if (number.size() > 18 || number.find_first_not_of("0123456789") != std::string::npos)
        return;
    options.run = std::stoll(number);
    options.database.resize(mark);
}

std::string oneLine(const std::string &overrides)
{
    std::string text;
    for (const char c : overrides)
        text += c == '\n' ? std::string(" ") : std::string(1, c);
    return text;
}

/// `2024-01-31 12:00:00 UTC` of what the database has.
std::string dateText(const std::string &iso)
{
    if (iso.size() != std::string_view("2024-01-31T12:00:00Z").size())
        return iso;
    return fmt::format("{} {} UTC", iso.substr(0, 10), iso.substr(11, 8));
}

std::string campaignText(const CampaignRow &campaign)
{
    std::string text = fmt::format("campaign {}: {}, ", campaign.id, campaign.scenarioName);
    text += campaign.firstSeed == campaign.lastSeed
                ? fmt::format("seed {}", campaign.firstSeed)
                : fmt::format("seeds {}..{}", campaign.firstSeed, campaign.lastSeed);
    if (!campaign.options.empty())
        text += ", " + campaign.options;
    text += fmt::format(", {}, {}", counted(campaign.runs, "run"), dateText(campaign.startedAt));
    if (campaign.state != CampaignState::Finished)
        text += fmt::format(", {}", toText(campaign.state));
    return text + "\n";
}

/// How many columns the dialects of the runs take; none where all have the usual one.
std::size_t dialectColumns(const std::vector<RunRow> &runs)
{
    constexpr std::string_view usual = "otp";
    std::size_t columns = 0;
    for (const RunRow &run : runs)
        columns = std::max(columns, run.dialect == usual ? 0 : run.dialect.size());
    return columns == 0 ? 0 : std::max(columns, std::string_view("dialect").size());
}

std::string dialectText(std::string_view dialect, std::size_t columns)
{
    return columns == 0 ? std::string() : fmt::format("  {:<{}}", dialect, columns);
}

std::string headText(std::size_t dialects)
{
    return fmt::format("  {:>6}  {:<15} {:<9}  {:>14}  {:>12}  {:>12}{}  {}\n", "run", "seed", "outcome",
                       "end", "restarts", "events", dialectText("dialect", dialects), "set");
}

std::string runText(const RunRow &run, std::size_t dialects)
{
    std::string text =
        fmt::format("  {:>6}  {:<15} {:<9}  {:>14}  {:>12}  {:>12}", run.id, run.seed, run.outcome,
                    momentText(run.endNs), grouped(run.restarts), grouped(run.events));
    text += dialectText(run.dialect, dialects);
    if (!run.overrides.empty())
        text += "  " + oneLine(run.overrides);
    text.erase(text.find_last_not_of(' ') + 1);
    return text + "\n";
}

std::uint64_t unsuccessful(Database &database, std::int64_t campaign)
{
    const CampaignSummary::Setting all = accepted(database.summary(campaign)).all();
    return all.failed + all.truncated;
}

void listText(Database &database, const std::string &path, bool failedAlone, Output &out)
{
    const auto campaigns = accepted(database.campaigns());
    if (campaigns.empty())
        out.write(fmt::format("{} holds no runs yet.\n", path));
    for (const CampaignRow &campaign : campaigns) {
        out.write(campaignText(campaign));
        RunFilter filter;
        filter.campaign = campaign.id;
        filter.limit = mostRunsListed;
        filter.isUnsuccessful = failedAlone;
        const std::vector<RunRow> runs = accepted(database.runs(filter));
        const std::size_t dialects = dialectColumns(runs);
        if (!runs.empty())
            out.write(styled(out, Style::Dim, headText(dialects)));
        for (const RunRow &run : runs)
            out.write(runText(run, dialects));
        const std::uint64_t all = failedAlone ? unsuccessful(database, campaign.id) : campaign.runs;
        if (all > mostRunsListed)
            out.write(fmt::format("  and {} more, with --format jsonl\n", grouped(all - mostRunsListed)));
    }
}

Json runDocument(const RunRow &run)
{
    return {{"id", run.id},
            {"seed", run.seed},
            {"dialect", run.dialect},
            {"overrides", run.overrides},
            {"outcome", run.outcome},
            {"end_ns", run.endNs},
            {"events", run.events},
            {"restarts", run.restarts},
            {"fingerprint", run.fingerprint},
            {"has_events", run.hasEvents}};
}

std::string listJson(Database &database, bool failedAlone)
{
    Json document{{"campaigns", Json::array()}};
    for (const CampaignRow &campaign : accepted(database.campaigns())) {
        Json one{{"id", campaign.id},
                 {"scenario", campaign.scenarioName},
                 {"first_seed", campaign.firstSeed},
                 {"last_seed", campaign.lastSeed},
                 {"options", campaign.options},
                 {"rules_version", campaign.rulesVersion},
                 {"started_at", campaign.startedAt},
                 {"state", toText(campaign.state)},
                 {"finished", campaign.finishedAt.has_value()}};
        RunFilter filter;
        filter.campaign = campaign.id;
        filter.isUnsuccessful = failedAlone;
        one["runs"] = Json::array();
        for (const RunRow &run : accepted(database.runs(filter)))
            one["runs"].push_back(runDocument(run));
        document["campaigns"].push_back(std::move(one));
    }
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string listJsonLines(Database &database, bool failedAlone)
{
    std::string lines;
    RunFilter filter;
    filter.isUnsuccessful = failedAlone;
    for (const RunRow &run : accepted(database.runs(filter)))
        lines += runDocument(run).dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
    return lines;
}

void printEvents(const Reference &reference, const Recording &run, Output &out)
{
    EventJson json(reference.loaded.scenario.model, run);
    std::string line;
    for (std::size_t seq = 0; seq < run.events.size(); ++seq) {
        line.clear();
        json.append(line, run.events[seq], seq);
        out.write(line += '\n');
    }
}

ExitCode showRun(const Options &options, Context &context)
{
    const std::string ref = fmt::format("{}#{}", options.database, *options.run);
    const Reference reference = openReference(ref);
    for (const std::string &note : changedDialects(reference))
        context.note(note);
    const Recording run = compactRecordingOf(reference.loaded);
    const std::string repro = fmt::format("daruma replay {}", ref);
    Output &out = context.out;
    const Model &model = reference.loaded.scenario.model;
    if (context.format == Format::Json) {
        out.write(runJson(reference.loaded, run, repro));
    } else if (context.format == Format::Jsonl) {
        printEvents(reference, run, out);
    } else {
        out.write(headerText(out, reference.loaded));
        out.write(timelineText(out, model, run, options.numbers));
        out.write(verdictText(out, model, run, defectBlame(reference.source, reference.loaded, run)));
        out.write(whyText(out, Explainer(model, run), 12));
        out.write(numbersText(run));
        out.write(healthText(run));
        out.write(repro + "\n");
    }
    if (toText(run.result.fingerprint) == reference.fingerprint)
        return ExitCode::Met;
    out.flush();
    writeError(
        fmt::format("{}: it was another run when it was recorded; `{}` says what differs", ref, repro));
    return ExitCode::Diverged;
}

ExitCode showCampaign(Database &database, const Options &options, Context &context)
{
    const std::vector<CampaignRow> campaigns = accepted(database.campaigns());
    const auto found = std::find_if(campaigns.begin(), campaigns.end(),
                                    [&](const CampaignRow &one) { return one.id == *options.campaign; });
    if (found == campaigns.end())
        throw Failure(ExitCode::Invalid,
                      fmt::format("{} has no campaign {}\n`daruma show {}` lists those that there are",
                                  options.database, *options.campaign, options.database));
    const CampaignSummary summary = accepted(database.summary(found->id));
    if (context.format == Format::Text)
        context.out.write(campaignText(*found) + summaryText(context.out, summary));
    else
        context.out.write(summaryJson(*found, summary) + "\n");
    return ExitCode::Met;
}

ExitCode show(const Options &options, Context &context)
{
    if ((options.campaign ? 1 : 0) + (options.run ? 1 : 0) + (options.failed ? 1 : 0) > 1)
        throw Failure(ExitCode::Usage, "daruma show: RUN, --campaign and --failed are three things to show: "
                                       "name one of them");
    if (options.run)
        return showRun(options, context);
    auto database = accepted(Database::open(options.database));
    if (options.campaign)
        return showCampaign(database, options, context);
    if (context.format == Format::Json)
        context.out.write(listJson(database, options.failed));
    else if (context.format == Format::Jsonl)
        context.out.write(listJsonLines(database, options.failed));
    else
        listText(database, options.database, options.failed, context.out);
    return ExitCode::Met;
}

Subcommand::Action declare(CLI::App &app)
{
    const auto options = std::make_shared<Options>();
    app.add_option("DB", options->database, "The database")->required();
    app.add_option("RUN", options->run, "The run to show, also as DB#RUN; default: a list of all");
    app.add_option("--campaign", options->campaign,
                   "Shows the figures of a campaign, from what was recorded of its runs")
        ->type_name("N");
    app.add_flag("--failed", options->failed, "Lists the runs alone that failed or were cut");
    app.add_flag("--numbers", options->numbers,
                 "Shows the number of each event of RUN, which `explain --seq` takes");
    return [options](Context &context) {
        splitReference(*options);
        return show(*options, context);
    };
}

}

Subcommand showCommand()
{
    return {"show",
            "Lists the runs of a database, or shows one of them",
            "A run is shown by running it again; with --format jsonl its events are printed, one a line.\n\n"
            "Example:\n"
            "  daruma show daruma.db\n"
            "  daruma show daruma.db 1\n"
            "  daruma show daruma.db --campaign 1\n",
            {Format::Text, Format::Json, Format::Jsonl},
            declare};
}

}
