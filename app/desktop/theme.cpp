#include "app/desktop/theme.h"

#include <QApplication>
#include <QFile>
#include <QFont>
#include <QFontDatabase>
#include <QIconEngine>
#include <QPaintEngine>
#include <QPainter>
#include <QPainterPath>
#include <QPalette>
#include <QPixmapCache>
#include <QStyleFactory>
#include <QSvgRenderer>
#include <QTranslator>

#include <array>
#include <cmath>
#include <map>

/// Resources of a library have to be asked for, outside of any namespace.
static void initResources()
{
    Q_INIT_RESOURCE(desktop);
    Q_INIT_RESOURCE(translations);
}

namespace daruma {

static std::map<std::array<int, 3>, QPixmap> &sprites();

namespace {

Colors lightColors()
{
    Colors c;
    c.canvas = QColor("#ffffff");
    c.band = QColor("#f6f7f9");
    c.line = QColor("#dfe3e8");
    c.text = QColor("#1c2128");
    c.faint = QColor("#5c6773");
    c.accent = QColor("#0b63ce");
    c.selection = QColor("#dbe9fb");
    c.good = QColor("#00734f");
    c.bad = QColor("#b3261e");
    c.warning = QColor("#8a5a00");
    c.states[int(BarState::Starting)] = QColor("#8ecbf2");
    c.states[int(BarState::Running)] = QColor("#2fa37c");
    c.states[int(BarState::Stopping)] = QColor("#eec14a");
    c.states[int(BarState::Backoff)] = QColor("#d9a3c4");
    c.states[int(BarState::Down)] = QColor("#cfd4da");
    c.marks[int(MarkKind::Restart)] = QColor("#0b63ce");
    c.marks[int(MarkKind::Command)] = QColor("#5c6773");
    c.marks[int(MarkKind::Crash)] = QColor("#b95000");
    c.marks[int(MarkKind::Fault)] = QColor("#1c2128");
    c.marks[int(MarkKind::GaveUp)] = QColor("#b3261e");
    c.marks[int(MarkKind::Violation)] = QColor("#8b1fa9");
    return c;
}

Colors darkColors()
{
    Colors c;
    c.isDark = true;
    c.canvas = QColor("#16191d");
    c.band = QColor("#1b1f24");
    c.line = QColor("#31373f");
    c.text = QColor("#e4e8ec");
    c.faint = QColor("#9ca7b3");
    c.accent = QColor("#6cb0ff");
    c.selection = QColor("#223c5c");
    c.good = QColor("#4cc79c");
    c.bad = QColor("#ff8a80");
    c.warning = QColor("#f0c14b");
    c.states[int(BarState::Starting)] = QColor("#3f86b5");
    c.states[int(BarState::Running)] = QColor("#23845f");
    c.states[int(BarState::Stopping)] = QColor("#b58a1c");
    c.states[int(BarState::Backoff)] = QColor("#91597c");
    c.states[int(BarState::Down)] = QColor("#3c434c");
    c.marks[int(MarkKind::Restart)] = QColor("#6cb0ff");
    c.marks[int(MarkKind::Command)] = QColor("#9ca7b3");
    c.marks[int(MarkKind::Crash)] = QColor("#ff9d57");
    c.marks[int(MarkKind::Fault)] = QColor("#f2f5f8");
    c.marks[int(MarkKind::GaveUp)] = QColor("#ff6f66");
    c.marks[int(MarkKind::Violation)] = QColor("#d59bea");
    return c;
}

Colors theColors = lightColors();
ThemeChoice theChoice = ThemeChoice::System;

bool systemIsDark()
{
    // Qt 6.4 cannot be asked; a desktop's platform theme shows in the palette that it gave us at the start.
    static const bool isDark = QApplication::palette().color(QPalette::Window).lightness() < 128;
    return isDark;
}

QPalette paletteOf(const Colors &c)
{
    const QColor window = c.isDark ? QColor("#20252b") : QColor("#f1f3f5");
    const QColor button = c.isDark ? QColor("#2b3138") : QColor("#ffffff");
    QPalette palette(c.text, button, button.lighter(120), window.darker(150), window.darker(120), c.text,
                     Qt::white, c.canvas, window);
    palette.setColor(QPalette::AlternateBase, c.band);
    palette.setColor(QPalette::Highlight, c.isDark ? QColor("#2c5f9e") : QColor("#0b63ce"));
    palette.setColor(QPalette::HighlightedText, Qt::white);
    palette.setColor(QPalette::Link, c.accent);
    palette.setColor(QPalette::LinkVisited, c.accent);
    palette.setColor(QPalette::PlaceholderText, c.faint);
    palette.setColor(QPalette::ToolTipBase, c.isDark ? QColor("#31373f") : QColor("#ffffff"));
    palette.setColor(QPalette::ToolTipText, c.text);
    palette.setColor(QPalette::Mid, c.line);
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, c.isDark ? QColor("#6b7580") : QColor("#9aa3ad"));
    return palette;
}

}

QColor Colors::range() const
{
    QColor shade = accent;
    shade.setAlpha(26);
    return shade;
}

QColor textOn(const QColor &ground)
{
    // At this luminance black and white stand out from a ground equally well.
    constexpr double middle = 0.179;
    const auto linear = [](double part) {
        return part <= 0.03928 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
    };
    const double luminance =
        0.2126 * linear(ground.redF()) + 0.7152 * linear(ground.greenF()) + 0.0722 * linear(ground.blueF());
    return luminance > middle ? Qt::black : Qt::white;
}

bool hasPixels(const QPainter &painter)
{
    // The device is the widget, whatever it is that the widget is rendered to.
    return painter.paintEngine()->type() == QPaintEngine::Raster;
}

const Colors &colors()
{
    return theColors;
}

ThemeChoice currentTheme()
{
    return theChoice;
}

void prepareLook()
{
    initResources();
    for (const char *name :
         {"Inter-Regular", "Inter-Medium", "Inter-SemiBold", "Inter-Italic", "Mono-Regular"})
        QFontDatabase::addApplicationFont(QStringLiteral(":/fonts/%1").arg(QLatin1String(name)));
    // English is what the sources have, but for the forms of numbers.
    auto *texts = new QTranslator(qApp);
    if (texts->load(QStringLiteral(":/translations/daruma_en.qm")))
        QApplication::installTranslator(texts);
    systemIsDark();
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    QFont font(QStringLiteral("Inter"));
    font.setPixelSize(13);
    font.setHintingPreference(QFont::PreferNoHinting);
    QApplication::setFont(font);
}

void applyTheme(ThemeChoice choice)
{
    theChoice = choice;
    const bool isDark = choice == ThemeChoice::Dark || (choice == ThemeChoice::System && systemIsDark());
    theColors = isDark ? darkColors() : lightColors();
    sprites().clear();
    QPixmapCache::clear();
    QApplication::setPalette(paletteOf(theColors));
}

namespace {

/// Paints an SVG in the colour that the theme has when it is painted: a change of theme needs no new icons.
class TintedIcon final : public QIconEngine {
public:
    explicit TintedIcon(QByteArray svg)
        : m_svg(std::move(svg))
    {}

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State state) override
    {
        QColor color = QApplication::palette().color(
            mode == QIcon::Disabled ? QPalette::Disabled : QPalette::Active, QPalette::ButtonText);
        if (state == QIcon::On)
            color = theColors.accent;
        QByteArray svg = m_svg;
        svg.replace("currentColor", color.name().toLatin1());
        QSvgRenderer(svg).render(painter, rect);
    }
    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return pixmap;
    }
    QIconEngine *clone() const override { return new TintedIcon(m_svg); }

private:
    QByteArray m_svg;
};

}

QIcon icon(const QString &name)
{
    QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
    return file.open(QIODevice::ReadOnly) ? QIcon(new TintedIcon(file.readAll())) : QIcon();
}

static void paintShape(QPainter &painter, MarkKind kind, QPointF at, double size)
{
    const double r = size / 2;
    const QColor &color = theColors.of(kind);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    switch (kind) {
    case MarkKind::Restart:
        painter.drawEllipse(at, r * 0.55, r * 0.55);
        break;
    case MarkKind::Command:
        painter.drawRect(QRectF(at.x() - r * 0.6, at.y() - r * 0.6, r * 1.2, r * 1.2));
        break;
    case MarkKind::Crash:
        painter.setPen(QPen(color, size / 4.5, Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(at + QPointF(-r, -r) * 0.7, at + QPointF(r, r) * 0.7);
        painter.drawLine(at + QPointF(-r, r) * 0.7, at + QPointF(r, -r) * 0.7);
        break;
    case MarkKind::Fault:
        painter.drawPolygon(
            QPolygonF{at + QPointF(-r, -r * 0.8), at + QPointF(r, -r * 0.8), at + QPointF(0, r)});
        break;
    case MarkKind::GaveUp:
        painter.drawPolygon(
            QPolygonF{at + QPointF(0, -r), at + QPointF(r, 0), at + QPointF(0, r), at + QPointF(-r, 0)});
        break;
    case MarkKind::Violation: {
        QPainterPath star;
        star.moveTo(at + QPointF(0, -r * 1.1));
        for (const QPointF &point : {QPointF(0.3, -0.3), QPointF(1.1, 0), QPointF(0.3, 0.3), QPointF(0, 1.1),
                                     QPointF(-0.3, 0.3), QPointF(-1.1, 0), QPointF(-0.3, -0.3)})
            star.lineTo(at + point * r);
        painter.drawPath(star);
        break;
    }
    }
    painter.restore();
}

/// By kind, size and pixel ratio; emptied by a change of theme, and with the application.
static std::map<std::array<int, 3>, QPixmap> &sprites()
{
    static std::map<std::array<int, 3>, QPixmap> all;
    static const bool isWatched = [] {
        QObject::connect(qApp, &QObject::destroyed, [] { all.clear(); });
        return true;
    }();
    Q_UNUSED(isWatched)
    return all;
}

void paintMark(QPainter &painter, MarkKind kind, QPointF at, double size)
{
    // What is no pixel image, such as SVG, gets the shape itself.
    if (!hasPixels(painter))
        return paintShape(painter, kind, at, size);
    const double ratio = painter.device()->devicePixelRatioF();
    const double half = std::ceil(size / 2) + 1;
    QPixmap &sprite = sprites()[{int(kind), int(size * 8), int(ratio * 8)}];
    if (sprite.isNull()) {
        sprite = QPixmap(QSize(int(2 * half), int(2 * half)) * ratio);
        sprite.setDevicePixelRatio(ratio);
        sprite.fill(Qt::transparent);
        QPainter shape(&sprite);
        paintShape(shape, kind, QPointF(half, half), size);
    }
    painter.drawPixmap(QPointF(std::floor(at.x() - half + 0.5), std::floor(at.y() - half + 0.5)), sprite);
}

QFont fixedFont()
{
    QFont font(QStringLiteral("JetBrains Mono"));
    font.setPixelSize(12);
    return font;
}

}
