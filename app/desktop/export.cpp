#include "app/desktop/export.h"

#include "app/desktop/models/table_text.h"

#include <QAbstractItemModel>
#include <QSaveFile>
#include <QSvgGenerator>
#include <QWidget>

namespace daruma {

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
    const QByteArray text = csvOf(model).toUtf8();
    return file.write(text) == text.size() && file.commit();
}

}
