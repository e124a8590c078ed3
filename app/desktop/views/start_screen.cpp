#include "app/desktop/views/start_screen.h"

#include "app/desktop/models/text.h"
#include "app/desktop/theme.h"
#include "app/desktop/views/lane_paint.h"
#include "resources/resources.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QFutureWatcher>
#include <QGridLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QtConcurrent/QtConcurrentRun>

#include <algorithm>

namespace daruma {

namespace {

constexpr int leastCardWidth = 280;
constexpr int mostCardWidth = 360;
constexpr int cardHeight = 196;
constexpr int thumbnailHeight = 84;
constexpr int cardGap = 14;
constexpr int sideMargin = 36;
constexpr int scrollBarRoom = 18;

/// `db-outage-30s` as a title: the name that people would say.
QString titleOf(std::string_view name)
{
    QString title = qt(name).replace(u'-', u' ');
    if (title.startsWith(QStringLiteral("db ")))
        title.replace(0, 2, QStringLiteral("database"));
    title[0] = title[0].toUpper();
    return title;
}

QLabel *heading(const QString &text, int size)
{
    auto *label = new QLabel(text);
    QFont font = label->font();
    font.setPixelSize(size);
    font.setWeight(QFont::DemiBold);
    label->setFont(font);
    return label;
}

/// A file as a link, with its folder behind it. As a button it is reached with Tab and opened with Enter.
class LinkButton final : public QPushButton {
public:
    LinkButton(const QString &name, const QString &folder)
        : QPushButton(name)
        , m_folder(folder)
    {
        setAutoDefault(true);
        setCursor(Qt::PointingHandCursor);
        setAttribute(Qt::WA_Hover);
        setAccessibleName(QStringLiteral("%1, %2").arg(name, folder));
    }

    QSize sizeHint() const override
    {
        return {nameWidth() + gap + fontMetrics().horizontalAdvance(m_folder), fontMetrics().height() + 2};
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        QFont underlined = font();
        underlined.setUnderline(underMouse() || hasFocus());
        painter.setFont(underlined);
        painter.setPen(palette().color(QPalette::Link));
        painter.drawText(rect(), Qt::AlignLeft | Qt::AlignVCenter, text());
        painter.setFont(font());
        painter.setPen(palette().color(QPalette::WindowText));
        painter.drawText(rect().adjusted(nameWidth() + gap, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter,
                         m_folder);
        if (!hasFocus())
            return;
        painter.setPen(QPen(colors().accent, 1, Qt::DotLine));
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }

private:
    static constexpr int gap = 12;

    int nameWidth() const { return fontMetrics().horizontalAdvance(text()); }

    QString m_folder;
};

}

QImage thumbnailOf(const Run &run, QSize size, double ratio)
{
    QImage image(size * ratio, QImage::Format_RGB32);
    image.setDevicePixelRatio(ratio);
    image.fill(colors().canvas);
    QPainter painter(&image);
    const std::int64_t end = run.lanes().end(Axis::Time);
    const ViewWindow window(end + end / 40, size.width());
    const int lanes = int(std::min<std::size_t>(run.nodeCount(), std::size_t(size.height()) / 5));
    const double height = double(size.height()) / std::max(lanes, 4);
    for (int n = 0; n < lanes; ++n) {
        const NodeId node{std::uint32_t(n)};
        const Lanes lane{&run.lanes()[node]};
        const std::vector<ColumnShares> shares = sharesOf(lane, window, Axis::Time, allColumns(window));
        const double top = n * height + 2;
        paintShares(painter, {0, int(top)}, shares, int(height) - 2);
        for (const MarkPiece &mark : marksOf(lane, window, Axis::Time, allColumns(window), 5))
            if (mark.kind >= MarkKind::Fault)
                paintMark(painter, mark.kind, QPointF(mark.x + 0.5, top + height / 2 - 1), 6.5);
    }
    return image;
}

/// One shipped incident, as a button.
class StartScreen::Card : public QPushButton {
public:
    Card(const Resource &resource, QWidget *parent)
        : QPushButton(parent)
        , m_resource(resource)
    {
        setFixedSize(leastCardWidth, cardHeight);
        setAutoDefault(true);
        setCursor(Qt::PointingHandCursor);
        setAttribute(Qt::WA_Hover);
        setFocusPolicy(Qt::StrongFocus);
        setText(titleOf(resource.name));
        setAccessibleName(text());
        connect(&m_watcher, &QFutureWatcherBase::finished, this, [this] {
            m_run = m_watcher.result();
            if (m_run)
                setAccessibleDescription(qt(m_run->scenario().about));
            m_thumbnail = {};
            update();
        });
        m_watcher.setFuture(QtConcurrent::run([resource]() -> RunPtr {
            RunSource source;
            source.file = std::string(resource.name);
            source.text = std::string(resource.content);
            auto run = Run::make(std::move(source));
            return run ? *run : nullptr;
        }));
    }
    ~Card() override { m_watcher.waitForFinished(); }

    void wait() { m_watcher.waitForFinished(); }
    QString name() const { return qt(m_resource.name); }

protected:
    void resizeEvent(QResizeEvent *) override { m_thumbnail = {}; }
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const bool isNear = underMouse() || hasFocus();
        painter.setPen(QPen(isNear ? colors().accent : colors().line, isNear ? 1.6 : 1));
        painter.setBrush(colors().canvas);
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 6, 6);
        const QRect inner = rect().adjusted(12, 12, -12, -10);
        if (m_run && (m_thumbnail.isNull() || m_isDark != colors().isDark)) {
            m_isDark = colors().isDark;
            m_thumbnail = thumbnailOf(*m_run, {inner.width(), thumbnailHeight}, devicePixelRatioF());
        }
        painter.drawImage(inner.topLeft(), m_thumbnail);
        QFont font = this->font();
        font.setWeight(QFont::DemiBold);
        painter.setFont(font);
        painter.setPen(colors().text);
        const QRect title(inner.left(), inner.top() + thumbnailHeight + 8, inner.width(), 20);
        painter.drawText(title, Qt::AlignLeft | Qt::AlignVCenter, text());
        if (!m_run)
            return;
        paintOutcome(painter, title);
        painter.setFont(this->font());
        painter.setPen(colors().faint);
        const QRect about(inner.left(), title.bottom() + 3, inner.width(),
                          inner.bottom() - title.bottom() - 2);
        painter.drawText(about, Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap,
                         shortened(painter.fontMetrics(), about));
    }

private:
    void paintOutcome(QPainter &painter, const QRect &title) const
    {
        const auto &report = m_run->result().root.report();
        const bool hasFailed = report && report->state == LifecycleState::Failed;
        painter.setPen(hasFailed ? colors().bad : colors().good);
        painter.drawText(title, Qt::AlignRight | Qt::AlignVCenter,
                         hasFailed ? tr("root dies") : tr("survives"));
    }

    /// As many of its words as there is room for.
    QString shortened(const QFontMetrics &metrics, const QRect &room) const
    {
        QString text = qt(m_run->scenario().about).simplified();
        const auto fits = [&](const QString &tried) {
            return metrics.boundingRect(QRect(0, 0, room.width(), 10000), Qt::TextWordWrap, tried).height()
                   <= room.height();
        };
        if (fits(text))
            return text;
        while (text.contains(u' ') && !fits(text + QStringLiteral(" …")))
            text.truncate(text.lastIndexOf(u' '));
        return text + QStringLiteral(" …");
    }

    Resource m_resource;
    QFutureWatcher<RunPtr> m_watcher;
    RunPtr m_run;
    QImage m_thumbnail;
    bool m_isDark = false;
};

StartScreen::StartScreen(QWidget *parent)
    : QWidget(parent)
    , m_grid(new QGridLayout)
    , m_recent(new QVBoxLayout)
{
    m_content = new QWidget;
    auto *content = m_content;
    auto *layout = new QVBoxLayout(content);
    layout->setContentsMargins(sideMargin, 28, sideMargin, 28);
    layout->setSpacing(10);
    layout->addWidget(heading(tr("Why did it die, and which numbers would have saved it?"), 22));
    auto *hint =
        new QLabel(tr("Choose an incident to see a supervision tree meet its faults, or open a scenario, a "
                      "database or a .repro file of your own. Files can be dropped anywhere."));
    hint->setWordWrap(true);
    layout->addWidget(hint);
    auto *open = new QPushButton(icon(QStringLiteral("open")), tr("Open a file…"));
    connect(open, &QPushButton::clicked, this, &StartScreen::openWanted);
    auto *begin = new QPushButton(icon(QStringLiteral("new")), tr("New scenario"));
    connect(begin, &QPushButton::clicked, this, &StartScreen::newWanted);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(open);
    buttons->addWidget(begin);
    buttons->addStretch();
    layout->addLayout(buttons);
    layout->addLayout(m_recent);
    layout->addSpacing(8);
    layout->addWidget(heading(tr("Incidents"), 16));
    m_grid->setSpacing(cardGap);
    m_grid->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    layout->addLayout(m_grid);
    layout->addStretch();

    for (const Resource &resource : shippedScenarios()) {
        auto *card = new Card(resource, content);
        connect(card, &QAbstractButton::clicked, this, [this, card] { emit shippedChosen(card->name()); });
        m_cards.push_back(card);
    }

    auto *scroll = new QScrollArea;
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(content);
    scroll->setAlignment(Qt::AlignHCenter | Qt::AlignTop);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(scroll);
}

void StartScreen::setRecentFiles(const QStringList &files)
{
    while (QLayoutItem *item = m_recent->takeAt(0)) {
        // One of them may be what was just clicked.
        if (QWidget *widget = item->widget()) {
            widget->hide();
            widget->deleteLater();
        }
        delete item;
    }
    if (files.isEmpty())
        return;
    m_recent->addSpacing(8);
    m_recent->addWidget(heading(tr("Recent files"), 16));
    for (const QString &file : files) {
        const QFileInfo info(file);
        auto *link = new LinkButton(info.fileName(), info.absolutePath());
        connect(link, &QAbstractButton::clicked, this, [this, file] { emit fileChosen(file); });
        m_recent->addWidget(link, 0, Qt::AlignLeft);
    }
}

void StartScreen::wait()
{
    for (Card *card : m_cards)
        card->wait();
    QCoreApplication::processEvents();
}

void StartScreen::resizeEvent(QResizeEvent *)
{
    const int room = width() - 2 * sideMargin - scrollBarRoom;
    const int cards = std::max(1, int(m_cards.size()));
    const int most = std::clamp((room + cardGap) / (leastCardWidth + cardGap), 1, cards);
    // No more columns than it takes for that few rows: the last one is then as full as can be.
    const int rows = (cards + most - 1) / most;
    m_columns = (cards + rows - 1) / rows;
    const int cardWidth = std::clamp((room + cardGap) / m_columns - cardGap, leastCardWidth, mostCardWidth);
    for (Card *card : m_cards)
        card->setFixedWidth(cardWidth);
    arrangeCards();
    // As wide as its cards, in the middle.
    m_content->setFixedWidth(m_columns * (cardWidth + cardGap) - cardGap + 2 * sideMargin);
}

void StartScreen::arrangeCards()
{
    for (std::size_t i = 0; i < m_cards.size(); ++i)
        m_grid->addWidget(m_cards[i], int(i) / m_columns, int(i) % m_columns);
}

}
