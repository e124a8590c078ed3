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

QString csvLine(const QStringList &cells)
{
    QStringList written;
    for (const QString &cell : cells)
        written << csvCell(cell);
    return written.join(u',') + QLatin1String("\r\n");
}

/// What programs read where there is such a thing, and else what people read.
QString textOf(const QVariant &forPrograms, const QVariant &forPeople)
{
    return (forPrograms.isValid() ? forPrograms : forPeople).toString();
}

/// The rows of a tree stand below each other, deeper ones behind what they belong to.
void addRows(const QAbstractItemModel &model, const QModelIndex &parent, QString &text)
{
    for (int row = 0; row < model.rowCount(parent); ++row) {
        QStringList cells;
        for (int column = 0; column < model.columnCount(parent); ++column) {
            const QModelIndex index = model.index(row, column, parent);
            cells << textOf(index.data(Qt::EditRole), index.data());
        }
        text += csvLine(cells);
        addRows(model, model.index(row, 0, parent), text);
    }
}

}

QString csvOf(const QAbstractItemModel &model)
{
    QStringList titles;
    for (int i = 0; i < model.columnCount(); ++i)
        titles << textOf(model.headerData(i, Qt::Horizontal, Qt::EditRole),
                         model.headerData(i, Qt::Horizontal));
    QString text = csvLine(titles);
    addRows(model, {}, text);
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
