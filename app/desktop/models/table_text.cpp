#include "app/desktop/models/table_text.h"

#include <QAbstractItemModel>
#include <QItemSelectionModel>

#include <algorithm>

namespace daruma {

namespace {

QString csvCell(QString text)
{
    const bool isPlain = std::none_of(
        text.begin(), text.end(), [](QChar c) { return c == u'"' || c == u',' || c == u'\n' || c == u'\r'; });
    return isPlain ? text : u'"' + text.replace(u'"', QLatin1String("\"\"")) + u'"';
}

}

QString csvOf(const QAbstractItemModel &model)
{
    QString text;
    const int columns = model.columnCount();
    for (int i = 0; i < columns; ++i)
        text += (i > 0 ? QStringLiteral(",") : QString())
                + csvCell(model.headerData(i, Qt::Horizontal).toString());
    text += QLatin1String("\r\n");
    for (int row = 0; row < model.rowCount(); ++row) {
        for (int i = 0; i < columns; ++i)
            text += (i > 0 ? QStringLiteral(",") : QString())
                    + csvCell(model.index(row, i).data(Qt::EditRole).toString());
        text += QLatin1String("\r\n");
    }
    return text;
}

QString selectionText(const QItemSelectionModel &selection)
{
    QModelIndexList cells = selection.selectedIndexes();
    std::sort(cells.begin(), cells.end());
    QString text;
    for (qsizetype i = 0; i < cells.size(); ++i) {
        if (i > 0)
            text += cells[i].row() == cells[i - 1].row() ? u'\t' : u'\n';
        text += cells[i].data().toString();
    }
    return text;
}

}
