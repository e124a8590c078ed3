#pragma once

#include <QString>

class QAbstractItemModel;
class QWidget;

namespace daruma {

/// A widget as it is shown, as PNG or, where the name ends so, as SVG; false where it cannot be written.
bool exportPicture(QWidget &widget, const QString &path);

/// What a model shows, with its headers, as CSV (RFC 4180); false where it cannot be written.
bool exportTable(const QAbstractItemModel &model, const QString &path);

}
