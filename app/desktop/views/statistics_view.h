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

/// What the runs of a campaign have in common, as plots; a click leads to the runs behind it.
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
    void showRuns(const QString &condition, const QString &title);

    std::unique_ptr<QFutureWatcher<std::shared_ptr<Figures>>> m_watcher;
    std::shared_ptr<std::atomic<bool>> m_stop;
    std::shared_ptr<Figures> m_figures;
    bool m_isOutdated = false;  ///< to be read when it comes into sight
    QComboBox *m_campaign;
    QLabel *m_summary;
    QScrollArea *m_area;
    QGridLayout *m_grid;
    std::vector<Plot *> m_plots;
    int m_columns = 0;
};

}
