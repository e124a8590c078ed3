// What it costs a sweep that the window shows its figures while it goes on. The goal: no more than a few
// percent.

#include "app/desktop/models/campaign_job.h"

#include <QTemporaryDir>
#include <benchmark/benchmark.h>

namespace {

using namespace daruma;

/// Of 100 settings. Argument: whether somebody looks at the figures.
void sweepForTheWindow(benchmark::State &state)
{
    CampaignRequest request;
    request.source = shippedSource(QStringLiteral("db-outage-30s"));
    request.seeds = {1, 3'000};
    request.vary = {"supervisor.app.max_restarts=1..10", "supervisor.db_sup.max_restarts=1..10"};
    int figures = 0;
    std::uint64_t runs = 0;
    for (auto _ : state) {
        const QTemporaryDir folder;
        request.database = folder.filePath(QStringLiteral("sweep.db"));
        const FiguresTaker take = [&](const std::shared_ptr<const Figures> &) { ++figures; };
        const auto campaign = runCampaign(request, {}, state.range(0) ? take : FiguresTaker());
        if (!campaign)
            state.SkipWithError(qPrintable(campaign.error()));
        else
            runs += campaign->runs;
    }
    state.counters["runs_per_s"] = benchmark::Counter(double(runs), benchmark::Counter::kIsRate);
    state.counters["figures"] = figures;
}
BENCHMARK(sweepForTheWindow)->Arg(0)->Arg(1)->UseRealTime()->Unit(benchmark::kMillisecond);

}
