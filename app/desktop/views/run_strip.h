#pragma once

#ifndef Q_MOC_RUN
#include "app/desktop/models/run_model.h"
#endif

#include <QWidget>

namespace daruma {

/// In the theme that was applied last.
QColor colorOf(RecordedOutcome outcome);
/// Its shape, in its colour: each outcome has its own.
void paintOutcome(QPainter &painter, RecordedOutcome outcome, const QRectF &place);

/// The runs as dots in the order of their seeds, each outcome with a shape of its own, and as columns of
/// shares where there are more runs than dots have room: what failed stands out, wherever it is.
class RunStrip : public QWidget {
    Q_OBJECT

public:
    explicit RunStrip(RunModel &model, QWidget *parent = nullptr);

    QSize sizeHint() const override { return {400, 22}; }
    void setCurrent(std::int64_t run);
    /// The worst run that is shown at that x; 0: none.
    std::int64_t runAt(int x) const;
    /// Where that run is shown; a null rect: it is not.
    QRect placeOf(std::int64_t run) const;

signals:
    void runClicked(qint64 run);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    bool event(QEvent *event) override;

private:
    struct Column {
        std::size_t begin = 0;
        std::size_t end = 0;
    };
    int columnCount() const;
    int columnWidth() const;
    Column column(int number) const;
    /// Of the current run; -1: it is not shown.
    int currentColumn() const { return columnAt(m_currentAt); }
    int columnAt(std::ptrdiff_t dot) const;
    std::ptrdiff_t find(std::int64_t run) const;
    void paintDots(QPainter &painter) const;
    void paintColumns(QPainter &painter) const;
    std::size_t worstOf(Column column) const;
    void showTip(const QPoint &at, const QPoint &global);

    RunModel &m_model;
    std::int64_t m_current = 0;
    std::ptrdiff_t m_currentAt = -1;  ///< among the dots
};

}
