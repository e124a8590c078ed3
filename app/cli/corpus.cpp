#include "app/cli/corpus.h"

#include "app/cli/annotations.h"
#include "app/cli/failing_run.h"
#include "app/cli/interruption.h"
#include "app/cli/new_file.h"
#include "simulator/analysis/wording.h"
#include "simulator/campaign/folder_lock.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

namespace daruma {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t mostTold = 20;

std::string textOf(const std::string &file)
{
    std::error_code failed;
    if (!fs::exists(file, failed))
        return {};
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    if (!stream || (stream.peek() != std::ifstream::traits_type::eof() && !(text << stream.rdbuf())))
        throw Failure(ExitCode::Invalid, file + ": cannot be read");
    return text.str();
}

std::vector<CorpusSeed> seedsIn(const std::string &file, const std::string &text)
{
    auto read = readCorpus(text);
    if (read)
        return std::move(*read);
    std::string message;
    for (const Problem &problem : read.error())
        message += (message.empty() ? "" : "\n") + toText(problem, file);
    throw Failure(ExitCode::Invalid, message);
}

std::string settingsText(const CampaignCell &cell)
{
    std::string text;
    for (const std::string &setting : cell.settings)
        text += " " + setting;
    return text;
}

/// The failing seeds of all cells, each with the first cell in which it fails; in order.
std::map<std::uint64_t, std::size_t> failingSeeds(const SweepResult &result)
{
    std::map<std::uint64_t, std::size_t> seeds;
    for (std::size_t i = 0; i < result.cells.size(); ++i) {
        for (const std::uint64_t seed : result.cells[i].failingSeeds)
            seeds.emplace(seed, i);
    }
    return seeds;
}

}

Corpus corpusOf(const ScenarioSource &source)
{
    std::error_code failed;
    if (source.name == "-" || !fs::is_regular_file(source.name, failed))
        return {};
    Corpus corpus;
    corpus.file = fs::path(source.name).replace_extension(".seeds").string();
    corpus.seeds = seedsIn(corpus.file, textOf(corpus.file));
    return corpus;
}

std::optional<CorpusReport> runCorpus(const Corpus &corpus, const CampaignCells &campaign,
                                      const std::vector<std::unique_ptr<Cell>> &cells, unsigned jobs)
{
    std::vector<std::uint64_t> seeds;
    for (const CorpusSeed &seed : corpus.seeds)
        seeds.push_back(seed.seed);
    const auto results = runSeeds(cells, seeds, jobs, [] { return !Interruption::isAsked(); });
    if (!results)
        return std::nullopt;
    CorpusReport report{corpus.file, seeds.size(), {}};
    for (std::size_t i = 0; i < seeds.size(); ++i) {
        const std::vector<RunResult> &of = (*results)[i];
        const auto bad =
            std::find_if(of.begin(), of.end(), [](const RunResult &one) { return one.hasFailed(); });
        if (bad == of.end())
            continue;
        const auto cell = static_cast<std::size_t>(bad - of.begin());
        // A line for each of a few is told, and each of these costs another run.
        std::string repro;
        if (report.failing.size() < mostTold)
            repro = failingRun(campaign.cells[cell], seeds[i]).repro;
        report.failing.push_back({seeds[i], cell,
                                  settingsText(campaign.cells[cell]).substr(campaign.isGrid() ? 1 : 0)
                                      + (campaign.isGrid() ? ": " : "")
                                      + failureLine(campaign.cells[cell].loaded.scenario.model, *bad),
                                  std::move(repro)});
    }
    return report;
}

std::string corpusText(const CorpusReport &report)
{
    const std::size_t failing = report.failing.size();
    std::string text = fmt::format("corpus: {}, {}\n", counted(report.seeds, "seed"),
                                   failing == 0   ? "all pass now"
                                   : failing == 1 ? "1 still fails"
                                                  : grouped(failing) + " still fail");
    for (std::size_t i = 0; i < failing && i < mostTold; ++i)
        text += fmt::format("  seed {}: {}\n  {}\n", report.failing[i].seed, report.failing[i].what,
                            report.failing[i].repro);
    if (failing > mostTold)
        text += fmt::format("  and {} more\n", grouped(failing - mostTold));
    return text + "\n";
}

std::string withCorpus(const std::string &document, const CorpusReport &report)
{
    using Json = nlohmann::ordered_json;
    Json corpus{{"file", report.file}, {"seeds", report.seeds}};
    corpus["failing"] = Json::array();
    for (const CorpusReport::Failing &one : report.failing)
        corpus["failing"].push_back({{"seed", one.seed},
                                     {"message", one.what},
                                     {"repro", one.repro.empty() ? Json(nullptr) : Json(one.repro)}});
    Json whole = Json::parse(document);
    whole["corpus"] = std::move(corpus);
    return whole.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

JunitSuite corpusSuite(const CorpusReport &report, const CampaignCells &campaign)
{
    JunitSuite suite{.name = campaign.cells.front().loaded.scenario.model.name + " corpus",
                     .file = report.file};
    suite.properties.emplace_back("seeds", std::to_string(report.seeds));
    if (const std::size_t passed = report.seeds - report.failing.size(); passed > 0)
        suite.cases.push_back({.name = fmt::format("{} of the corpus", counted(passed, "seed"))});
    for (std::size_t i = 0; i < report.failing.size() && i < mostSeedCasesInAll; ++i) {
        const CorpusReport::Failing &one = report.failing[i];
        suite.cases.push_back({.name = fmt::format("seed {}", one.seed),
                               .verdict = JunitCase::Verdict::Failed,
                               .type = "corpus",
                               .message = one.what,
                               .text = one.repro.empty() ? "" : one.repro + "\n"});
    }
    return suite;
}

std::string corpusAnnotations(const CorpusReport &report, const CampaignCells &campaign)
{
    const std::string &file = campaign.cells.front().loaded.file;
    std::string text;
    for (std::size_t i = 0; i < report.failing.size() && i < mostAnnotations; ++i)
        text += annotation(
            AnnotationLevel::Error, file, 1, "corpus",
            fmt::format("seed {} still fails: {}", report.failing[i].seed, report.failing[i].what));
    if (report.failing.size() > mostAnnotations)
        text += annotation(AnnotationLevel::Error, file, 1, "corpus",
                           fmt::format("and {} more", grouped(report.failing.size() - mostAnnotations)));
    return text;
}

void checkCanSave(const Corpus &corpus, const ScenarioSource &source)
{
    if (corpus.file.empty())
        throw Failure(ExitCode::Usage,
                      fmt::format("daruma: --save-failures: {} is no file, so there is no place beside it\n"
                                  "Save the scenario to a file and sweep that.",
                                  source.name == "-" ? "standard input" : source.name));
}

std::size_t saveFailures(const Corpus &corpus, const CampaignCells &campaign, const SweepResult &result,
                         const std::vector<std::unique_ptr<Cell>> &cells, unsigned jobs)
{
    const std::map<std::uint64_t, std::size_t> failing = failingSeeds(result);
    if (failing.empty())
        return 0;
    std::vector<std::uint64_t> seeds;
    seeds.reserve(failing.size());
    for (const auto &[seed, cell] : failing)
        seeds.push_back(seed);
    const auto results = runSeeds(cells, seeds, jobs, [] { return true; });
    const FolderLock lock(fs::path(corpus.file).parent_path().string());
    const std::string before = textOf(corpus.file);
    std::set<std::uint64_t> known;
    for (const CorpusSeed &seed : seedsIn(corpus.file, before))
        known.insert(seed.seed);
    std::vector<CorpusSeed> added;
    for (std::size_t i = 0; i < seeds.size(); ++i) {
        if (known.contains(seeds[i]))
            continue;
        const std::size_t cell = failing.at(seeds[i]);
        added.push_back(
            {seeds[i], failureNames(campaign.cells[cell].loaded.scenario.model, (*results)[i][cell])
                           + (campaign.isGrid() ? "," + settingsText(campaign.cells[cell]) : "")
                           + (campaign.cells[cell].isSwarm ? ", with --swarm" : "")
                           + fmt::format(", rules version {}", rulesVersion)});
    }
    if (!added.empty())
        writeNewFile(corpus.file, corpusWith(before, added), "daruma: --save-failures");
    return added.size();
}

}
