#ifndef Q_MOC_RUN
#include "app/desktop/export.h"
#include "app/desktop/view_table.h"
#include "app/desktop/views/timeline_view.h"
#include "tests/desktop/campaign_window.h"
#endif

#include <QRegularExpression>
#include <QTest>

using namespace daruma;

/// A drawing is made of lines and letters: it can be printed as large as one likes.
class TestDrawings : public QObject, bench::CampaignWindow {
    Q_OBJECT

    QByteArray drawingOf(QWidget &widget)
    {
        const QString path = m_folder.filePath(QStringLiteral("drawing.svg"));
        QFile file(path);
        return exportPicture(widget, path) && file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    /// Of controls such as buttons and headers the style paints images, which are low.
    static QStringList largeImages(const QByteArray &drawing)
    {
        constexpr int highest = 40;
        static const QRegularExpression image(
            QStringLiteral("<image[^>]* width=\"([0-9.]+)\" height=\"([0-9.]+)\""));
        QStringList large;
        for (auto found = image.globalMatch(QString::fromLatin1(drawing)); found.hasNext();) {
            const QRegularExpressionMatch one = found.next();
            if (one.captured(2).toDouble() > highest)
                large << one.captured(1) + u'x' + one.captured(2);
        }
        return large;
    }

private slots:
    void initTestCase()
    {
        record(20, {});
        showWindow({1280, 900});
        open(m_recorded, 3);
        document().change(QStringLiteral("supervisor.db_sup.max_restarts"), QStringLiteral("5"));
        settle();
        document().compareWith(document().forks().front().run);
    }
    void cleanupTestCase() { m_window.reset(); }

    void everyViewIsADrawing_data()
    {
        QTest::addColumn<QString>("name");
        for (const ViewRow &row : viewTable())
            QTest::newRow(row.name) << QString::fromLatin1(row.name);
    }

    void everyViewIsADrawing()
    {
        QFETCH(QString, name);
        m_window->showView(name);
        settle();
        const QByteArray drawing = drawingOf(*m_window->view(name));
        QVERIFY(drawing.contains("<text"));
        QCOMPARE(largeImages(drawing), QStringList());
    }

    void theTimelineIsADrawing_data()
    {
        QTest::addColumn<bool>("isFolded");
        QTest::newRow("with bars") << false;
        QTest::newRow("with shares of time") << true;
    }

    void theTimelineIsADrawing()
    {
        QFETCH(bool, isFolded);
        document().fold({NodeId{0}}, isFolded);
        QApplication::processEvents();
        const QByteArray drawing = drawingOf(m_window->timeline());
        QCOMPARE(largeImages(drawing), QStringList());
        // It has what the screen has.
        for (const char *text : {">app<", ">running<", ">Whole run<"})
            QVERIFY2(drawing.contains(text), text);
        QVERIFY(drawing.contains(colors().of(BarState::Running).name().toLatin1()));
        QVERIFY(drawing.count("<rect") + drawing.count("<path") > 20);
    }
};

QTEST_MAIN(TestDrawings)

#include "tst_drawings.moc"
