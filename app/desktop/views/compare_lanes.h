#pragma once

#ifndef Q_MOC_RUN
#include "app/desktop/layout/view_window.h"
#include "app/desktop/models/comparison.h"
#include "app/desktop/models/document.h"
#endif

#include <QAbstractScrollArea>

namespace daruma {

/// Two thin lanes for each place of two runs, the run before above this one, over one axis of time.
class CompareLanes : public QAbstractScrollArea {
    Q_OBJECT

public:
    explicit CompareLanes(Document &document, QWidget *parent = nullptr);

    /// Null: nothing to show.
    void show(ComparisonPtr comparison);
    void zoom(double factor);
    void pan(double pixels);
    void fit();
    /// Brings the moment at which the runs part near.
    void showDifference();
    const ViewWindow &window() const { return m_window; }
    const std::vector<PlacePair> &places() const;
    /// Of the place in that row, on the viewport.
    QRect rowRect(int row) const;

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    bool viewportEvent(QEvent *event) override;

private:
    void updateScroll();
    int laneHeight() const;
    int rowHeight() const;
    int rowAt(int y) const;
    std::int64_t timeAt(int x) const;
    int xOf(std::int64_t t) const;
    void paintRow(QPainter &painter, int row) const;
    void paintAxis(QPainter &painter) const;
    void paintLine(QPainter &painter, std::int64_t t, const QColor &color, Qt::PenStyle style) const;
    QString tipAt(const QPoint &at) const;

    Document &m_document;
    ComparisonPtr m_comparison;
    ViewWindow m_window;
};

}
