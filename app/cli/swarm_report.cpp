#include "app/cli/swarm_report.h"

#include "app/cli/columns.h"
#include "simulator/campaign/swarm.h"

#include <fmt/format.h>

#include <algorithm>

namespace daruma {

SwarmShares swarmShares(const SweepReport &report, std::size_t cell)
{
    const Model &model = report.campaign.cells[cell].loaded.scenario.model;
    const CampaignStatistics &statistics = report.result.cells[cell];
    const std::vector<std::uint64_t> &failing = statistics.failingSeeds;
    SwarmShares shares;
    if (!report.result.lastSeed)
        return shares;
    const bool isCut = statistics.unsuccessful() > failing.size();
    shares.lastSeed = isCut ? failing.back() : *report.result.lastSeed;
    for (const Fault &fault : model.faults) {
        if (fault.chance.isNever())
            continue;
        SwarmShare one{std::string(model.texts[fault.name]), {}, {}};
        for (std::uint64_t seed = report.seeds.first; seed <= shares.lastSeed; ++seed) {
            Share &share = isOnInSwarm(fault, seed) ? one.on : one.off;
            ++share.runs;
            share.count += std::binary_search(failing.begin(), failing.end(), seed);
        }
        shares.faults.push_back(std::move(one));
    }
    return shares;
}

std::string swarmText(const Output &out, const SweepReport &report)
{
    const SwarmShares shares = swarmShares(report, 0);
    if (report.result.cells.front().unsuccessful() == 0 || shares.faults.empty())
        return {};
    Columns table({"fault", "failed where it is on", "failed where it is off"});
    const auto text = [](const Share &share) { return share.runs == 0 ? "in no run" : shareText(share); };
    for (const SwarmShare &one : shares.faults)
        table.add({one.fault, text(one.on), text(one.off)});
    const std::vector<std::string> lines = table.lines();
    std::string shown = fmt::format("\nswarm, seeds {}..{}\n", report.seeds.first, shares.lastSeed)
                        + styled(out, Style::Dim, lines.front());
    for (std::size_t i = 1; i < lines.size(); ++i)
        shown += lines[i];
    return shown;
}

}
