#pragma once

#include <QCoreApplication>
#include <QString>

#include <array>

namespace daruma {

class Plot;
struct Figures;

/// Each fills a plot with one of the figures, and with the parts that lead to the runs behind them.
class FigurePlots {
    Q_DECLARE_TR_FUNCTIONS(FigurePlots)

public:
    enum Kind { Outcomes, Survival, Ends, Restarts, Availability, Grid, kindCount };
    static QString title(Kind kind);
    static void fill(Kind kind, Plot &plot, const Figures &figures);
    /// What is counted together, in words; empty: runs of one kind alone.
    static QString pooled(const Figures &figures);
};

}
