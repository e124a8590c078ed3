#ifndef Q_MOC_RUN
#include "app/desktop/main_window.h"
#include "app/desktop/models/document.h"
#include "app/desktop/theme.h"
#include "app/desktop/views/timeline_view.h"
#include "app/desktop/views/view.h"
#endif

#include <QAbstractButton>
#include <QDir>
#include <QLabel>
#include <QSettings>
#include <QSlider>
#include <QStyle>
#include <QStyleOptionSlider>
#include <QTemporaryDir>
#include <QTest>
#include <QTextBrowser>
#include <QTreeView>

using namespace daruma;

namespace {

/// Clicks, with the mouse, the first link that stands in or behind that text; where it leads.
QString clickLinkBehind(QTextBrowser &browser, const QString &text)
{
    QTextCursor cursor = browser.document()->find(text);
    while (!cursor.isNull() && !cursor.atEnd() && cursor.charFormat().anchorHref().isEmpty())
        cursor.movePosition(QTextCursor::NextCharacter);
    QString link = cursor.charFormat().anchorHref();
    QTextCursor place(browser.document());
    place.setPosition(cursor.position());
    browser.setTextCursor(place);
    browser.ensureCursorVisible();
    QTest::mouseClick(browser.viewport(), Qt::LeftButton, {},
                      browser.cursorRect(place).center() - QPoint(2, 0));
    return link;
}

}

/// The first minute of someone who has never seen a supervision tree: choose the database outage, see the
/// root die and why, move one slider, see it survive. A picture of each step stands in the build folder, in
/// first-minute.
class TestFirstMinute : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_settings;
    std::unique_ptr<MainWindow> m_window;
    QDir m_pictures{QStringLiteral(DARUMA_BIN_DIR "/../first-minute")};

    Document &document() { return m_window->document(); }
    void picture(const char *name)
    {
        m_window->wait();
        QApplication::processEvents();
        QVERIFY(m_window->grab().save(m_pictures.filePath(QLatin1String(name) + ".png")));
    }
    bool hasRootDied()
    {
        const auto &report = document().run()->result().root.report();
        return report && report->state == LifecycleState::Failed;
    }
    QString verdict() { return m_window->view("settings")->findChild<QLabel *>("verdict")->text(); }

private slots:
    void initTestCase()
    {
        QVERIFY(m_pictures.mkpath("."));
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_settings.path());
        prepareLook();
        applyTheme(ThemeChoice::Light);
        m_window = std::make_unique<MainWindow>();
        m_window->resize(1280, 800);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    }
    void cleanupTestCase() { m_window.reset(); }

    void theStartScreenOffersTheOutage()
    {
        picture("1-start");
        QAbstractButton *card = nullptr;
        for (QAbstractButton *button : m_window->findChildren<QAbstractButton *>())
            if (button->text() == "Database outage 30s")
                card = button;
        QVERIFY(card && card->isVisible());
        QTest::mouseClick(card, Qt::LeftButton);
        m_window->wait();
        QVERIFY(document().run());
    }

    void theRootIsSeenToDie()
    {
        picture("2-dead");
        QVERIFY(hasRootDied());
        QVERIFY(m_window->timeline().isVisible());
    }

    void theReasonsSayWhyAndLeadThere()
    {
        auto *why = m_window->view("why")->findChild<QTextBrowser *>();
        QVERIFY(why->isVisible());
        QVERIFY(why->toPlainText().contains("app gave up at 10.6 s because db_sup gave up"));
        QVERIFY(why->toPlainText().contains("the database is down"));
        const EventId before = document().focus().cursor;
        const QString link = clickLinkBehind(*why, "conn ended (panic) at 10.4 s");
        QVERIFY2(link.startsWith("event:"), qPrintable(link));
        QVERIFY(document().focus().cursor != before);
        QCOMPARE(QStringLiteral("event:%1").arg(document().focus().cursor.value), link);
        QCOMPARE(document().now(), std::int64_t{10'400'000'000});
        picture("3-why");
    }

    void oneSliderIsMovedAndItSurvivesBeforeTheMouseIsReleased()
    {
        auto *tree = m_window->view("tree")->findChild<QTreeView *>();
        const QModelIndex root = tree->model()->index(0, 0);
        const QModelIndex supervisor = tree->model()->index(0, 0, root);
        QCOMPARE(supervisor.data().toString(), QString("db_sup"));
        QTest::mouseClick(tree->viewport(), Qt::LeftButton, {}, tree->visualRect(supervisor).center());
        m_window->showView("settings");
        m_window->wait();
        picture("4-settings");
        QVERIFY(verdict().contains("app died"));
        auto *slider = m_window->view("settings")->findChild<QSlider *>("max_restarts-QSlider");
        QVERIFY(slider && slider->isVisible());
        QStyleOptionSlider option;
        option.initFrom(slider);
        option.orientation = Qt::Horizontal;
        option.minimum = slider->minimum();
        option.maximum = slider->maximum();
        option.sliderPosition = slider->value();
        const QPoint handle =
            slider->style()
                ->subControlRect(QStyle::CC_Slider, &option, QStyle::SC_SliderHandle, slider)
                .center();
        QTest::mousePress(slider, Qt::LeftButton, {}, handle);
        QTest::mouseMove(slider, (handle + slider->rect().center()) / 2);
        QTest::mouseMove(slider, QPoint(slider->width() - 2, handle.y()));
        document().wait();
        QVERIFY(slider->isSliderDown());
        QVERIFY2(!hasRootDied(), qPrintable(verdict()));
        QVERIFY(verdict().contains("app survives") || verdict().contains("in order"));
        picture("5-survives");
        QTest::mouseRelease(slider, Qt::LeftButton, {}, QPoint(slider->width() - 2, handle.y()));
        m_window->wait();
        QVERIFY(!hasRootDied());
        QVERIFY(document().undoStack().canUndo());
    }
};

QTEST_MAIN(TestFirstMinute)
#include "tst_first_minute.moc"
