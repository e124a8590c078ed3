#pragma once

#include <QColor>
#include <QRectF>
#include <QString>
#include <qcustomplot.h>

#include <vector>

namespace daruma {

/// A bar, a point, a cell: what can be chosen of a plot, to see the runs behind it.
struct PlotPart {
    QRectF area;        ///< in the coordinates of the axes
    QString title;      ///< what its runs have in common
    QString condition;  ///< which they are, as SQL
    std::uint64_t runs = 0;
};

/// A plot of the project: it has the colours of the theme, a title, and parts that are chosen by a click, or
/// by arrow keys and Enter.
class Plot : public QCustomPlot {
    Q_OBJECT

public:
    explicit Plot(const QString &title, QWidget *parent = nullptr);

    /// Empties it, and puts it into the colours that the theme has now. The remark stands behind the title.
    void restart(const QString &remark = {});
    /// Says in the middle why there is nothing to see.
    void showHint(const QString &text);
    void add(const PlotPart &part) { m_parts.push_back(part); }
    /// What is shown leads nowhere.
    void clearParts();
    const std::vector<PlotPart> &parts() const { return m_parts; }
    /// On the widget.
    QRectF placeOf(const PlotPart &part) const;

    QSize sizeHint() const override { return {360, 240}; }
    QSize minimumSizeHint() const override { return {240, 190}; }

signals:
    void chosen(const daruma::PlotPart &part);

protected:
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void paintAxis(QCPAxis &axis) const;
    /// -1: none.
    int partAt(QPointF place) const;
    int neighbour(int key) const;
    void setCurrent(int part);
    QString textOf(const PlotPart &part) const;

    QString m_title;
    std::vector<PlotPart> m_parts;
    int m_current = -1;
};

}
