#include "app/desktop/view_table.h"

#include "app/desktop/views/compare_view.h"
#include "app/desktop/views/database_view.h"
#include "app/desktop/views/events_view.h"
#include "app/desktop/views/forks_view.h"
#include "app/desktop/views/jobs_view.h"
#include "app/desktop/views/runs_view.h"
#include "app/desktop/views/scenario_view.h"
#include "app/desktop/views/settings_view.h"
#include "app/desktop/views/statistics_view.h"
#include "app/desktop/views/tree_view.h"
#include "app/desktop/views/why_view.h"

#include <QCoreApplication>

#include <array>

namespace daruma {

namespace {

template <typename Made> View *make(Document &document)
{
    return new Made(document);
}

}

std::span<const ViewRow> viewTable()
{
    static constexpr std::array rows{
        ViewRow{"tree", QT_TRANSLATE_NOOP("daruma::MainWindow", "Tree"), Qt::LeftDockWidgetArea,
                "analysis events forks", make<SupervisionTreeView>},
        ViewRow{"why", QT_TRANSLATE_NOOP("daruma::MainWindow", "Why"), Qt::RightDockWidgetArea, "analysis",
                make<WhyView>},
        ViewRow{"settings", QT_TRANSLATE_NOOP("daruma::MainWindow", "Settings"), Qt::RightDockWidgetArea,
                "analysis forks", make<SettingsView>},
        ViewRow{"forks", QT_TRANSLATE_NOOP("daruma::MainWindow", "Forks"), Qt::RightDockWidgetArea,
                "analysis forks", make<ForksView>},
        ViewRow{"events", QT_TRANSLATE_NOOP("daruma::MainWindow", "Events"), Qt::BottomDockWidgetArea,
                "analysis events", make<EventsView>},
        ViewRow{"scenario", QT_TRANSLATE_NOOP("daruma::MainWindow", "Scenario"), Qt::BottomDockWidgetArea,
                "analysis", make<ScenarioView>},
        ViewRow{"compare", QT_TRANSLATE_NOOP("daruma::MainWindow", "Compare"), Qt::BottomDockWidgetArea,
                "analysis forks", make<CompareView>},
        ViewRow{"runs", QT_TRANSLATE_NOOP("daruma::MainWindow", "Runs"), Qt::BottomDockWidgetArea,
                "analysis runs", make<RunsView>},
        ViewRow{"statistics", QT_TRANSLATE_NOOP("daruma::MainWindow", "Statistics"), Qt::BottomDockWidgetArea,
                "analysis runs", make<StatisticsView>},
        ViewRow{"database", QT_TRANSLATE_NOOP("daruma::MainWindow", "Database"), Qt::BottomDockWidgetArea,
                "analysis runs", make<DatabaseView>},
        ViewRow{"jobs", QT_TRANSLATE_NOOP("daruma::MainWindow", "Jobs"), Qt::BottomDockWidgetArea,
                "analysis runs", make<JobsView>},
    };
    return rows;
}

}
