#include "app/desktop/actions.h"
#include "app/desktop/layout/view_window.h"
#include "app/desktop/main_window.h"
#include "app/desktop/models/document.h"
#include "app/desktop/models/player.h"
#include "app/desktop/models/text.h"
#include "app/desktop/theme.h"

#include <QLabel>
#include <QStatusBar>

namespace daruma {

namespace {

using Kinds = std::initializer_list<EventKind>;

/// Goes to the nearest event of these kinds in that direction; stays where there is none.
void goTo(Document &document, bool forward, Kinds kinds)
{
    if (!document.run())
        return;
    const EventId found = document.run()->nextOf(document.focus().cursor, forward, kinds);
    if (!found.isValid())
        return;
    document.setCursor(found);
    if (const NodeId node = document.run()->event(found).node; node.isValid())
        document.select(node);
}

void step(Document &document, int by)
{
    if (document.run())
        document.setCursor(EventId{document.focus().cursor.value + static_cast<std::uint32_t>(by)});
}

/// To the last event of the next instant, or of the one before.
void stepInstant(Document &document, bool forward)
{
    const RunPtr &run = document.run();
    if (!run)
        return;
    const std::int64_t now = document.now();
    EventId cursor = document.focus().cursor;
    if (forward) {
        while (cursor < run->lastEvent() && run->timeAt(cursor) == now)
            ++cursor.value;
        document.setCursorTime(run->timeAt(cursor));
    } else {
        while (cursor.value > 0 && run->timeAt(cursor) == now)
            --cursor.value;
        document.setCursor(cursor);
    }
}

/// To the nearest event of the selected place; stays where there is none.
void stepWithinPlace(Document &document, bool forward)
{
    const RunPtr &run = document.run();
    const NodeId node = document.focus().node;
    if (!run || !node.isValid())
        return;
    const std::uint32_t step = forward ? 1 : std::uint32_t(-1);
    // One below zero is beyond all of them.
    for (EventId event{document.focus().cursor.value + step}; event.value < run->eventCount();
         event.value += step)
        if (run->event(event).node == node)
            return document.setCursor(event);
}

void followCause(Document &document)
{
    if (!document.run() || !document.focus().cursor.isValid())
        return;
    const EventId cause = document.run()->event(document.focus().cursor).cause;
    if (!cause.isValid())
        return;
    document.setCursor(cause);
    document.select(document.run()->event(cause).node);
}

void followConsequence(Document &document)
{
    if (!document.run())
        return;
    const std::span<const EventId> found = document.run()->consequences(document.focus().cursor);
    if (found.empty())
        return;
    document.setCursor(found.front());
    document.select(document.run()->event(found.front()).node);
}

QString speedText(const Player &player)
{
    if (player.speed() == Player::asFastAsItCan)
        return MainWindow::tr("plays as fast as it can");
    return MainWindow::tr("plays %1 a second").arg(qt(shortTime(std::int64_t(player.speed() * 1e9))));
}

}

void MainWindow::addPlayActions()
{
    const QString menu = tr("&Run");
    Document &document = *m_document;
    QAction *play = m_actions->add(
        {"play", menu, tr("&Play"), {Qt::Key_Space}, "play", tr("Lets the cursor run through virtual time")},
        [this] { m_player->isPlaying() ? m_player->pause() : m_player->play(); });
    connect(m_player, &Player::playingChanged, play, [play](bool isPlaying) {
        play->setIcon(icon(isPlaying ? QStringLiteral("pause") : QStringLiteral("play")));
        play->setText(isPlaying ? tr("&Pause") : tr("&Play"));
    });
    const auto speed = [this](double factor) {
        const double now = m_player->speed() == Player::asFastAsItCan ? Player::fastest : m_player->speed();
        m_player->setSpeed(now * factor);
    };
    m_actions->add({"faster", menu, tr("&Faster"), {Qt::Key_Plus, Qt::Key_Equal}, {}, {}}, [=] { speed(2); });
    m_actions->add({"slower", menu, tr("S&lower"), {Qt::Key_Minus}, {}, {}}, [=] { speed(0.5); });
    m_actions->add({"fastest", menu, tr("As fast as it &can"), {Qt::Key_Asterisk}, {}, {}},
                   [this] { m_player->setSpeed(Player::asFastAsItCan); });
    QAction *skip =
        m_actions->add({"skip-idle",
                        menu,
                        tr("S&kip idle time"),
                        {},
                        {},
                        tr("Lets time pass quickly in which nothing happens"),
                        true},
                       [this] { m_player->setSkipsIdle((*m_actions)["skip-idle"]->isChecked()); });
    skip->setChecked(m_player->skipsIdle());
    connect(m_player, &Player::playingChanged, this, &MainWindow::showSpeed);
    connect(m_player, &Player::speedChanged, this, [this] {
        showSpeed();
        // While it stands still, the new speed is told for a moment only.
        if (!m_player->isPlaying())
            statusBar()->showMessage(speedText(*m_player), 3000);
    });
    m_actions->add({"step-forward",
                    menu,
                    tr("Next &event"),
                    {Qt::Key_Right, Qt::Key_Period},
                    "step-forward",
                    {},
                    false,
                    true},
                   [&] { step(document, 1); });
    m_actions->add({"step-back", menu, tr("Previous e&vent"), {Qt::Key_Left, Qt::Key_Comma}, "step-back", {}},
                   [&] { step(document, -1); });
    m_actions->add({"next-here",
                    menu,
                    tr("Next event of the same &place"),
                    {Qt::SHIFT | Qt::Key_Right},
                    {},
                    tr("To the next event of the selected place")},
                   [&] { stepWithinPlace(document, true); });
    m_actions->add({"previous-here",
                    menu,
                    tr("Pre&vious event of the same place"),
                    {Qt::SHIFT | Qt::Key_Left},
                    {},
                    tr("To the event before it of the selected place")},
                   [&] { stepWithinPlace(document, false); });
    m_actions->add({"next-instant",
                    menu,
                    tr("Next &instant"),
                    {Qt::Key_PageDown},
                    {},
                    tr("To the end of the next moment at which something happens")},
                   [&] { stepInstant(document, true); });
    m_actions->add({"previous-instant", menu, tr("Previous i&nstant"), {Qt::Key_PageUp}, {}, {}},
                   [&] { stepInstant(document, false); });
    m_actions->add({"next-restart", menu, tr("Next &restart"), {Qt::Key_R}, "restart-forward", {}},
                   [&] { goTo(document, true, {EventKind::Restart}); });
    m_actions->add(
        {"previous-restart", menu, tr("Previous rest&art"), {Qt::SHIFT | Qt::Key_R}, "restart-back", {}},
        [&] { goTo(document, false, {EventKind::Restart}); });
    m_actions->add({"next-trouble", menu, tr("Next fault or &give-up"), {Qt::Key_G}, "next-trouble", {}},
                   [&] {
                       goTo(document, true, {EventKind::Fault, EventKind::GaveUp, EventKind::Violation});
                   });
    m_actions->add({"previous-trouble",
                    menu,
                    tr("Previous fault or give-&up"),
                    {Qt::SHIFT | Qt::Key_G},
                    "previous-trouble",
                    {}},
                   [&] {
                       goTo(document, false, {EventKind::Fault, EventKind::GaveUp, EventKind::Violation});
                   });
    m_actions->add({"first", menu, tr("&Beginning"), {Qt::Key_Home}, {}, {}},
                   [&] { document.setCursor(EventId{0}); });
    m_actions->add({"last", menu, tr("En&d"), {Qt::Key_End}, {}, {}}, [&] {
        if (document.run())
            document.setCursor(document.run()->lastEvent());
    });
    m_actions->add({"cause",
                    menu,
                    tr("To the &cause"),
                    {Qt::CTRL | Qt::Key_Left},
                    "cause",
                    tr("To the event that brought this one about"),
                    false,
                    true},
                   [&] { followCause(document); });
    m_actions->add({"consequence",
                    menu,
                    tr("To the c&onsequence"),
                    {Qt::CTRL | Qt::Key_Right},
                    "consequence",
                    tr("To the first event that this one brought about")},
                   [&] { followConsequence(document); });
}

void MainWindow::showSpeed()
{
    m_speed->setText(m_player->isPlaying() ? speedText(*m_player) : QString());
}

}
