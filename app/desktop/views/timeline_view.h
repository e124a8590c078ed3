#pragma once

#include "app/desktop/views/view.h"

#ifndef Q_MOC_RUN
#include "app/desktop/layout/lane_picture.h"
#include "app/desktop/layout/lane_rows.h"
#include "app/desktop/layout/view_window.h"
#include "app/desktop/views/timeline_metrics.h"
#endif

#include <QPixmap>

#include <optional>

class QScrollBar;

namespace daruma {

/// A lane for each place, with what it did over the whole run.
class TimelineView : public View {
    Q_OBJECT

public:
    explicit TimelineView(Document &document, QWidget *parent = nullptr);

    Axis axis() const { return m_axis; }
    void setAxis(Axis axis);
    void fit();
    void zoom(double factor);
    void pan(double pixels);
    /// By so many eighths of what is shown.
    void panEighths(int eighths) { pan(m_window.width() / 8.0 * eighths); }
    void showRange();
    void revealCursor();
    /// Draws the causes of the event at the cursor back to their beginning, not the nearest alone.
    void setWholeChain(bool isWhole);

    const ViewWindow &window() const { return m_window; }
    const std::vector<LaneRow> &rows() const { return m_rows; }
    QRect laneRect(int row) const;
    /// What the mouse is told there.
    QString tip(QPoint place) const;
    /// Moves the cursor and the selection to what is there, without moving what is shown.
    void lookAt(QPoint place);
    /// Of the cursor, in the lane of the selected place: a menu that a key opened stands there.
    QVariant inputMethodQuery(Qt::InputMethodQuery query) const override;
    /// Where the sign of the cursor stands in the axis; `isAway`: it only points to it.
    QRect cursorSign(bool *isAway = nullptr) const;
    /// Where a moment, or a number of an event, stands.
    int xOf(std::int64_t position) const;

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;
    bool event(QEvent *event) override;

private:
    enum class Drag { None, Range, Pan, Cursor, Minimap };

    void rebuild();
    void showTrouble();
    void updateRows();
    void revealSelection();
    void moveSelection(int rows);
    void toggleFold(int row);
    void refresh();
    void updatePicture();
    void paintWhole(QPainter &painter);
    /// Lanes of that part, and what changes with the window that they show.
    void paintParts(QPainter &painter, const QRegion &lanes);
    const QPixmap &minimap(const QRect &map, const ViewWindow &whole);
    QRegion movePicture();
    void paintLanes(QPainter &painter, const QRegion &exposed);
    void paintRow(QPainter &painter, int row) const;
    void paintLabel(QPainter &painter, int row) const;
    void paintLane(QPainter &painter, int row, ColumnRange columns) const;
    void paintLegend(QPainter &painter) const;
    struct LegendEntry;
    std::vector<LegendEntry> legendEntries() const;
    int legendLines() const;
    /// Where their signs stand, line by line.
    std::vector<QPoint> legendPlaces(const std::vector<LegendEntry> &entries) const;
    void paintMinimap(QPainter &painter);
    void paintWholeRun(QPainter &painter, const QRect &map, const ViewWindow &whole) const;
    /// What stands in the axis besides its ticks; a null rect: nothing, or no room for it.
    struct AxisSigns {
        QRect cursor;
        QString cursorText;
        int cursorSide = 0;  ///< -1, 1: the cursor is out of view to the left, to the right
        QRect range;
        QString rangeText;
        QRect noReturn;
        QString noReturnText;
        QRect differs;
        QString differsText;
    };
    AxisSigns axisSigns() const;
    void placeCursorSign(AxisSigns &signs) const;
    QRect freePlace(int middle, int width, const QList<QRect> &taken) const;
    void paintAxis(QPainter &painter, const AxisSigns &signs) const;
    void paintCursorSign(QPainter &painter, const AxisSigns &signs) const;
    void paintRange(QPainter &painter) const;
    void paintCursor(QPainter &painter) const;
    void paintMoment(QPainter &painter, std::optional<int> x, const QColor &color) const;
    /// In pixels; nothing where it is out of view, or there is none.
    std::optional<int> shownX(EventId event) const;
    std::optional<int> noReturnX() const;
    /// From and until, in pixels, cut to what is shown; nothing where nothing of it is.
    std::optional<std::pair<int, int>> shownRange() const;
    QRect axisRect() const;
    void paintArrows(QPainter &painter) const;
    void paintArrow(QPainter &painter, EventId from, EventId to, bool isChain) const;
    void paintHint(QPainter &painter) const;
    QPoint anchorOf(EventId event) const;

    std::int64_t positionOf(EventId event) const;
    std::int64_t cursorPosition() const;
    EventId eventAtPosition(std::int64_t position) const;
    std::int64_t timeAtPosition(std::int64_t position) const;
    int rowAt(int y) const;
    int rowOf(NodeId node) const;
    int lanesTop() const;
    int lanesHeight() const;
    QRect lanesRect() const { return {0, lanesTop(), width(), lanesHeight()}; }
    /// From the first to behind the last.
    std::pair<int, int> shownRows() const;
    bool isDense(int row, const ViewWindow &window) const;
    std::vector<Tick> ticks() const;
    QString laneTip(QPoint place) const;
    QString marksTip(QPoint place) const;
    /// Moves the cursor, the selection, and nothing of what is shown: where one clicks one goes on looking.
    void pointAt(EventId event, NodeId node = {});
    /// At the moment that stands there, as a person would write it, or behind the event.
    void pointAtColumn(int column);
    EventId markAt(QPoint place) const;
    Lanes lanesBelow(NodeId node) const;
    Lanes lanesOf(const LaneRow &row) const;

    Axis m_axis = Axis::Time;
    ViewWindow m_window;
    std::vector<LaneRow> m_rows;
    int m_laneHeight = 28;
    bool m_isWholeChain = false;
    std::string m_shownFile;
    bool m_isPointing = false;  ///< the mouse moves the cursor
    int m_legendHeight = metrics::legendLine + 4;
    QScrollBar *m_scroll;
    struct Pictured {
        ViewWindow window;
        int scrolled = 0;
    };
    QPixmap m_picture;           ///< lanes and axis
    Pictured m_pictured;         ///< what of them
    bool m_isPictureOld = true;  ///< something else of them changed than where one looks
    QPixmap m_minimap;           ///< the whole run; null where it has to be painted anew
    Drag m_drag = Drag::None;
    QPoint m_pressed;
    double m_dragged = 0;
    std::int64_t m_rangeFrom = 0;
};

}
