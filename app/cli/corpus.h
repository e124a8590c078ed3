#pragma once

#include "app/cli/campaign_source.h"
#include "app/cli/command.h"
#include "app/cli/junit.h"
#include "simulator/campaign/seed_corpus.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace daruma {

/// The file with the seed corpus of a scenario, and what it holds.
struct Corpus {
    std::string file;  ///< `NAME.seeds`, whether or not it is there; empty where the scenario is no file
    std::vector<CorpusSeed> seeds;
};

/// Throws a Failure (Invalid) with everything that is wrong with the file.
Corpus corpusOf(const ScenarioSource &source);

/// How the seeds of the corpus fare today. They are no part of the figures: they were picked because they
/// fail.
struct CorpusReport {
    std::string file;
    std::size_t seeds = 0;
    struct Failing {
        std::uint64_t seed = 0;
        std::size_t cell = 0;  ///< the first in which it fails
        std::string what;      ///< in one line
        std::string repro;
    };
    std::vector<Failing> failing;  ///< in the order of the file
};

/// Nothing where it was interrupted.
std::optional<CorpusReport> runCorpus(const Corpus &corpus, const CampaignCells &campaign,
                                      const std::vector<std::unique_ptr<Cell>> &cells, unsigned jobs);

/// `corpus: 3 seeds, 1 still fails`, and a line or two for each that fails.
std::string corpusText(const CorpusReport &report);
/// The document of `sweep --format json` with the key `corpus`.
std::string withCorpus(const std::string &document, const CorpusReport &report);
JunitSuite corpusSuite(const CorpusReport &report, const CampaignCells &campaign);
std::string corpusAnnotations(const CorpusReport &report, const CampaignCells &campaign);

/// Adds the failing seeds of the campaign that the file does not hold yet, in one go. Gives how many these
/// were. Throws a Failure where it cannot be written, or the scenario is no file.
std::size_t saveFailures(const Corpus &corpus, const CampaignCells &campaign, const SweepResult &result,
                         const std::vector<std::unique_ptr<Cell>> &cells, unsigned jobs);
/// Throws a Failure (Usage) where there is no file to save seeds beside.
void checkCanSave(const Corpus &corpus, const ScenarioSource &source);

}
