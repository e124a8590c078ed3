#include "app/desktop/views/plot.h"

#include "app/desktop/own_keys.h"
#include "app/desktop/theme.h"

#include <QHelpEvent>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace daruma {

Plot::Plot(const QString &title, QWidget *parent)
    : QCustomPlot(parent)
    , m_title(title)
{
    setAccessibleName(title);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    // The wheel is for what the plot stands in.
    setAttribute(Qt::WA_NoMousePropagation, false);
    OwnKeys::set(*this, {Qt::Key_Left, Qt::Key_Right, Qt::Key_Up, Qt::Key_Down, Qt::Key_Home, Qt::Key_End,
                         Qt::Key_Return, Qt::Key_Enter, Qt::Key_Space});
    restart();
}

void Plot::restart(const QString &remark)
{
    clearPlottables();
    clearItems();
    clearParts();
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
    auto *heading =
        new QCPTextElement(this, remark.isEmpty() ? m_title : tr("%1 · %2").arg(m_title, remark), bold);
    heading->setTextColor(c.text);
    plotLayout()->addElement(0, 0, heading);
    for (QCPAxis *axis : {xAxis, yAxis}) {
        axis->setVisible(true);
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
    QFont small = font();
    small.setPixelSize(11);
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

void Plot::showHint(const QString &text)
{
    xAxis->setVisible(false);
    yAxis->setVisible(false);
    auto *item = new QCPItemText(this);
    item->position->setType(QCPItemPosition::ptAxisRectRatio);
    item->position->setCoords(0.5, 0.5);
    item->setText(text);
    item->setColor(colors().faint);
    item->setFont(font());
    item->setClipToAxisRect(false);
    replot();
}

void Plot::clearParts()
{
    m_parts.clear();
    m_current = -1;
}

QRectF Plot::placeOf(const PlotPart &part) const
{
    const QPointF one(xAxis->coordToPixel(part.area.left()), yAxis->coordToPixel(part.area.top()));
    const QPointF other(xAxis->coordToPixel(part.area.right()), yAxis->coordToPixel(part.area.bottom()));
    return QRectF(one, other).normalized() & QRectF(axisRect()->rect());
}

int Plot::partAt(QPointF place) const
{
    const auto found = std::find_if(m_parts.begin(), m_parts.end(),
                                    [&](const PlotPart &part) { return placeOf(part).contains(place); });
    return found == m_parts.end() ? -1 : int(found - m_parts.begin());
}

QString Plot::textOf(const PlotPart &part) const
{
    return tr("%1: %Ln run(s)", nullptr, int(part.runs)).arg(part.title);
}

/// The nearest part on that side of the current one, first of those in its line.
int Plot::neighbour(int key) const
{
    const bool isAcross = key == Qt::Key_Left || key == Qt::Key_Right;
    const bool isBack = key == Qt::Key_Left || key == Qt::Key_Up;
    const QPointF from = placeOf(m_parts[std::size_t(m_current)]).center();
    constexpr double least = 0.5;
    constexpr double asideCosts = 4;
    int nearest = m_current;
    double length = 0;
    for (int i = 0; i < int(m_parts.size()); ++i) {
        const QPointF way = placeOf(m_parts[std::size_t(i)]).center() - from;
        const double ahead = (isAcross ? way.x() : way.y()) * (isBack ? -1 : 1);
        const double costs = ahead + asideCosts * std::abs(isAcross ? way.y() : way.x());
        if (ahead < least || (nearest != m_current && costs >= length))
            continue;
        nearest = i;
        length = costs;
    }
    return nearest;
}

void Plot::setCurrent(int part)
{
    m_current = part;
    const PlotPart &current = m_parts[std::size_t(part)];
    setAccessibleDescription(textOf(current));
    QToolTip::showText(mapToGlobal(placeOf(current).center().toPoint()), textOf(current), this);
    update();
}

bool Plot::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        const int part = partAt(help->pos());
        QToolTip::showText(help->globalPos(), part < 0 ? QString() : textOf(m_parts[std::size_t(part)]),
                           this);
        return true;
    }
    return QCustomPlot::event(event);
}

void Plot::paintEvent(QPaintEvent *event)
{
    QCPPainter painter;
    painter.begin(this);
    if (!hasPixels(painter))
        return toPainter(&painter, width(), height());
    painter.end();
    QCustomPlot::paintEvent(event);
    if (!hasFocus())
        return;
    painter.begin(this);
    painter.setPen(QPen(colors().accent, 1, Qt::DotLine));
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
    if (m_current < 0)
        return;
    painter.setPen(QPen(colors().accent, 2));
    painter.drawRect(placeOf(m_parts[std::size_t(m_current)]));
}

void Plot::mousePressEvent(QMouseEvent *event)
{
    QCustomPlot::mousePressEvent(event);
    const int part = event->button() == Qt::LeftButton ? partAt(event->position()) : -1;
    if (part < 0)
        return;
    m_current = part;
    update();
    emit chosen(PlotPart(m_parts[std::size_t(part)]));
}

void Plot::mouseMoveEvent(QMouseEvent *event)
{
    setCursor(partAt(event->position()) < 0 ? Qt::ArrowCursor : Qt::PointingHandCursor);
}

void Plot::wheelEvent(QWheelEvent *event)
{
    event->ignore();
}

void Plot::keyPressEvent(QKeyEvent *event)
{
    if (m_parts.empty())
        return QWidget::keyPressEvent(event);
    const int last = int(m_parts.size()) - 1;
    switch (event->key()) {
    case Qt::Key_Home:
        return setCurrent(0);
    case Qt::Key_End:
        return setCurrent(last);
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Up:
    case Qt::Key_Down:
        return setCurrent(m_current < 0 ? 0 : neighbour(event->key()));
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        if (m_current >= 0)
            emit chosen(PlotPart(m_parts[std::size_t(m_current)]));
        else
            setCurrent(0);
        return;
    default:
        QWidget::keyPressEvent(event);
    }
}

}
