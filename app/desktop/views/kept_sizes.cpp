#include "app/desktop/views/kept_sizes.h"

#include <QHeaderView>
#include <QSettings>
#include <QSplitter>

namespace daruma {

void keepColumns(QHeaderView &header, const QString &name)
{
    const QString key = QStringLiteral("columns/") + name;
    const QVariantList kept = QSettings().value(key).toList();
    // Another version may have had others.
    if (kept.size() == header.count())
        for (int i = 0; i < header.count(); ++i)
            if (const int width = kept[i].toInt(); width >= header.minimumSectionSize())
                header.resizeSection(i, width);
    QObject::connect(&header, &QHeaderView::sectionResized, &header, [&header, key] {
        QVariantList widths;
        for (int i = 0; i < header.count(); ++i)
            widths << header.sectionSize(i);
        QSettings().setValue(key, widths);
    });
}

void keepParts(QSplitter &splitter, const QString &name)
{
    const QString key = QStringLiteral("parts/") + name;
    splitter.restoreState(QSettings().value(key).toByteArray());
    QObject::connect(&splitter, &QSplitter::splitterMoved, &splitter,
                     [&splitter, key] { QSettings().setValue(key, splitter.saveState()); });
}

}
