#pragma once

#include <QColor>
#include <QString>
#include <QStringList>
#include <QVector>
#include <qcustomplot.h>

#include <functional>

namespace daruma {

struct Figures;

/// A plot of the project: it has the colours of the theme, a title, and says where it was clicked.
class Plot : public QCustomPlot {
    Q_OBJECT

public:
    explicit Plot(const QString &title, QWidget *parent = nullptr);

    /// Empties it, and puts it into the colours that the theme has now.
    void restart();
    /// Where the plot has been clicked, in the coordinates of its axes.
    std::function<void(double x, double y)> onClick;

    QSize sizeHint() const override { return {360, 240}; }
    QSize minimumSizeHint() const override { return {240, 190}; }

protected:
    void mousePressEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void paintAxis(QCPAxis &axis) const;

    QString m_title;
};

/// Each fills a plot with one of the figures; `show` is called with the runs behind what is clicked.
using ShowRuns = std::function<void(const QString &condition, const QString &title)>;
void plotOutcomes(Plot &plot, const Figures &figures, const ShowRuns &show);
void plotRestarts(Plot &plot, const Figures &figures, const ShowRuns &show);
void plotEnds(Plot &plot, const Figures &figures, const ShowRuns &show);
void plotSurvival(Plot &plot, const Figures &figures, const ShowRuns &show);
void plotAvailability(Plot &plot, const Figures &figures, const ShowRuns &show);
void plotGrid(Plot &plot, const Figures &figures, const ShowRuns &show);

}
