#include "app/desktop/views/figure_plots.h"

#include "app/desktop/layout/view_window.h"
#include "app/desktop/models/figures.h"
#include "app/desktop/models/run_conditions.h"
#include "app/desktop/models/run_model.h"
#include "app/desktop/models/text.h"
#include "app/desktop/theme.h"
#include "app/desktop/views/plot.h"
#include "app/desktop/views/run_strip.h"
#include "simulator/analysis/wording.h"

#include <algorithm>

namespace daruma {

namespace {

constexpr int mostBins = 40;
constexpr std::size_t mostPlaces = 16;
/// Of the curve of survival so many parts can be chosen.
constexpr int curveParts = 40;
/// In more cells figures would run into each other.
constexpr int mostFiguredCells = 150;

QString moment(double ns)
{
    return qt(momentText(std::int64_t(ns)));
}

QFont smallFont(const Plot &plot)
{
    QFont font = plot.font();
    font.setPixelSize(11);
    return font;
}

/// Round times, in the words of the timeline's axis; the axis is in ns.
class TimeTicker final : public QCPAxisTicker {
public:
    explicit TimeTicker(const QCPAxis &axis)
        : m_axis(axis)
    {}

    void generate(const QCPRange &range, const QLocale &, QChar, int, QVector<double> &ticks,
                  QVector<double> *, QVector<QString> *labels) override
    {
        constexpr int leastPixels = 62;
        constexpr int besideAxis = 80;
        // The axis has the size of the last painting still, the plot has that of this one.
        const int pixels = std::max(m_axis.parentPlot()->viewport().width() - besideAxis, 1);
        ViewWindow window(std::int64_t(std::max(range.upper, 1.0)), pixels);
        window.show(std::int64_t(std::max(range.lower, 0.0)), window.end());
        ticks.clear();
        labels->clear();
        for (const Tick &tick : timeTicks(window, leastPixels)) {
            ticks << double(tick.at);
            *labels << qt(tick.label);
        }
    }

private:
    const QCPAxis &m_axis;
};

void setTimes(QCPAxis &axis)
{
    axis.setTicker(QSharedPointer<QCPAxisTicker>(new TimeTicker(axis)));
}

/// `shift`: of whole numbers a bar stands around them, not behind them.
void addBars(Plot &plot, const Bins &bins, const QColor &color, double shift = 0)
{
    auto *bars = new QCPBars(plot.xAxis, plot.yAxis);
    QVector<double> keys;
    QVector<double> counts;
    for (std::size_t i = 0; i < bins.counts.size(); ++i) {
        keys << bins.first + (double(i) + 0.5) * bins.width + shift;
        counts << double(bins.counts[i]);
    }
    bars->setWidth(bins.width * 0.92);
    bars->setData(keys, counts, true);
    bars->setPen(Qt::NoPen);
    bars->setBrush(color);
    const double first = bins.first + shift;
    plot.xAxis->setRange(first, first + bins.width * double(bins.counts.size()));
    const double highest = counts.isEmpty() ? 1 : *std::max_element(counts.begin(), counts.end());
    plot.yAxis->setRange(0, highest * 1.08);
}

/// A part for each bar that is one; `part` tells what lies from its low to its high edge.
template <typename Make> void addBarParts(Plot &plot, const Bins &bins, double shift, const Make &part)
{
    for (std::size_t i = 0; i < bins.counts.size(); ++i) {
        if (bins.counts[i] == 0)
            continue;
        const double low = bins.first + double(i) * bins.width;
        PlotPart made = part(std::int64_t(low), std::int64_t(low + bins.width));
        made.area = QRectF(low + shift, 0, bins.width, plot.yAxis->range().upper);
        made.runs = bins.counts[i];
        plot.add(made);
    }
}

void addErrors(QCPAbstractPlottable *of, const QVector<double> &minus, const QVector<double> &plus)
{
    const auto isNothing = [](double width) { return width <= 0; };
    if (std::all_of(minus.begin(), minus.end(), isNothing)
        && std::all_of(plus.begin(), plus.end(), isNothing))
        return;
    auto *errors = new QCPErrorBars(of->keyAxis(), of->valueAxis());
    errors->setDataPlottable(of);
    errors->setData(minus, plus);
    errors->setErrorType(QCPErrorBars::etValueError);
    errors->setPen(QPen(colors().text, 1.2));
}

QSharedPointer<QCPAxisTickerText> words(const QStringList &texts, double step = 1)
{
    QSharedPointer<QCPAxisTickerText> ticker(new QCPAxisTickerText);
    for (qsizetype i = 0; i < texts.size(); ++i)
        ticker->addTick(double(i) * step, texts[i]);
    return ticker;
}

/// As many of them as do not run into each other: `room` characters beside each other, or so many below.
QSharedPointer<QCPAxisTickerText> fewWords(const QStringList &texts, qsizetype room, bool isBeside)
{
    qsizetype longest = 1;
    for (const QString &text : texts)
        longest = std::max(longest, text.size());
    const qsizetype most = std::max<qsizetype>(isBeside ? room / (longest + 2) : room, 2);
    const qsizetype step = (texts.size() + most - 1) / most;
    QSharedPointer<QCPAxisTickerText> ticker(new QCPAxisTickerText);
    for (qsizetype i = 0; i < texts.size(); i += std::max<qsizetype>(step, 1))
        ticker->addTick(double(i), texts[i]);
    return ticker;
}

QString shortened(const QString &text, qsizetype most)
{
    return text.size() <= most ? text : u'…' + text.right(most - 1);
}

void addText(Plot &plot, QPointF at, Qt::Alignment alignment, const QString &text, const QColor &color)
{
    auto *item = new QCPItemText(&plot);
    item->setPositionAlignment(Qt::AlignLeft | alignment);
    item->position->setCoords(at);
    item->setText(text);
    item->setColor(color);
    item->setFont(smallFont(plot));
    item->setClipToAxisRect(false);
}

/// A bar of the plot of outcomes.
struct EndRow {
    double at = 0;
    QString name;
    std::uint64_t runs = 0;
    QColor color;
    QString condition;
    QString title;
};

/// Two bars of the root, room for a caption, then those of the outcomes.
constexpr double firstOutcomeRow = 3;
constexpr double captionAbove = 0.75;
constexpr double outcomesRight = 122;

std::vector<EndRow> endRows(const Figures &figures)
{
    const Colors &c = colors();
    std::vector<EndRow> rows{{0, FigurePlots::tr("survived"), figures.rootSurvived(), c.of(BarState::Running),
                              rootSurvived(), FigurePlots::tr("root survived")},
                             {1, FigurePlots::tr("gave up"), figures.rootEnded, c.of(MarkKind::GaveUp),
                              rootEnded(), FigurePlots::tr("root gave up")}};
    // A scenario may state a finding: a run fails where that does not hold, whether the root lives or not.
    double next = firstOutcomeRow;
    for (std::size_t i = 0; i < figures.outcomes.size(); ++i) {
        const auto outcome = RecordedOutcome(i);
        if (figures.outcomes[i] > 0)
            rows.push_back({next++, judgedWordOf(outcome), figures.outcomes[i], colorOf(outcome),
                            outcomeIs(outcome), FigurePlots::tr("outcome: %1").arg(judgedWordOf(outcome))});
    }
    return rows;
}

void plotOutcomes(Plot &plot, const Figures &figures)
{
    const Colors &c = colors();
    const std::vector<EndRow> rows = endRows(figures);
    QSharedPointer<QCPAxisTickerText> names(new QCPAxisTickerText);
    for (const EndRow &row : rows) {
        names->addTick(row.at, row.name);
        const double share = figures.share(row.runs);
        const Interval interval = figures.intervalOf(row.runs);
        auto *bar = new QCPBars(plot.yAxis, plot.xAxis);
        bar->setData({row.at}, {share * 100});
        bar->setWidth(0.66);
        bar->setPen(Qt::NoPen);
        bar->setBrush(row.color);
        addErrors(bar, {(share - interval.low) * 100}, {(interval.high - share) * 100});
        addText(plot, {interval.high * 100 + 2, row.at}, Qt::AlignVCenter, percentText(share, 1), c.text);
        if (row.runs > 0)
            plot.add({QRectF(0, row.at - 0.5, outcomesRight, 1), row.title, row.condition, row.runs});
    }
    addText(plot, {0.5, -captionAbove}, Qt::AlignVCenter, FigurePlots::tr("What became of the root"),
            c.faint);
    addText(plot, {0.5, firstOutcomeRow - captionAbove}, Qt::AlignVCenter,
            FigurePlots::tr("Were the expectations met?"), c.faint);
    plot.yAxis->setTicker(names);
    plot.yAxis->setRange(-captionAbove - 0.5, rows.back().at + 0.7);
    plot.yAxis->setRangeReversed(true);
    plot.yAxis->grid()->setVisible(false);
    plot.xAxis->setTicker(words({QStringLiteral("0"), QStringLiteral("25"), QStringLiteral("50"),
                                 QStringLiteral("75"), QStringLiteral("100")},
                                25));
    plot.xAxis->setRange(0, outcomesRight);
    plot.xAxis->setLabel(FigurePlots::tr("% of the runs"));
}

void plotRestarts(Plot &plot, const Figures &figures)
{
    const Bins bins = binsOf(figures.restarts, mostBins);
    constexpr double half = 0.5;
    addBars(plot, bins, colors().of(MarkKind::Restart), -half);
    QSharedPointer<QCPAxisTickerFixed> whole(new QCPAxisTickerFixed);
    whole->setScaleStrategy(QCPAxisTickerFixed::ssMultiples);
    plot.xAxis->setTicker(whole);
    plot.xAxis->setLabel(FigurePlots::tr("restarts of a run"));
    plot.yAxis->setLabel(FigurePlots::tr("runs"));
    addBarParts(plot, bins, -half, [](std::int64_t low, std::int64_t behind) {
        const QString title = behind - low == 1
                                  ? FigurePlots::tr("%Ln restart(s)", nullptr, int(low))
                                  : FigurePlots::tr("%L1 to %L2 restarts").arg(low).arg(behind - 1);
        return PlotPart{{}, title, restartsBetween(low, behind - 1), 0};
    });
}

void plotEnds(Plot &plot, const Figures &figures)
{
    if (figures.ends.empty())
        return plot.showHint(FigurePlots::tr("The root gave up in no run."));
    const Bins bins = binsOf(figures.ends, mostBins);
    addBars(plot, bins, colors().of(MarkKind::GaveUp));
    setTimes(*plot.xAxis);
    plot.xAxis->setLabel(FigurePlots::tr("until the root gave up"));
    plot.yAxis->setLabel(FigurePlots::tr("runs"));
    addBarParts(plot, bins, 0, [](std::int64_t low, std::int64_t behind) {
        return PlotPart{
            {},
            FigurePlots::tr("root gave up from %1 to %2").arg(moment(double(low)), moment(double(behind))),
            rootEndedBetween(low, behind),
            0};
    });
}

/// Those that gave up before the right edge of each part.
void addCurveParts(Plot &plot, const Figures &figures, std::int64_t until)
{
    const double width = double(until) / curveParts;
    std::uint64_t ended = 0;
    auto next = figures.ends.begin();
    for (int i = 0; i < curveParts; ++i) {
        // What ended at the horizon belongs to the last.
        const std::int64_t behind = i + 1 == curveParts ? until + 1 : std::int64_t(width * (i + 1));
        for (; next != figures.ends.end() && next->first < behind; ++next)
            ended += next->second;
        if (ended > 0)
            plot.add({QRectF(width * i, 0, width, plot.yAxis->range().upper),
                      FigurePlots::tr("root gave up before %1").arg(moment(double(behind))),
                      rootEndedBetween(0, behind), ended});
    }
}

void plotSurvival(Plot &plot, const Figures &figures)
{
    constexpr int points = 400;
    const std::int64_t until = std::max<std::int64_t>(figures.horizonNs, 1);
    QVector<double> times;
    QVector<double> shares;
    QVector<double> lows;
    QVector<double> highs;
    std::uint64_t living = figures.runs;
    auto next = figures.ends.begin();
    for (int i = 0; i <= points; ++i) {
        const auto t = std::int64_t(double(until) * i / points);
        for (; next != figures.ends.end() && next->first <= t; ++next)
            living -= next->second;
        const Interval interval = figures.intervalOf(living);
        times << double(t);
        shares << (figures.runs == 0 ? 100 : figures.share(living) * 100);
        lows << interval.low * 100;
        highs << interval.high * 100;
    }
    QColor shade = colors().accent;
    shade.setAlpha(50);
    QCPGraph *low = plot.addGraph();
    QCPGraph *high = plot.addGraph();
    QCPGraph *curve = plot.addGraph();
    low->setData(times, lows, true);
    high->setData(times, highs, true);
    curve->setData(times, shares, true);
    low->setPen(Qt::NoPen);
    high->setPen(Qt::NoPen);
    high->setBrush(shade);
    high->setChannelFillGraph(low);
    curve->setPen(QPen(colors().accent, 2));
    curve->setLineStyle(QCPGraph::lsStepLeft);
    setTimes(*plot.xAxis);
    plot.xAxis->setRange(0, double(until));
    plot.yAxis->setRange(0, 104);
    plot.xAxis->setLabel(FigurePlots::tr("since the start"));
    plot.yAxis->setLabel(FigurePlots::tr("% of the roots alive"));
    addCurveParts(plot, figures, until);
}

void plotAvailability(Plot &plot, const Figures &figures)
{
    const std::size_t all = figures.availability.size();
    if (all == 0)
        return plot.showHint(FigurePlots::tr("No place was down in any run."));
    const std::size_t count = std::min(all, mostPlaces);
    QVector<double> places;
    QVector<double> means;
    QVector<double> minus;
    QVector<double> plus;
    QStringList names;
    double lowest = 100;
    for (std::size_t i = 0; i < count; ++i) {
        const AvailabilityFigure &figure = figures.availability[i];
        places << double(i);
        means << figure.mean * 100;
        minus << (figure.mean - figure.interval.low) * 100;
        plus << (figure.interval.high - figure.mean) * 100;
        const QString name = figure.scenario.isEmpty()
                                 ? figure.path
                                 : QStringLiteral("%1: %2").arg(figure.scenario, figure.path);
        names << shortened(name, 26);
        lowest = std::min(lowest, figure.interval.low * 100);
        const QString title = FigurePlots::tr("%1 was down").arg(name);
        plot.add({QRectF(-1000, double(i) - 0.5, 2000, 1), title, wasDown(figure), figure.runsDown});
    }
    QCPGraph *dots = plot.addGraph(plot.yAxis, plot.xAxis);
    dots->setData(places, means, true);
    dots->setLineStyle(QCPGraph::lsNone);
    dots->setScatterStyle({QCPScatterStyle::ssDisc, colors().accent, 7});
    addErrors(dots, minus, plus);
    plot.yAxis->setTicker(words(names));
    plot.yAxis->setRange(-0.7, double(count) - 0.3);
    plot.yAxis->setRangeReversed(true);
    plot.xAxis->setRange(lowest - (100 - lowest) * 0.06 - 0.01, 100 + (100 - lowest) * 0.02);
    plot.xAxis->setLabel(
        count == all
            ? FigurePlots::tr("% of the time in order")
            : FigurePlots::tr("% of the time in order; the worst %L1 of %L2 places").arg(count).arg(all));
}

/// The values of the cell, with as much of the keys as tells them apart.
QString cellText(const Figures &figures, const GridCell &cell)
{
    const auto nameOf = [](const QString &key) { return key.section(u'.', -1); };
    const bool isShort = nameOf(figures.keys[0]) != nameOf(figures.keys[1]);
    QStringList texts;
    for (std::size_t i = 0; i < figures.keys.size(); ++i)
        if (!figures.keys[i].isEmpty())
            texts << QStringLiteral("%1=%2").arg(isShort ? nameOf(figures.keys[i]) : figures.keys[i],
                                                 figures.values[i].value(cell.at[i]));
    return texts.join(u' ');
}

QCPColorGradient survivalGradient()
{
    const bool isDark = colors().isDark;
    QCPColorGradient gradient;
    gradient.clearColorStops();
    gradient.setColorStopAt(0, isDark ? QColor("#5a2a52") : QColor("#f3d9e8"));
    gradient.setColorStopAt(0.5, isDark ? QColor("#3f4750") : QColor("#f4f4ee"));
    gradient.setColorStopAt(1, colors().of(BarState::Running));
    return gradient;
}

/// What the colours mean, where no figures say it.
void addScale(Plot &plot, QCPColorMap &map)
{
    auto *scale = new QCPColorScale(&plot);
    plot.plotLayout()->addElement(plot.plotLayout()->rowCount() - 1, 1, scale);
    scale->setType(QCPAxis::atRight);
    scale->setBarWidth(10);
    scale->setRangeDrag(false);
    scale->setRangeZoom(false);
    QCPAxis &axis = *scale->axis();
    axis.setTickLabelFont(smallFont(plot));
    axis.setTickLabelColor(colors().faint);
    for (QCPAxis *side : axis.axisRect()->axes())
        side->setBasePen(QPen(colors().line));
    axis.setTickPen(QPen(colors().line));
    axis.setSubTickPen(Qt::NoPen);
    map.setColorScale(scale);
    auto *margins = new QCPMarginGroup(&plot);
    scale->setMarginGroup(QCP::msTop | QCP::msBottom, margins);
    plot.axisRect()->setMarginGroup(QCP::msTop | QCP::msBottom, margins);
}

void addCells(Plot &plot, QCPColorMap &map, const Figures &figures, bool hasFigures)
{
    for (const GridCell &cell : figures.grid) {
        const double share = 100 * double(cell.survived) / double(std::max<std::uint64_t>(cell.runs, 1));
        map.data()->setCell(cell.at[0], cell.at[1], share);
        map.data()->setAlpha(cell.at[0], cell.at[1], 255);
        const QString title = FigurePlots::tr("%1: root survived in %L2 of %L3")
                                  .arg(cellText(figures, cell))
                                  .arg(cell.survived)
                                  .arg(cell.runs);
        plot.add({QRectF(cell.at[0] - 0.5, cell.at[1] - 0.5, 1, 1), title, hasSetting(cell), cell.runs});
        if (!hasFigures)
            continue;
        auto *text = new QCPItemText(&plot);
        text->position->setCoords(cell.at[0], cell.at[1]);
        text->setText(QString::number(share, 'f', 0));
        text->setColor(colors().isDark ? QColor(Qt::white) : QColor(Qt::black));
    }
}

void plotGrid(Plot &plot, const Figures &figures)
{
    if (figures.keys[0].isEmpty())
        return plot.showHint(
            figures.settings == 1
                ? FigurePlots::tr("All runs have the same settings.\nSweep with one or two keys (Jobs) to\n"
                                  "see here which values keep the root alive.")
                : FigurePlots::tr("The runs differ in more than two keys,\nwhich no plane can show."));
    const int wide = int(std::max<qsizetype>(figures.values[0].size(), 1));
    const int high = int(std::max<qsizetype>(figures.values[1].size(), 1));
    auto *map = new QCPColorMap(plot.xAxis, plot.yAxis);
    map->data()->setSize(wide, high);
    map->data()->setRange({0, double(wide - 1)}, {0, double(high - 1)});
    map->data()->fillAlpha(0);
    const bool hasFigures = wide * high <= mostFiguredCells;
    addCells(plot, *map, figures, hasFigures);
    map->setInterpolate(false);
    map->setTightBoundary(false);
    // The scale gives the map its own colours: those that are set after it go to both.
    if (!hasFigures)
        addScale(plot, *map);
    map->setGradient(survivalGradient());
    map->setDataRange({0, 100});
    plot.xAxis->setTicker(fewWords(figures.values[0], 60, true));
    plot.yAxis->setTicker(
        fewWords(figures.values[1].isEmpty() ? QStringList{QString()} : figures.values[1], 14, false));
    plot.xAxis->setRange(-0.5, wide - 0.5);
    plot.yAxis->setRange(-0.5, high - 0.5);
    plot.xAxis->setLabel(FigurePlots::tr("%1  (% of the roots survive)").arg(figures.keys[0]));
    plot.yAxis->setLabel(figures.keys[1]);
}

}

QString FigurePlots::title(Kind kind)
{
    const QString titles[] = {tr("How the runs ended"), tr("Survival of the root"), tr("Time to give-up"),
                              tr("Restarts"),           tr("Availability"),         tr("Settings")};
    return titles[kind];
}

QString FigurePlots::pooled(const Figures &figures)
{
    if (figures.scenarios > 1)
        return tr("%Ln scenario(s) together", nullptr, int(figures.scenarios));
    if (figures.settings == 0)
        return tr("many settings together");
    return figures.settings > 1 ? tr("%Ln setting(s) together", nullptr, int(figures.settings)) : QString();
}

void FigurePlots::fill(Kind kind, Plot &plot, const Figures &figures)
{
    constexpr std::array fills{plotOutcomes, plotSurvival,     plotEnds,
                               plotRestarts, plotAvailability, plotGrid};
    // The grid is what tells settings apart.
    plot.restart(kind == Grid && figures.scenarios == 1 ? QString() : pooled(figures));
    fills[kind](plot, figures);
    plot.replot();
}

}
