#include "app/desktop/views/compare_lanes.h"

#include "app/desktop/models/text.h"
#include "app/desktop/own_keys.h"
#include "app/desktop/theme.h"
#include "app/desktop/views/lane_paint.h"
#include "app/desktop/views/timeline_metrics.h"
#include "simulator/analysis/wording.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>

#include <algorithm>

namespace daruma {

namespace {

constexpr int labels = 150;
constexpr int axisHeight = 22;
constexpr int leastLane = 12;
constexpr int mostLane = 26;  ///< where few lanes have much room
/// Of a row, besides its two lanes.
constexpr int besideLanes = 9;
constexpr int indent = 10;
constexpr double markSize = 8;
constexpr double markGround = 5.5;

void paintLane(QPainter &painter, const Lane &lane, const ViewWindow &window, const QRect &body)
{
    const ColumnRange columns = allColumns(window);
    paintBody(painter, {{&lane}, window, Axis::Time, isDense(lane, window, Axis::Time)}, columns, body);
    // The marks stand upon the bars: the ground below them keeps them apart.
    for (const MarkPiece &mark : marksOf({&lane}, window, Axis::Time, columns)) {
        const QPointF place(body.left() + mark.x + 0.5, body.center().y() + 0.5);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(colors().canvas);
        painter.drawEllipse(place, markGround, markGround);
        painter.setRenderHint(QPainter::Antialiasing, false);
        paintMark(painter, mark.kind, place, markSize);
    }
}

QString stateText(const Run &run, NodeId node, std::int64_t t)
{
    const EventId event = run.lanes().eventAt(t);
    const Stretch *stretch = node.isValid() && event.isValid() ? run.lanes()[node].after(event) : nullptr;
    if (!stretch || !stretch->isShown)
        return CompareLanes::tr("not there");
    return QStringLiteral("%1 #%2").arg(qt(toText(stretch->state))).arg(stretch->incarnation);
}

}

CompareLanes::CompareLanes(Document &document, QWidget *parent)
    : QAbstractScrollArea(parent)
    , m_document(document)
{
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAccessibleName(tr("Lanes of both runs"));
    setFocusPolicy(Qt::StrongFocus);
    // Elsewhere in the window they move the timeline.
    OwnKeys::set(*this, {Qt::Key_W, Qt::Key_S, Qt::Key_A, Qt::Key_D, Qt::Key_F});
    setMinimumHeight(axisHeight + 2 * leastLane + besideLanes);
    connect(&document, &Document::cursorChanged, viewport(), qOverload<>(&QWidget::update));
    connect(&document, &Document::selectionChanged, viewport(), qOverload<>(&QWidget::update));
}

const std::vector<PlacePair> &CompareLanes::places() const
{
    static const std::vector<PlacePair> none;
    return m_comparison ? m_comparison->places : none;
}

void CompareLanes::show(ComparisonPtr comparison)
{
    m_comparison = std::move(comparison);
    if (m_comparison) {
        const std::int64_t end = std::max(m_comparison->before->lanes().end(Axis::Time),
                                          m_comparison->now->lanes().end(Axis::Time));
        // The part that one looks at stays while a slider is dragged.
        const bool wasPart = m_window.end() == end && !m_window.isWhole();
        const ViewWindow before = m_window;
        m_window = ViewWindow(end, std::max(viewport()->width() - labels, 1));
        if (wasPart)
            m_window.show(before.from(), before.until());
    }
    updateScroll();
    viewport()->update();
}

void CompareLanes::zoom(double factor)
{
    m_window.zoom(factor, m_window.width() / 2.0);
    viewport()->update();
}

void CompareLanes::pan(double pixels)
{
    m_window.pan(pixels);
    viewport()->update();
}

void CompareLanes::fit()
{
    m_window.fit();
    viewport()->update();
}

void CompareLanes::showDifference()
{
    if (!m_comparison || !m_comparison->first)
        return;
    const std::int64_t part = std::max<std::int64_t>(m_window.end() / 20, 1);
    const std::int64_t at = m_comparison->divergesAt.value_or(m_comparison->partsAt);
    m_window.show(at - part / 4, at + part);
    viewport()->update();
}

int CompareLanes::laneHeight() const
{
    const int room = viewport()->height() - axisHeight;
    const int rows = std::max(int(places().size()), 1);
    return std::clamp((room / rows - besideLanes) / 2, leastLane, mostLane);
}

int CompareLanes::rowHeight() const
{
    return 2 * laneHeight() + besideLanes;
}

void CompareLanes::updateScroll()
{
    const int room = viewport()->height() - axisHeight;
    verticalScrollBar()->setRange(0, std::max(0, int(places().size()) * rowHeight() - room));
    verticalScrollBar()->setPageStep(std::max(room, 1));
    verticalScrollBar()->setSingleStep(rowHeight());
}

QRect CompareLanes::rowRect(int row) const
{
    return {0, axisHeight + row * rowHeight() - verticalScrollBar()->value(), viewport()->width(),
            rowHeight()};
}

int CompareLanes::rowAt(int y) const
{
    const int row = (y - axisHeight + verticalScrollBar()->value()) / rowHeight();
    return y < axisHeight || row >= int(places().size()) ? -1 : row;
}

std::int64_t CompareLanes::timeAt(int x) const
{
    return m_window.positionAt(x - labels);
}

int CompareLanes::xOf(std::int64_t t) const
{
    return labels + m_window.columnAt(t);
}

void CompareLanes::resizeEvent(QResizeEvent *)
{
    m_window.resize(viewport()->width() - labels);
    updateScroll();
}

void CompareLanes::wheelEvent(QWheelEvent *event)
{
    const QPoint delta = event->angleDelta();
    const bool hasAllLanes = verticalScrollBar()->maximum() == 0 && delta.x() == 0;
    if (event->modifiers() & Qt::ControlModifier || (!event->modifiers() && hasAllLanes))
        m_window.zoom(metrics::zoomOfWheel(delta.y()), event->position().x() - labels);
    else if (event->modifiers() & Qt::ShiftModifier || delta.x() != 0)
        m_window.pan(metrics::panOfWheel(delta.x() != 0 ? delta.x() : delta.y()));
    else
        return QAbstractScrollArea::wheelEvent(event);
    viewport()->update();
    event->accept();
}

void CompareLanes::mousePressEvent(QMouseEvent *event)
{
    if (!m_comparison || event->button() != Qt::LeftButton)
        return;
    if (const int row = rowAt(int(event->position().y())); row >= 0)
        if (const NodeId node = places()[std::size_t(row)].now; node.isValid())
            m_document.select(node);
    if (event->position().x() >= labels)
        m_document.setCursorTime(timeAt(int(event->position().x())));
}

void CompareLanes::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_W:
        return zoom(metrics::zoomOfKey);
    case Qt::Key_S:
        return zoom(1 / metrics::zoomOfKey);
    case Qt::Key_A:
        return pan(-m_window.width() / 8.0);
    case Qt::Key_D:
        return pan(m_window.width() / 8.0);
    case Qt::Key_F:
        return fit();
    default:
        QAbstractScrollArea::keyPressEvent(event);
    }
}

bool CompareLanes::viewportEvent(QEvent *event)
{
    if (event->type() != QEvent::ToolTip || !m_comparison)
        return QAbstractScrollArea::viewportEvent(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    QToolTip::showText(help->globalPos(), tipAt(help->pos()), viewport());
    return true;
}

QString CompareLanes::tipAt(const QPoint &at) const
{
    const int row = rowAt(at.y());
    if (row < 0)
        return {};
    const PlacePair &place = places()[std::size_t(row)];
    if (at.x() < labels)
        return qt(place.path);
    const std::int64_t t = std::max<std::int64_t>(timeAt(at.x()), 0);
    return tr("%1 at %2\n%3: %4\n%5: %6")
        .arg(qt(place.path), qt(momentText(t)), qt(m_comparison->beforeName),
             stateText(*m_comparison->before, place.before, t), qt(m_comparison->nowName),
             stateText(*m_comparison->now, place.now, t));
}

void CompareLanes::paintEvent(QPaintEvent *)
{
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), colors().canvas);
    if (!m_comparison)
        return;
    const int first = std::max(rowAt(axisHeight), 0);
    for (int row = first; row < int(places().size()) && rowRect(row).top() < viewport()->height(); ++row)
        paintRow(painter, row);
    paintAxis(painter);
    painter.setClipRect(labels, 0, m_window.width(), viewport()->height());
    paintLine(painter, m_document.now(), colors().accent, Qt::SolidLine);
    if (m_comparison->first)
        paintLine(painter, m_comparison->partsAt, colors().bad, Qt::DotLine);
    if (m_comparison->divergesAt)
        paintLine(painter, *m_comparison->divergesAt, colors().bad, Qt::DashLine);
}

void CompareLanes::paintRow(QPainter &painter, int row) const
{
    const PlacePair &place = places()[std::size_t(row)];
    const QRect rect = rowRect(row);
    if (row % 2)
        painter.fillRect(rect, colors().band);
    if (place.now.isValid() && place.now == m_document.focus().node)
        painter.fillRect(rect, colors().selection);
    const QRect label = rect.adjusted(8 + place.depth * indent, 0, 0, 0);
    painter.setPen(colors().text);
    const QString name = qt(place.path.substr(place.path.rfind('/') + 1));
    const int room = std::max(labels - 6 - label.left(), 20);
    painter.drawText(QRect(label.left(), label.top(), room, label.height()), Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(name, Qt::ElideMiddle, room));
    painter.save();
    painter.setClipRect(QRect(labels, rect.top(), m_window.width(), rect.height())
                            .intersected(QRect(0, axisHeight, viewport()->width(), viewport()->height())));
    const QRect before(labels, rect.top() + 3, m_window.width(), laneHeight());
    if (place.before.isValid()) {
        painter.setOpacity(0.72);
        paintLane(painter, m_comparison->before->lanes()[place.before], m_window, before);
        painter.setOpacity(1);
    }
    if (place.now.isValid())
        paintLane(painter, m_comparison->now->lanes()[place.now], m_window,
                  before.translated(0, laneHeight() + 2));
    painter.restore();
}

void CompareLanes::paintAxis(QPainter &painter) const
{
    painter.fillRect(0, 0, viewport()->width(), axisHeight, palette().color(QPalette::Window));
    painter.setPen(colors().faint);
    const int room = labels - 12;
    const QString names = tr("%1 / %2").arg(qt(m_comparison->beforeName), qt(m_comparison->nowName));
    painter.drawText(QRect(8, 0, room, axisHeight), Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(names, Qt::ElideRight, room));
    paintTicks(painter, QRect(labels, 0, m_window.width(), axisHeight), timeTicks(m_window, 90), m_window);
}

void CompareLanes::paintLine(QPainter &painter, std::int64_t t, const QColor &color, Qt::PenStyle style) const
{
    painter.setPen(QPen(color, 1.5, style));
    painter.drawLine(xOf(t), axisHeight - 5, xOf(t), viewport()->height());
}

}
