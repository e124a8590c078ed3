#ifndef Q_MOC_RUN
#include "app/desktop/models/run_model.h"
#include "app/desktop/theme.h"
#include "app/desktop/views/lane_paint.h"
#include "app/desktop/views/run_strip.h"
#endif

#include <QApplication>
#include <QImage>
#include <QPainter>
#include <QPalette>
#include <QTest>

#include <cmath>

using namespace daruma;

namespace {

/// After WCAG 2.1.
double luminance(const QColor &color)
{
    const auto part = [](double c) { return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
    return 0.2126 * part(color.redF()) + 0.7152 * part(color.greenF()) + 0.0722 * part(color.blueF());
}

double contrast(const QColor &a, const QColor &b)
{
    const double low = std::min(luminance(a), luminance(b));
    const double high = std::max(luminance(a), luminance(b));
    return (high + 0.05) / (low + 0.05);
}

QColor over(const QColor &ground, const QColor &shade)
{
    const auto mixed = [&](double below, double above) {
        return float(below * (1 - shade.alphaF()) + above * shade.alphaF());
    };
    return QColor::fromRgbF(mixed(ground.redF(), shade.redF()), mixed(ground.greenF(), shade.greenF()),
                            mixed(ground.blueF(), shade.blueF()));
}

constexpr double leastOfTexts = 4.5;
constexpr double leastOfShapes = 3;

}

/// All texts are read in both themes, on whatever they stand.
class TestTheme : public QObject {
    Q_OBJECT

    static void compare(const QColor &text, const QColor &ground, double least, const char *what)
    {
        QVERIFY2(contrast(text, ground) >= least,
                 qPrintable(QStringLiteral("%1: %2 on %3 has %4")
                                .arg(QLatin1String(what), text.name(), ground.name())
                                .arg(contrast(text, ground))));
    }

    static void themes()
    {
        QTest::addColumn<int>("theme");
        QTest::newRow("light") << int(ThemeChoice::Light);
        QTest::newRow("dark") << int(ThemeChoice::Dark);
    }

private slots:
    void initTestCase() { prepareLook(); }
    void cleanup() { applyTheme(ThemeChoice::Light); }

    void textsAreReadableInBothThemes_data() { themes(); }
    void textsAreReadableInBothThemes()
    {
        QFETCH(int, theme);
        applyTheme(ThemeChoice(theme));
        const Colors &c = colors();
        const QPalette palette = QApplication::palette();
        for (const QColor &text : {c.text, c.faint, c.good, c.bad, c.warning, c.accent})
            for (const QColor &ground :
                 {c.canvas, c.band, c.selection, palette.color(QPalette::Window),
                  palette.color(QPalette::Button), palette.color(QPalette::ToolTipBase)})
                compare(text, ground, leastOfTexts, "a text");
        // The events have the colours of their marks as texts, numbers of scenarios have that of a bad end.
        for (const QColor &text : c.marks)
            for (const QColor &ground : {c.canvas, c.band})
                compare(text, ground, leastOfTexts, "a mark");
        for (const QColor &text : {c.faint, c.accent, c.bad})
            compare(text, over(c.band, c.range()), leastOfTexts, "the axis within a range");
        compare(palette.color(QPalette::HighlightedText), palette.color(QPalette::Highlight), leastOfTexts,
                "a selected row");
        compare(textOn(c.accent), c.accent, leastOfTexts, "the flag of the cursor");
    }

    void whatIsWrittenOnBarsIsReadable_data() { themes(); }
    void whatIsWrittenOnBarsIsReadable()
    {
        QFETCH(int, theme);
        applyTheme(ThemeChoice(theme));
        for (const QColor &state : colors().states)
            compare(textOn(state), state, leastOfTexts, "a text on a bar");
    }

    void blackAndWhiteChangePlacesWhereTheyAreEquallyGood()
    {
        for (int grey = 0; grey < 256; ++grey) {
            const QColor ground(grey, grey, grey);
            const double chosen = contrast(textOn(ground), ground);
            QVERIFY(chosen >= contrast(Qt::white, ground) - 0.1
                    && chosen >= contrast(Qt::black, ground) - 0.1);
        }
    }

    void shapesStandOutFromTheirGround_data() { themes(); }
    void shapesStandOutFromTheirGround()
    {
        QFETCH(int, theme);
        applyTheme(ThemeChoice(theme));
        for (const QColor &mark : colors().marks)
            for (const QColor &ground : {colors().canvas, colors().band, colors().selection})
                compare(mark, ground, leastOfShapes, "a mark");
        for (int outcome = 0; outcome < 4; ++outcome)
            compare(colorOf(RecordedOutcome(outcome)), colors().canvas, leastOfShapes, "an outcome");
    }
};

QTEST_MAIN(TestTheme)

#include "tst_theme.moc"
