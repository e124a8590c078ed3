#pragma once

#include <QCache>
#include <QStaticText>
#include <QStyledItemDelegate>

namespace daruma {

/// Paints cells of plain text, and remembers how their texts are laid out: a view that follows the cursor
/// paints nearly the same texts with each step, and finding the shapes of their letters, which
/// QStyledItemDelegate does three times for a cell, is most of the work.
class TextDelegate : public QStyledItemDelegate {
public:
    explicit TextDelegate(QObject *parent);

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;

private:
    struct Key {
        QString text;
        int width = 0;
        int weight = 0;
        bool operator==(const Key &) const = default;
    };
    friend size_t qHash(const Key &key, size_t seed)
    {
        return qHashMulti(seed, key.text, key.width, key.weight);
    }

    /// Cut to the width.
    QStaticText laidOut(const QString &text, const QFont &font, int width) const;

    mutable QCache<Key, QStaticText> m_laidOut;
    mutable QFont m_font;  ///< for which
};

}
