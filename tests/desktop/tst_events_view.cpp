#ifndef Q_MOC_RUN
#include "app/desktop/models/event_model.h"
#include "app/desktop/views/view.h"
#include "tests/desktop/shown_window.h"
#endif

#include <QAbstractItemModelTester>
#include <QTest>
#include <QToolButton>

using namespace daruma;

/// The filters of the events that follow the focus.
class TestEventsView : public QObject, protected ShownWindow {
    Q_OBJECT

    EventModel &events() { return *qobject_cast<EventModel *>(m_window->view("events")->table()); }
    QToolButton *toggle(const char *text)
    {
        for (QToolButton *one : m_window->view("events")->findChildren<QToolButton *>())
            if (one->text() == text)
                return one;
        return nullptr;
    }
    void press(QToolButton *button) { QTest::mouseClick(button, Qt::LeftButton); }
    void select(const char *path)
    {
        const NodeId node = document().run()->find(path);
        QVERIFY(node.isValid());
        document().select(node);
    }

    std::vector<std::uint32_t> shown()
    {
        events().wait();
        std::vector<std::uint32_t> rows;
        for (int row = 0; row < events().rowCount(); ++row)
            rows.push_back(events().eventAt(row).value);
        return rows;
    }
    /// Of that place and those below it, within the marked range where there is one.
    std::vector<std::uint32_t> eventsBelow(const std::string &path)
    {
        std::vector<std::uint32_t> rows;
        const Run &run = *document().run();
        const auto range = document().focus().range;
        for (std::uint32_t i = 0; i < run.eventCount(); ++i) {
            const Event event = run.event(EventId{i});
            const std::string at = event.node.isValid() ? run.path(event.node) : std::string();
            const bool isInRange = !range || (event.t >= range->first && event.t <= range->second);
            if (isInRange && (at == path || at.starts_with(path + '/')))
                rows.push_back(i);
        }
        return rows;
    }
    std::size_t all() { return document().run()->eventCount(); }

private slots:
    void initTestCase() { prepare(); }
    void init()
    {
        show();
        open("db-outage-30s");
        m_window->showView("events");
    }
    void cleanup() { m_window.reset(); }

    void theSelectedPlaceIsShownAlone()
    {
        const QAbstractItemModelTester tester(&events(),
                                              QAbstractItemModelTester::FailureReportingMode::QtTest);
        select("app/db_sup");
        QCOMPARE(shown().size(), all());
        press(toggle("Selected place"));
        const auto below = eventsBelow("app/db_sup");
        QVERIFY(below.size() > 5 && below.size() < all());
        QCOMPARE(shown(), below);
        select("app/web");
        QCOMPARE(shown(), eventsBelow("app/web"));
        QVERIFY(shown() != below);
        document().select({});
        QCOMPARE(shown().size(), all());
        press(toggle("Selected place"));
        select("app/db_sup");
        QCOMPARE(shown().size(), all());
    }

    void itIsTheSamePlaceInAnotherRun()
    {
        select("app/db_sup/conn");
        press(toggle("Selected place"));
        const std::size_t before = shown().size();
        document().change("supervisor.db_sup.max_restarts", "30");
        m_window->wait();
        QCOMPARE(shown(), eventsBelow("app/db_sup/conn"));
        QVERIFY(shown().size() > before);
        // Where its number is another one, too.
        const NodeId number = document().focus().node;
        QString text = QString::fromStdString(document().source().text);
        text.replace("[\"db_sup\"", "[\"first\", \"db_sup\"");
        document().replaceText(text + "\n[worker.first]\n", "one more");
        m_window->wait();
        QVERIFY(document().focus().node != number);
        QCOMPARE(shown(), eventsBelow("app/db_sup/conn"));
        // A place that is no more filters nothing.
        open("nested-defaults-blind-band");
        QVERIFY(!document().focus().node.isValid());
        QCOMPARE(shown().size(), all());
        QVERIFY(toggle("Selected place")->isChecked());
    }

    void withinTheMarkedRangeToo()
    {
        select("app/db_sup");
        press(toggle("Selected place"));
        press(toggle("Marked range"));
        document().setRange(std::pair<std::int64_t, std::int64_t>{10'150'000'000, 10'450'000'000});
        const auto within = eventsBelow("app/db_sup");
        QVERIFY(!within.empty());
        QCOMPARE(shown(), within);
        document().setRange({});
        QCOMPARE(shown(), eventsBelow("app/db_sup"));
        QVERIFY(shown().size() > within.size());
    }
};

QTEST_MAIN(TestEventsView)
#include "tst_events_view.moc"
