#include "app/desktop/views/run_strip.h"

#include "app/desktop/own_keys.h"
#include "app/desktop/theme.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <array>

namespace daruma {

namespace {

constexpr int widestDot = 10;
/// Narrower ones are no dots any more.
constexpr int narrowestDot = 5;

/// What tells columns apart without colours.
QBrush hatchOf(RecordedOutcome outcome)
{
    constexpr Qt::BrushStyle styles[] = {Qt::NoBrush, Qt::BDiagPattern, Qt::DiagCrossPattern,
                                         Qt::Dense5Pattern};
    QColor line = colors().canvas;
    line.setAlpha(85);
    return {line, styles[std::size_t(outcome)]};
}

}

QColor colorOf(RecordedOutcome outcome)
{
    switch (outcome) {
    case RecordedOutcome::Passed:
        return colors().of(BarState::Running);
    case RecordedOutcome::GaveUp:
        return colors().warning;
    case RecordedOutcome::Failed:
        return colors().bad;
    case RecordedOutcome::Truncated:
        break;
    }
    return colors().of(MarkKind::Violation);
}

void paintOutcome(QPainter &painter, RecordedOutcome outcome, const QRectF &place)
{
    painter.setPen(Qt::NoPen);
    painter.setBrush(colorOf(outcome));
    const QPointF middle = place.center();
    switch (outcome) {
    case RecordedOutcome::Passed:
        painter.drawEllipse(place);
        break;
    case RecordedOutcome::GaveUp:
        painter.drawPolygon(QPolygonF{{middle.x(), place.top()},
                                      {place.right(), middle.y()},
                                      {middle.x(), place.bottom()},
                                      {place.left(), middle.y()}});
        break;
    case RecordedOutcome::Failed:
        painter.drawRect(place);
        break;
    case RecordedOutcome::Truncated:
        painter.drawPolygon(QPolygonF{place.topLeft(), {place.right(), middle.y()}, place.bottomLeft()});
        break;
    }
}

RunStrip::RunStrip(RunModel &model, QWidget *parent)
    : QWidget(parent)
    , m_model(model)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setFocusPolicy(Qt::TabFocus);
    OwnKeys::set(*this, {Qt::Key_Left, Qt::Key_Right});
    setMouseTracking(true);
    setAccessibleName(tr("Outcomes by seed"));
    connect(&model, &RunModel::listed, this, [this] { setCurrent(m_current); });
}

void RunStrip::setCurrent(std::int64_t run)
{
    m_current = run;
    m_currentAt = find(run);
    update();
}

int RunStrip::columnWidth() const
{
    const auto runs = std::max<std::size_t>(m_model.dots()->size(), 1);
    const int fitting = int(std::min<std::size_t>(std::size_t(width()) / runs, widestDot));
    return std::max(fitting, 1);
}

int RunStrip::columnCount() const
{
    return int(std::min(m_model.dots()->size(), std::size_t(std::max(width() / columnWidth(), 1))));
}

RunStrip::Column RunStrip::column(int number) const
{
    const std::size_t runs = m_model.dots()->size();
    const auto columns = std::size_t(columnCount());
    return {std::size_t(number) * runs / columns, (std::size_t(number) + 1) * runs / columns};
}

std::size_t RunStrip::worstOf(Column column) const
{
    const std::vector<RunDot> &dots = *m_model.dots();
    const auto worst = std::max_element(
        dots.begin() + std::ptrdiff_t(column.begin), dots.begin() + std::ptrdiff_t(column.end),
        [](const RunDot &a, const RunDot &b) { return a.outcome < b.outcome; });
    return std::size_t(worst - dots.begin());
}

std::int64_t RunStrip::runAt(int x) const
{
    const int number = x / columnWidth();
    if (x < 0 || number >= columnCount())
        return 0;
    return (*m_model.dots())[worstOf(column(number))].id;
}

std::ptrdiff_t RunStrip::find(std::int64_t run) const
{
    const std::vector<RunDot> &dots = *m_model.dots();
    const auto found =
        std::find_if(dots.begin(), dots.end(), [run](const RunDot &dot) { return dot.id == run; });
    return found == dots.end() ? -1 : found - dots.begin();
}

int RunStrip::columnAt(std::ptrdiff_t dot) const
{
    const std::vector<RunDot> &dots = *m_model.dots();
    if (dot < 0 || dot >= std::ptrdiff_t(dots.size()))
        return -1;
    const auto at = std::size_t(dot);
    int number = int(at * std::size_t(columnCount()) / dots.size());
    while (number + 1 < columnCount() && column(number).end <= at)
        ++number;
    return number;
}

QRect RunStrip::placeOf(std::int64_t run) const
{
    const int number = columnAt(find(run));
    return number < 0 ? QRect() : QRect(number * columnWidth(), 0, columnWidth(), height());
}

void RunStrip::paintDots(QPainter &painter) const
{
    const std::vector<RunDot> &dots = *m_model.dots();
    const int wide = columnWidth();
    const double size = wide - 1.5;
    painter.setRenderHint(QPainter::Antialiasing);
    for (int i = 0; i < columnCount(); ++i)
        paintOutcome(painter, dots[std::size_t(i)].outcome,
                     QRectF(i * wide + (wide - size) / 2, (height() - size) / 2, size, size));
}

void RunStrip::paintColumns(QPainter &painter) const
{
    const std::vector<RunDot> &dots = *m_model.dots();
    const int wide = columnWidth();
    for (int i = 0; i < columnCount(); ++i) {
        std::array<std::size_t, 4> counts{};
        const Column runs = column(i);
        for (std::size_t n = runs.begin; n < runs.end; ++n)
            ++counts[std::size_t(dots[n].outcome)];
        double y = height();
        for (std::size_t kind = counts.size(); kind-- > 0;) {
            if (counts[kind] == 0)
                continue;
            // Even one of thousands is seen.
            double high = height() * double(counts[kind]) / double(runs.end - runs.begin);
            high = kind == 0 ? y : std::min(std::max(high, 2.0), y);
            const QRectF place(i * wide, y - high, wide, high);
            painter.fillRect(place, colorOf(RecordedOutcome(kind)));
            painter.fillRect(place, hatchOf(RecordedOutcome(kind)));
            y -= high;
        }
    }
}

void RunStrip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), colors().canvas);
    if (m_model.dots()->empty())
        return;
    columnWidth() >= narrowestDot ? paintDots(painter) : paintColumns(painter);
    if (const int number = currentColumn(); number >= 0) {
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setPen(QPen(colors().accent, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(QRect(number * columnWidth() - 1, 1, columnWidth() + 2, height() - 3));
    }
    if (hasFocus()) {
        painter.setPen(QPen(colors().accent, 1, Qt::DotLine));
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void RunStrip::mousePressEvent(QMouseEvent *event)
{
    const std::int64_t run = runAt(int(event->position().x()));
    if (event->button() == Qt::LeftButton && run > 0)
        emit runClicked(run);
}

void RunStrip::mouseMoveEvent(QMouseEvent *event)
{
    setCursor(runAt(int(event->position().x())) > 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
}

void RunStrip::keyPressEvent(QKeyEvent *event)
{
    const int step = event->key() == Qt::Key_Right ? 1 : event->key() == Qt::Key_Left ? -1 : 0;
    if (step == 0 || columnCount() == 0)
        return QWidget::keyPressEvent(event);
    const int next = std::clamp(currentColumn() + step, 0, columnCount() - 1);
    emit runClicked((*m_model.dots())[worstOf(column(next))].id);
}

bool RunStrip::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        showTip(help->pos(), help->globalPos());
        return true;
    }
    return QWidget::event(event);
}

void RunStrip::showTip(const QPoint &at, const QPoint &global)
{
    const int number = at.x() / columnWidth();
    if (number >= columnCount())
        return QToolTip::hideText();
    const Column runs = column(number);
    const RunDot &worst = (*m_model.dots())[worstOf(runs)];
    QString text = tr("run %L1, seed %2: %3").arg(worst.id).arg(worst.seed).arg(judgedWordOf(worst.outcome));
    if (runs.end - runs.begin > 1)
        text = tr("%Ln run(s) from seed %1 on; the worst is %2", nullptr, int(runs.end - runs.begin))
                   .arg((*m_model.dots())[runs.begin].seed)
                   .arg(text);
    QToolTip::showText(global, text, this);
}

}
