#pragma once

#include <QString>

class QAbstractItemModel;
class QItemSelectionModel;

namespace daruma {

/// The whole table with its header as CSV (RFC 4180).
QString csvOf(const QAbstractItemModel &model);
/// What is selected, with tabs between columns, as tables of other programs take it.
QString selectionText(const QItemSelectionModel &selection);

}
