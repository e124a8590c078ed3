#ifndef Q_MOC_RUN
#include "app/desktop/models/run_model.h"
#include "app/desktop/views/run_strip.h"
#include "app/desktop/views/view.h"
#include "tests/desktop/campaign_window.h"
#endif

#include <QPainter>
#include <QTest>

using namespace daruma;

class TestRunStrip : public QObject, bench::CampaignWindow {
    Q_OBJECT

    static constexpr int seeds = 40;

    RunStrip &strip() { return *m_window->view(QStringLiteral("runs"))->findChild<RunStrip *>(); }
    std::vector<RunDot> dots()
    {
        auto *model = qobject_cast<RunModel *>(m_window->view(QStringLiteral("runs"))->table());
        return *model->dots();
    }

private slots:
    void initTestCase() { record(seeds, {"supervisor.app.max_restarts=1,40"}); }
    void init()
    {
        showWindow({1280, 800});
        open(m_recorded);
    }
    void cleanup() { m_window.reset(); }

    /// A grid has each seed several times: recorded apart, shown side by side.
    void theStripIsInTheOrderOfSeeds()
    {
        const std::vector<RunDot> dots = this->dots();
        QCOMPARE(dots.size(), std::size_t(2 * seeds));
        for (std::size_t i = 1; i < dots.size(); ++i)
            QVERIFY(std::pair(dots[i - 1].seed, dots[i - 1].id) < std::pair(dots[i].seed, dots[i].id));
        for (const int width : {3000, 700, 90}) {
            strip().resize(width, 22);
            for (const RunDot &dot : {dots.front(), dots[dots.size() / 2], dots.back()}) {
                const QRect place = strip().placeOf(dot.id);
                QVERIFY(!place.isEmpty() && place.right() < width);
                const std::int64_t shown = strip().runAt(place.center().x());
                QVERIFY(strip().placeOf(shown) == place);
                if (width == 3000)
                    QCOMPARE(shown, dot.id);
            }
        }
        QVERIFY(strip().placeOf(1'000'000).isNull());
        QCOMPARE(strip().runAt(-1), 0);
    }

    void keysWalkAlongTheStrip()
    {
        const std::vector<RunDot> dots = this->dots();
        strip().resize(3000, 22);
        strip().setFocus();
        for (std::size_t i = 0; i < 3; ++i) {
            QTest::keyClick(&strip(), Qt::Key_Right);
            settle();
            QCOMPARE(archive().current(), dots[i].id);
        }
        QTest::keyClick(&strip(), Qt::Key_Left);
        settle();
        QCOMPARE(archive().current(), dots[1].id);
    }

    void everyOutcomeHasAShapeOfItsOwn()
    {
        QList<QImage> shapes;
        for (int outcome = 0; outcome < 4; ++outcome) {
            QImage shape(10, 10, QImage::Format_RGB32);
            shape.fill(Qt::white);
            QPainter painter(&shape);
            paintOutcome(painter, RecordedOutcome(outcome), QRectF(1, 1, 8, 8));
            painter.end();
            // Whatever its colour is.
            const QImage form = shape.createMaskFromColor(qRgb(255, 255, 255));
            QVERIFY(!shapes.contains(form));
            shapes << form;
        }
    }
};

QTEST_MAIN(TestRunStrip)

#include "tst_run_strip.moc"
