#pragma once

#include "simulator/analysis/lanes.h"

#include <QColor>
#include <QIcon>
#include <QString>

class QPainter;

namespace daruma {

enum class ThemeChoice { System, Light, Dark };

/// The colours of all that the style does not paint. They can be told apart with any kind of colour
/// blindness (after Okabe and Ito), and none of them carries a meaning without a shape or a word beside it.
struct Colors {
    bool isDark = false;
    QColor canvas;  ///< behind lanes and plots
    QColor band;    ///< every second lane
    QColor line;    ///< of grids
    QColor text;
    QColor faint;      ///< text of less weight
    QColor accent;     ///< the cursor, what is selected
    QColor selection;  ///< behind what is selected
    QColor good;
    QColor bad;
    QColor warning;
    QColor states[barStateCount];
    QColor marks[markKindCount];

    QColor range() const;  ///< over a range of time that is marked
    const QColor &of(BarState state) const { return states[static_cast<std::size_t>(state)]; }
    const QColor &of(MarkKind kind) const { return marks[static_cast<std::size_t>(kind)]; }
};

/// Those of the theme that was applied last.
const Colors &colors();

/// Black or white, whichever is read better on that ground.
QColor textOn(const QColor &ground);
/// Otherwise it paints a drawing, such as an SVG, in which nothing may be an image of pixels.
bool hasPixels(const QPainter &painter);

/// Loads the fonts, the texts and the style: once, before any window.
void prepareLook();
/// Colours all windows.
void applyTheme(ThemeChoice choice);
ThemeChoice currentTheme();

/// The project's own icon of that name in the colour of the theme's text; see resources/icons.
QIcon icon(const QString &name);

/// The shape of a mark, `size` pixels wide and high around a point: each kind has its own. Painted once for
/// each size, and copied from then on: a timeline has thousands of them.
void paintMark(QPainter &painter, MarkKind kind, QPointF center, double size);

/// The font of texts whose characters have to stand below each other.
QFont fixedFont();

}
