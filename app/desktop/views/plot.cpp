#include "app/desktop/views/plot.h"

#include "app/desktop/models/figures.h"
#include "app/desktop/models/run_model.h"
#include "app/desktop/own_keys.h"
#include "app/desktop/theme.h"
#include "simulator/analysis/wording.h"

#include <algorithm>
#include <limits>

namespace daruma {

namespace {

constexpr int mostBins = 40;
constexpr std::size_t mostPlaces = 16;

QString tr(const char *text)
{
    return QCoreApplication::translate("Plot", text);
}

QString moment(double ns)
{
    return QString::fromStdString(momentText(std::int64_t(ns)));
}

/// Later than the end of any run, and still a number of ns.
constexpr double latestEnd = 4e18;

/// The runs whose root ended by itself between two moments.
QString endedBetween(double from, double to)
{
    return QStringLiteral("r.id IN (SELECT p.run_id FROM report AS p JOIN node AS n ON n.id = p.node AND "
                          "n.parent_id IS NULL WHERE p.state = 'failed' AND p.completed_at_ns >= %1 AND "
                          "p.completed_at_ns < %2)")
        .arg(std::int64_t(from))
        .arg(std::int64_t(to));
}

QFont smallFont(const Plot &plot)
{
    QFont font = plot.font();
    font.setPixelSize(11);
    return font;
}

/// `shift`: of whole numbers a bar stands around them, not behind them.
QCPBars *addBars(Plot &plot, const Bins &bins, double unit, const QColor &color, double shift = 0)
{
    auto *bars = new QCPBars(plot.xAxis, plot.yAxis);
    QVector<double> keys;
    QVector<double> counts;
    for (std::size_t i = 0; i < bins.counts.size(); ++i) {
        keys << (bins.first + (double(i) + 0.5) * bins.width + shift) / unit;
        counts << double(bins.counts[i]);
    }
    bars->setWidth(bins.width / unit * 0.92);
    bars->setData(keys, counts, true);
    bars->setPen(Qt::NoPen);
    bars->setBrush(color);
    const double first = (bins.first + shift) / unit;
    plot.xAxis->setRange(first, first + bins.width / unit * double(bins.counts.size()));
    const double highest = counts.isEmpty() ? 1 : *std::max_element(counts.begin(), counts.end());
    plot.yAxis->setRange(0, highest * 1.08);
    return bars;
}

void addErrors(QCPAbstractPlottable *of, const QVector<double> &minus, const QVector<double> &plus)
{
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

/// The runs whose root ended by what nobody asked for.
QString rootEnded()
{
    return QStringLiteral("EXISTS (SELECT 1 FROM report AS p JOIN node AS n ON n.id = p.node AND n.parent_id "
                          "IS NULL WHERE p.run_id = r.id AND p.state = 'failed')");
}

}

Plot::Plot(const QString &title, QWidget *parent)
    : QCustomPlot(parent)
    , m_title(title)
{
    setAccessibleName(title);
    setFocusPolicy(Qt::TabFocus);
    OwnKeys::set(*this, {Qt::Key_Space});
    setCursor(Qt::PointingHandCursor);
    restart();
}

void Plot::restart()
{
    clearPlottables();
    clearItems();
    // What a heat map has beside it.
    for (int i = plotLayout()->elementCount() - 1; i >= 0; --i)
        if (QCPLayoutElement *element = plotLayout()->elementAt(i); element && element != axisRect())
            plotLayout()->remove(element);
    plotLayout()->simplify();
    const Colors &c = colors();
    setBackground(c.canvas);
    plotLayout()->insertRow(0);
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    auto *heading = new QCPTextElement(this, m_title, bold);
    heading->setTextColor(c.text);
    plotLayout()->addElement(0, 0, heading);
    for (QCPAxis *axis : {xAxis, yAxis}) {
        axis->setTicker(QSharedPointer<QCPAxisTicker>(new QCPAxisTicker));
        axis->setTickLabelRotation(0);
        axis->setRangeReversed(false);
        axis->setSubTicks(false);
        axis->setLabel({});
        axis->setNumberFormat(QStringLiteral("gb"));
        axis->setNumberPrecision(6);
        paintAxis(*axis);
    }
}

void Plot::paintAxis(QCPAxis &axis) const
{
    const Colors &c = colors();
    const QFont small = smallFont(*this);
    axis.setBasePen(QPen(c.line));
    axis.setTickPen(QPen(c.line));
    axis.setSubTickPen(QPen(c.line));
    axis.setTickLabelColor(c.faint);
    axis.setTickLabelFont(small);
    axis.setLabelColor(c.faint);
    axis.setLabelFont(small);
    axis.grid()->setVisible(true);
    axis.grid()->setPen(QPen(c.line, 1, Qt::DotLine));
    axis.grid()->setZeroLinePen(Qt::NoPen);
}

void Plot::mousePressEvent(QMouseEvent *event)
{
    QCustomPlot::mousePressEvent(event);
    if (event->button() == Qt::LeftButton && onClick && axisRect()->rect().contains(event->pos()))
        onClick(xAxis->pixelToCoord(event->pos().x()), yAxis->pixelToCoord(event->pos().y()));
}

void Plot::keyPressEvent(QKeyEvent *event)
{
    QCustomPlot::keyPressEvent(event);
    // Without a mouse: what stands highest.
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Space) && onClick
        && plottableCount() > 0) {
        const QCPBars *highest = nullptr;
        QCPBarsData at;
        for (int i = 0; i < plottableCount(); ++i)
            if (const auto *bars = qobject_cast<QCPBars *>(plottable(i)))
                for (const QCPBarsData &bar : *bars->data())
                    if (!highest || bar.value > at.value) {
                        highest = bars;
                        at = bar;
                    }
        if (!highest)
            return;
        const bool isUpright = highest->keyAxis() == xAxis;
        onClick(isUpright ? at.key : at.value / 2, isUpright ? at.value / 2 : at.key);
    }
}

void plotOutcomes(Plot &plot, const Figures &figures, const ShowRuns &show)
{
    plot.restart();
    const Colors &c = colors();
    const QColor tints[] = {c.of(BarState::Running), c.warning, c.bad, c.of(MarkKind::Violation)};
    std::vector<EndRow> rows{
        {0, tr("survived"), figures.rootSurvived(), c.of(BarState::Running),
         QStringLiteral("NOT ") + rootEnded(), tr("the root survived")},
        {1, tr("gave up"), figures.rootEnded, c.of(MarkKind::GaveUp), rootEnded(), tr("the root gave up")}};
    // A scenario may state a finding: a run fails where that does not hold, whether the root lives or not.
    double next = firstOutcomeRow;
    for (std::size_t i = 0; i < figures.outcomes.size(); ++i) {
        const QString word = wordOf(RecordedOutcome(i));
        if (figures.outcomes[i] > 0)
            rows.push_back(
                {next++, word, figures.outcomes[i], tints[i], outcomeIs(RecordedOutcome(i)), word});
    }
    QSharedPointer<QCPAxisTickerText> names(new QCPAxisTickerText);
    for (const EndRow &row : rows) {
        names->addTick(row.at, row.name);
        const double share = figures.runs == 0 ? 0 : double(row.runs) / double(figures.runs);
        const Interval interval = shareInterval(row.runs, figures.runs);
        auto *bar = new QCPBars(plot.yAxis, plot.xAxis);
        bar->setData({row.at}, {share * 100});
        bar->setWidth(0.66);
        bar->setPen(Qt::NoPen);
        bar->setBrush(row.color);
        addErrors(bar, {(share - interval.low) * 100}, {(interval.high - share) * 100});
        addText(plot, {interval.high * 100 + 2, row.at}, Qt::AlignVCenter,
                QStringLiteral("%1 %").arg(share * 100, 0, 'f', 1), c.text);
    }
    addText(plot, {0.5, -captionAbove}, Qt::AlignVCenter, tr("What became of the root"), c.faint);
    addText(plot, {0.5, firstOutcomeRow - captionAbove}, Qt::AlignVCenter,
            tr("Outcomes (met: passed, gave up)"), c.faint);
    plot.yAxis->setTicker(names);
    plot.yAxis->setRange(-captionAbove - 0.5, next - 0.3);
    plot.yAxis->setRangeReversed(true);
    plot.yAxis->grid()->setVisible(false);
    plot.xAxis->setTicker(words({QStringLiteral("0"), QStringLiteral("25"), QStringLiteral("50"),
                                 QStringLiteral("75"), QStringLiteral("100")},
                                25));
    plot.xAxis->setRange(0, 122);
    plot.xAxis->setLabel(tr("% of the runs"));
    plot.onClick = [show, rows](double, double y) {
        for (const EndRow &row : rows)
            if (std::abs(y - row.at) <= 0.5)
                show(row.condition, row.title);
    };
    plot.replot();
}

void plotRestarts(Plot &plot, const Figures &figures, const ShowRuns &show)
{
    plot.restart();
    const Bins bins = binsOf(figures.restarts, mostBins);
    constexpr double half = 0.5;
    addBars(plot, bins, 1, colors().of(MarkKind::Restart), -half);
    QSharedPointer<QCPAxisTickerFixed> whole(new QCPAxisTickerFixed);
    whole->setScaleStrategy(QCPAxisTickerFixed::ssMultiples);
    plot.xAxis->setTicker(whole);
    plot.xAxis->setLabel(tr("restarts of a run"));
    plot.yAxis->setLabel(tr("runs"));
    plot.onClick = [show, bins](double x, double) {
        const double bin = std::floor((x + half - bins.first) / bins.width);
        const auto low = std::int64_t(bins.first + bin * bins.width);
        const auto high = std::int64_t(double(low) + bins.width) - 1;
        show(QStringLiteral("r.restarts BETWEEN %1 AND %2").arg(low).arg(high),
             low == high ? tr("%1 restarts").arg(low) : tr("%1 to %2 restarts").arg(low).arg(high));
    };
    plot.replot();
}

void plotEnds(Plot &plot, const Figures &figures, const ShowRuns &show)
{
    plot.restart();
    const Bins bins = binsOf(figures.ends, mostBins);
    addBars(plot, bins, 1e9, colors().of(MarkKind::GaveUp));
    plot.xAxis->setLabel(figures.ends.empty() ? tr("the root gave up in no run")
                                              : tr("s until the root gave up"));
    plot.yAxis->setLabel(tr("runs"));
    plot.onClick = [show, bins](double x, double) {
        const double low = bins.first + std::floor((x * 1e9 - bins.first) / bins.width) * bins.width;
        show(endedBetween(low, low + bins.width),
             tr("gave up from %1 to %2").arg(moment(low), moment(low + bins.width)));
    };
    plot.replot();
}

void plotSurvival(Plot &plot, const Figures &figures, const ShowRuns &show)
{
    plot.restart();
    constexpr int points = 400;
    const double until = double(std::max<std::int64_t>(figures.horizonNs, 1));
    QVector<double> times;
    QVector<double> shares;
    QVector<double> lows;
    QVector<double> highs;
    std::uint64_t living = figures.runs;
    auto next = figures.ends.begin();
    for (int i = 0; i <= points; ++i) {
        const auto t = std::int64_t(until * i / points);
        for (; next != figures.ends.end() && next->first <= t; ++next)
            living -= next->second;
        const double share = figures.runs == 0 ? 1 : double(living) / double(figures.runs);
        const Interval interval = shareInterval(living, figures.runs);
        times << double(t) / 1e9;
        shares << share * 100;
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
    plot.xAxis->setRange(0, until / 1e9);
    plot.yAxis->setRange(0, 104);
    plot.xAxis->setLabel(tr("s since the start"));
    plot.yAxis->setLabel(tr("% of the roots alive"));
    plot.onClick = [show](double x, double) {
        show(endedBetween(0, x * 1e9), tr("gave up before %1").arg(moment(std::max(x, 0.0) * 1e9)));
    };
    plot.replot();
}

void plotAvailability(Plot &plot, const Figures &figures, const ShowRuns &show)
{
    plot.restart();
    const std::size_t count = std::min(figures.availability.size(), mostPlaces);
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
        names << shortened(figure.path, 26);
        lowest = std::min(lowest, figure.interval.low * 100);
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
    plot.xAxis->setLabel(count == 0 ? tr("no place was down in any run") : tr("% of the time in order"));
    std::vector<AvailabilityFigure> shown(figures.availability.begin(),
                                          figures.availability.begin() + std::ptrdiff_t(count));
    plot.onClick = [show, shown](double, double y) {
        const auto i = std::lround(y);
        if (i < 0 || i >= std::ptrdiff_t(shown.size()))
            return;
        const AvailabilityFigure &figure = shown[std::size_t(i)];
        show(QStringLiteral("r.id IN (SELECT run_id FROM node_run WHERE node = %1) OR %2")
                 .arg(figure.node)
                 .arg(endedBetween(0, latestEnd)),
             tr("%1 was down").arg(figure.path));
    };
    plot.replot();
}

void plotGrid(Plot &plot, const Figures &figures, const ShowRuns &show)
{
    plot.restart();
    const int wide = int(std::max<qsizetype>(figures.values[0].size(), 1));
    const int high = int(std::max<qsizetype>(figures.values[1].size(), 1));
    auto *map = new QCPColorMap(plot.xAxis, plot.yAxis);
    map->data()->setSize(wide, high);
    map->data()->setRange({0, double(wide - 1)}, {0, double(high - 1)});
    map->data()->fillAlpha(0);
    for (const GridCell &cell : figures.grid) {
        map->data()->setCell(cell.at[0], cell.at[1],
                             100 * double(cell.survived) / double(std::max<std::uint64_t>(cell.runs, 1)));
        map->data()->setAlpha(cell.at[0], cell.at[1], 255);
        if (wide * high > 150)
            continue;
        auto *text = new QCPItemText(&plot);
        text->position->setCoords(cell.at[0], cell.at[1]);
        text->setText(QString::number(
            100 * double(cell.survived) / double(std::max<std::uint64_t>(cell.runs, 1)), 'f', 0));
        text->setColor(colors().isDark ? QColor(Qt::white) : QColor(Qt::black));
    }
    QCPColorGradient gradient;
    gradient.clearColorStops();
    gradient.setColorStopAt(0, colors().isDark ? QColor("#5a2a52") : QColor("#f3d9e8"));
    gradient.setColorStopAt(0.5, colors().isDark ? QColor("#3f4750") : QColor("#f4f4ee"));
    gradient.setColorStopAt(1, colors().of(BarState::Running));
    map->setInterpolate(false);
    map->setTightBoundary(false);
    map->setGradient(gradient);
    map->setDataRange({0, 100});
    plot.xAxis->setTicker(fewWords(figures.values[0], 60, true));
    plot.yAxis->setTicker(
        fewWords(figures.values[1].isEmpty() ? QStringList{QString()} : figures.values[1], 14, false));
    plot.xAxis->setRange(-0.5, wide - 0.5);
    plot.yAxis->setRange(-0.5, high - 0.5);
    plot.xAxis->setLabel(figures.keys[0].isEmpty() ? tr("the runs differ in no key, or in more than two")
                                                   : figures.keys[0] + tr("  (% of the roots survive)"));
    plot.yAxis->setLabel(figures.keys[1]);
    plot.onClick = [show, grid = figures.grid](double x, double y) {
        for (const GridCell &cell : grid)
            if (cell.at[0] == int(std::lround(x)) && cell.at[1] == int(std::lround(y)))
                show(QStringLiteral("r.overrides = ") + sqlText(cell.overrides),
                     QString(cell.overrides).replace(u'\n', u' '));
    };
    plot.replot();
}

}
