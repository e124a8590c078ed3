#include "app/desktop/export.h"

#include <QAbstractItemModel>
#include <QSaveFile>
#include <QSvgGenerator>
#include <QTextStream>
#include <QWidget>

namespace daruma {

namespace {

QString field(const QVariant &value)
{
    QString text = value.toString();
    if (!text.contains(u',') && !text.contains(u'"') && !text.contains(u'\n'))
        return text;
    return u'"' + text.replace(u'"', QStringLiteral("\"\"")) + u'"';
}

/// The rows of a tree stand below each other, deeper ones behind what they belong to.
void writeRows(const QAbstractItemModel &model, const QModelIndex &parent, QTextStream &out)
{
    for (int row = 0; row < model.rowCount(parent); ++row) {
        QStringList fields;
        for (int column = 0; column < model.columnCount(parent); ++column)
            fields << field(model.index(row, column, parent).data());
        out << fields.join(u',') << "\r\n";
        writeRows(model, model.index(row, 0, parent), out);
    }
}

}

bool exportPicture(QWidget &widget, const QString &path)
{
    if (!path.endsWith(QStringLiteral(".svg"), Qt::CaseInsensitive))
        return widget.grab().save(path);
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return false;
    QSvgGenerator svg;
    svg.setOutputDevice(&file);
    svg.setSize(widget.size());
    svg.setViewBox(widget.rect());
    svg.setTitle(widget.accessibleName());
    widget.render(&svg);
    return file.commit();
}

bool exportTable(const QAbstractItemModel &model, const QString &path)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return false;
    QTextStream out(&file);
    QStringList headers;
    for (int column = 0; column < model.columnCount(); ++column)
        headers << field(model.headerData(column, Qt::Horizontal));
    out << headers.join(u',') << "\r\n";
    writeRows(model, {}, out);
    out.flush();
    return out.status() == QTextStream::Ok && file.commit();
}

}
