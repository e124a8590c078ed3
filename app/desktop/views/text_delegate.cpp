#include "app/desktop/views/text_delegate.h"

#include <QApplication>
#include <QPainter>

namespace daruma {

namespace {

/// What a few large views show.
constexpr int mostTexts = 4000;

QPalette::ColorGroup colorGroup(const QStyleOptionViewItem &option)
{
    if (!(option.state & QStyle::State_Enabled))
        return QPalette::Disabled;
    return option.state & QStyle::State_Active ? QPalette::Normal : QPalette::Inactive;
}

bool isPlainText(const QStyleOptionViewItem &option)
{
    constexpr auto others = QStyleOptionViewItem::HasDecoration | QStyleOptionViewItem::HasCheckIndicator
                            | QStyleOptionViewItem::WrapText;
    return !(option.features & others) && !option.text.contains(u'\n');
}

}

TextDelegate::TextDelegate(QObject *parent)
    : QStyledItemDelegate(parent)
    , m_laidOut(mostTexts)
{}

QStaticText TextDelegate::laidOut(const QString &text, const QFont &font, int width) const
{
    QFont plain = font;
    plain.setWeight(QFont::Normal);
    if (plain != m_font)
        m_laidOut.clear();
    m_font = plain;
    const Key key{text, width, font.weight()};
    if (const QStaticText *known = m_laidOut.object(key))
        return *known;
    const auto textFor = [&font](const QString &shown) {
        auto made = std::make_unique<QStaticText>(shown);
        made->setTextFormat(Qt::PlainText);
        made->setPerformanceHint(QStaticText::AggressiveCaching);
        made->prepare({}, font);
        return made;
    };
    auto made = textFor(text);
    if (made->size().width() > width)
        made = textFor(QFontMetrics(font).elidedText(text, Qt::ElideRight, width));
    QStaticText result = *made;
    m_laidOut.insert(key, made.release());
    return result;
}

void TextDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                         const QModelIndex &index) const
{
    QStyleOptionViewItem cell = option;
    initStyleOption(&cell, index);
    const QStyle *style = cell.widget ? cell.widget->style() : QApplication::style();
    if (!isPlainText(cell)) {
        style->drawControl(QStyle::CE_ItemViewItem, &cell, painter, cell.widget);
        return;
    }
    style->drawPrimitive(QStyle::PE_PanelItemViewItem, &cell, painter, cell.widget);
    const int margin = style->pixelMetric(QStyle::PM_FocusFrameHMargin, &cell, cell.widget) + 1;
    const QRect room = cell.rect.adjusted(margin, 0, -margin, 0);
    if (!cell.text.isEmpty() && room.width() > 0) {
        const bool isSelected = cell.state & QStyle::State_Selected;
        const QStaticText text = laidOut(cell.text, cell.font, room.width());
        const QRect place =
            QStyle::alignedRect(cell.direction, cell.displayAlignment, text.size().toSize(), room);
        painter->save();
        painter->setFont(cell.font);
        painter->setPen(
            cell.palette.color(colorGroup(cell), isSelected ? QPalette::HighlightedText : QPalette::Text));
        painter->drawStaticText(place.topLeft(), text);
        painter->restore();
    }
    if (cell.state & QStyle::State_HasFocus) {
        QStyleOptionFocusRect focus;
        focus.QStyleOption::operator=(cell);
        focus.rect = style->subElementRect(QStyle::SE_ItemViewItemFocusRect, &cell, cell.widget);
        focus.backgroundColor = cell.palette.color(QPalette::Window);
        style->drawPrimitive(QStyle::PE_FrameFocusRect, &focus, painter, cell.widget);
    }
}

}
