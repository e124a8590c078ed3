#pragma once

#ifndef Q_MOC_RUN
#include "app/desktop/models/figures.h"
#include "app/desktop/views/view.h"
#endif

#include <atomic>
#include <memory>
#include <vector>

template <typename T> class QFutureWatcher;
class QComboBox;
class QGridLayout;
class QLabel;
class QScrollArea;

namespace daruma {

class Plot;
struct PlotPart;

/// What the runs of a campaign have in common, as plots; a click leads to the runs behind it. Which campaign
/// that is the filter of the archive says, else it is the newest.
class StatisticsView : public View {
    Q_OBJECT

public:
    explicit StatisticsView(Document &document, QWidget *parent = nullptr);
    ~StatisticsView() override;

    void settle() override;
    /// Those that are shown.
    const Figures &figures() const { return *m_figures; }

protected:
    void showEvent(QShowEvent *event) override;
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void showArchive();
    void read();
    void take();
    void show();
    void arrange();
    void showRuns(const PlotPart &part);
    void followFilter();
    void choose();
    /// 0: all together.
    std::int64_t wanted() const;
    QString summary() const;
    QString outcomesText() const;
    QString shareText(std::uint64_t count) const;

    std::unique_ptr<QFutureWatcher<std::shared_ptr<Figures>>> m_watcher;
    std::shared_ptr<std::atomic<bool>> m_stop;
    std::shared_ptr<Figures> m_figures;
    QString m_path;             ///< of the database
    bool m_isOutdated = false;  ///< to be read when it comes into sight
    bool m_isPooled = false;    ///< all campaigns together, as somebody asked for
    QComboBox *m_campaign;
    QLabel *m_summary;
    QScrollArea *m_area;
    QGridLayout *m_grid;
    std::vector<Plot *> m_plots;
    int m_columns = 0;
};

}
