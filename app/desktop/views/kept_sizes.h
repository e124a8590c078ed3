#pragma once

#include <QString>

class QHeaderView;
class QSplitter;

namespace daruma {

/// Gives the columns the widths that the user gave them last, under that name, and notes what he makes of
/// them from now on.
void keepColumns(QHeaderView &header, const QString &name);
/// The same of the parts of a splitter.
void keepParts(QSplitter &splitter, const QString &name);

}
