#include "app/desktop/models/figures.h"

#include "app/desktop/models/text.h"
#include "simulator/campaign/sweep.h"
#include "simulator/store/run_figures.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace daruma {

namespace {

/// Of a grid more cannot be told apart.
constexpr qsizetype mostValues = 60;
constexpr std::size_t mostSettings = 10'000;

/// Runs of one setting, and what became of their roots.
struct Group {
    QString overrides;
    std::map<QString, QString> settings;
    std::uint64_t runs = 0;
    std::uint64_t survived = 0;
};

Group groupOf(const std::string &overrides, std::uint64_t runs, std::uint64_t survived)
{
    Group group{qt(overrides), {}, runs, survived};
    for (const QString &line : group.overrides.split(u'\n', Qt::SkipEmptyParts))
        if (const qsizetype at = line.indexOf(u'='); at > 0)
            group.settings[line.left(at)] = line.mid(at + 1);
    return group;
}

/// Nothing where the runs differ in no key, or in more than two.
void addGrid(Figures &figures, const std::vector<Group> &groups)
{
    std::map<QString, QStringList> values;
    for (const Group &group : groups)
        for (const auto &[key, value] : group.settings)
            if (!values[key].contains(value) && values[key].size() <= mostValues)
                values[key] << value;
    std::vector<QString> varied;
    for (const auto &[key, all] : values)
        if (all.size() > 1 && all.size() <= mostValues)
            varied.push_back(key);
    if (varied.empty() || varied.size() > 2)
        return;
    for (std::size_t i = 0; i < varied.size(); ++i) {
        figures.keys[i] = varied[i];
        figures.values[i] = values[varied[i]];
    }
    for (const Group &group : groups) {
        GridCell cell{{group.overrides}, {0, 0}, group.runs, group.survived};
        for (std::size_t i = 0; i < varied.size(); ++i) {
            const auto value = group.settings.find(varied[i]);
            cell.at[i] = value == group.settings.end() ? -1 : int(values[varied[i]].indexOf(value->second));
        }
        // The same settings under several dialects are one cell.
        const auto known = std::find_if(figures.grid.begin(), figures.grid.end(),
                                        [&](const GridCell &one) { return one.at == cell.at; });
        if (known != figures.grid.end()) {
            known->runs += cell.runs;
            known->survived += cell.survived;
            if (!known->overrides.contains(group.overrides))
                known->overrides << group.overrides;
        } else if (cell.at[0] >= 0 && cell.at[1] >= 0) {
            figures.grid.push_back(std::move(cell));
        }
    }
}

std::vector<std::pair<std::int64_t, std::uint64_t>> valuesOf(const Histogram &histogram)
{
    std::vector<std::pair<std::int64_t, std::uint64_t>> values;
    for (const Histogram::Bucket &bucket : histogram.buckets())
        values.emplace_back(std::int64_t(bucket.sum / bucket.count), bucket.count);
    return values;
}

void addAvailability(Figures &figures, const Model &model, const std::vector<CampaignStatistics> &cells)
{
    for (std::uint32_t i = 0; i < model.nodes.size(); ++i) {
        ShareMoments shares;
        for (const CampaignStatistics &cell : cells)
            if (i < cell.nodes.size())
                shares.add(cell.nodes[i].availability);
        if (shares.count() == 0 || shares.mean() >= 1)
            continue;
        AvailabilityFigure figure;
        figure.path = qt(model.nodes.path(NodeId{i}, model.texts));
        figure.mean = shares.mean();
        figure.interval = figures.isSameForAllSeeds ? Interval{figure.mean, figure.mean} : shares.interval();
        figures.availability.push_back(figure);
    }
    std::stable_sort(
        figures.availability.begin(), figures.availability.end(),
        [](const AvailabilityFigure &a, const AvailabilityFigure &b) { return a.mean < b.mean; });
}

AvailabilityFigure availabilityOf(const PlaceFigures &place, const Figures &figures)
{
    AvailabilityFigure figure{qt(place.path), {}, place.node, place.mean, {0, 1}, place.runsDown};
    if (figures.scenarios > 1)
        figure.scenario = qt(place.scenario);
    const double half = figures.isSameForAllSeeds ? 0 : deviationsOf95Percent * place.deviation;
    if (place.runs > 1)
        figure.interval = {std::max(0.0, place.mean - half), std::min(1.0, place.mean + half)};
    return figure;
}

}

double Figures::survivalAt(std::int64_t t) const
{
    std::uint64_t ended = 0;
    for (const auto &[end, count] : ends) {
        if (end > t)
            break;
        ended += count;
    }
    return runs == 0 ? 1 : 1 - double(ended) / double(runs);
}

Interval Figures::intervalOf(std::uint64_t count) const
{
    return isSameForAllSeeds ? Interval{share(count), share(count)} : shareInterval(count, runs);
}

Figures readFigures(const QString &path, const RunsFilter &filter, const std::atomic<bool> &stop)
{
    Figures figures;
    figures.filter = filter;
    FiguresWish wish;
    wish.where = filter.where().toStdString();
    wish.mostSettings = mostSettings;
    wish.stop = &stop;
    const auto read = runFigures(path.toStdString(), wish, patience);
    if (!read) {
        figures.problem = qt(read.error().text());
        return figures;
    }
    const CampaignSummary::Setting &all = read->all;
    figures.runs = all.runs;
    figures.settings = read->settings.size();
    figures.scenarios = read->scenarios.size();
    figures.isSameForAllSeeds = isSameForAllSeeds(read->settings);
    figures.outcomes = {all.passed, all.gaveUp, all.failed, all.truncated};
    figures.rootEnded = all.rootEnded;
    figures.restarts = read->restarts;
    figures.ends = read->rootEnds;
    figures.horizonNs = read->horizonNs;
    for (const PlaceFigures &place : read->places)
        figures.availability.push_back(availabilityOf(place, figures));
    std::vector<Group> groups;
    for (const CampaignSummary::Setting &one : read->settings)
        groups.push_back(groupOf(one.overrides, one.runs, one.runs - one.rootEnded));
    addGrid(figures, groups);
    return figures;
}

Figures countedFigures(const SweepPlan &plan, const std::vector<CampaignStatistics> &cells)
{
    Figures figures;
    Histogram restarts;
    Histogram ends;
    std::vector<Group> groups;
    figures.settings = cells.size();
    figures.isSameForAllSeeds = isSameForAllSeeds(cells);
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const CampaignStatistics &cell = cells[i];
        const Variant &variant = plan.cells[i]->usual();
        const std::uint64_t survived = cell.survivalOf(NodeId{0}).count;
        figures.runs += cell.runs;
        figures.rootEnded += cell.runs - survived;
        const std::uint64_t outcomes[] = {cell.passed, cell.gaveUp, cell.failed, cell.truncated};
        for (std::size_t one = 0; one < figures.outcomes.size(); ++one)
            figures.outcomes[one] += outcomes[one];
        restarts.add(cell.restartsOfRun);
        ends.add(cell.nodes.front().giveUp);
        figures.horizonNs = std::max(figures.horizonNs, variant.scenario->model.horizon.ns());
        groups.push_back(groupOf(variant.overrides, cell.runs, survived));
    }
    figures.restarts = valuesOf(restarts);
    figures.ends = valuesOf(ends);
    addAvailability(figures, plan.cells.front()->usual().scenario->model, cells);
    addGrid(figures, groups);
    return figures;
}

Bins binsOf(const std::vector<std::pair<std::int64_t, std::uint64_t>> &values, int most)
{
    Bins bins;
    if (values.empty())
        return bins;
    const auto low = double(values.front().first);
    const auto high = double(values.back().first);
    // 1, 2 or 5 times a power of ten; whole numbers are not split.
    double width = 1;
    for (int step = 0; std::floor(high / width) - std::floor(low / width) + 1 > most; ++step)
        width *= step % 3 == 1 ? 2.5 : 2;
    bins.width = width;
    bins.first = std::floor(low / width) * width;
    bins.counts.resize(std::size_t(std::floor(high / width) - std::floor(low / width)) + 1);
    for (const auto &[value, count] : values)
        bins.counts[std::min(std::size_t((double(value) - bins.first) / width), bins.counts.size() - 1)] +=
            count;
    return bins;
}

}
