#include "app/desktop/actions.h"
#include "app/desktop/layout/view_window.h"
#include "app/desktop/main_window.h"
#include "app/desktop/models/document.h"
#include "app/desktop/models/player.h"
#include "app/desktop/models/text.h"
#include "app/desktop/theme.h"

#include <QLabel>
#include <QStatusBar>

#include <functional>

namespace daruma {

namespace {

using Kinds = std::initializer_list<EventKind>;

constexpr Kinds trouble{EventKind::Fault, EventKind::GaveUp, EventKind::Violation};

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

/// Between two events first to the one behind which one is.
void stepBack(Document &document)
{
    const EventId cursor = document.focus().cursor;
    const bool isBetween = document.run() && document.now() > document.run()->timeAt(cursor);
    isBetween ? document.setCursor(cursor) : step(document, -1);
}

/// To the last event of the next instant, or of the one before.
void stepInstant(Document &document, bool forward)
{
    const RunPtr &run = document.run();
    if (!run)
        return;
    EventId cursor = document.focus().cursor;
    const std::int64_t instant = run->timeAt(cursor);
    if (forward) {
        while (cursor < run->lastEvent() && run->timeAt(cursor) == instant)
            ++cursor.value;
        document.setCursorTime(run->timeAt(cursor));
    } else {
        while (cursor.value > 0 && run->timeAt(cursor) == instant && document.now() == instant)
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
    return MainWindow::tr("plays %1 a second (%2×)")
        .arg(qt(shortTime(std::int64_t(player.speed() * 1e9))))
        .arg(player.speed());
}

}

void MainWindow::addPlayActions()
{
    const auto add = [this](ActionSpec spec, std::function<void()> act) {
        spec.menu = tr("&Run");
        spec.isAboutRun = true;
        return m_actions->add(spec, std::move(act));
    };
    QAction *play = add({.id = "play",
                         .text = tr("&Play"),
                         .keys = {Qt::Key_Space},
                         .icon = "play",
                         .help = tr("Lets the cursor run through virtual time")},
                        [this] { m_player->isPlaying() ? m_player->pause() : m_player->play(); });
    connect(m_player, &Player::playingChanged, play, [play](bool isPlaying) {
        play->setIcon(icon(isPlaying ? QStringLiteral("pause") : QStringLiteral("play")));
        play->setText(isPlaying ? tr("&Pause") : tr("&Play"));
    });
    const auto speed = [this](double factor) {
        const double now = m_player->speed() == Player::asFastAsItCan ? Player::fastest : m_player->speed();
        m_player->setSpeed(now * factor);
    };
    add({.id = "faster", .text = tr("&Faster"), .keys = {Qt::Key_Plus, Qt::Key_Equal}}, [=] { speed(2); });
    add({.id = "slower", .text = tr("S&lower"), .keys = {Qt::Key_Minus}}, [=] { speed(0.5); });
    add({.id = "fastest", .text = tr("As fast as it &can"), .keys = {Qt::Key_Asterisk}},
        [this] { m_player->setSpeed(Player::asFastAsItCan); });
    QAction *skip = add({.id = "skip-idle",
                         .text = tr("S&kip idle time"),
                         .help = tr("Lets time pass quickly in which nothing happens"),
                         .isCheckable = true},
                        [this] { m_player->setSkipsIdle((*m_actions)["skip-idle"]->isChecked()); });
    skip->setChecked(m_player->skipsIdle());
    connect(m_player, &Player::playingChanged, this, &MainWindow::showSpeed);
    connect(m_player, &Player::speedChanged, this, [this] {
        showSpeed();
        // While it stands still, the new speed is told for a moment only.
        if (!m_player->isPlaying())
            statusBar()->showMessage(speedText(*m_player), 3000);
    });
}

/// From event to event.
void MainWindow::addStepActions()
{
    const auto add = [this](ActionSpec spec, void (*go)(Document &)) {
        spec.menu = tr("&Run");
        spec.isAboutRun = true;
        m_actions->add(spec, [this, go] { go(*m_document); });
    };
    add({.id = "step-forward",
         .text = tr("Next &event"),
         .keys = {Qt::Key_Right, Qt::Key_Period},
         .icon = "step-forward",
         .startsGroup = true},
        [](Document &document) { step(document, 1); });
    add({.id = "step-back",
         .text = tr("Previous e&vent"),
         .keys = {Qt::Key_Left, Qt::Key_Comma},
         .icon = "step-back"},
        [](Document &document) { stepBack(document); });
    add({.id = "next-here",
         .text = tr("Next event of the &same place"),
         .keys = {Qt::SHIFT | Qt::Key_Right},
         .help = tr("To the next event of the selected place")},
        [](Document &document) { stepWithinPlace(document, true); });
    add({.id = "previous-here",
         .text = tr("Previous event of the same place"),
         .keys = {Qt::SHIFT | Qt::Key_Left},
         .help = tr("To the event before it of the selected place")},
        [](Document &document) { stepWithinPlace(document, false); });
    add({.id = "next-instant",
         .text = tr("Next &instant"),
         .keys = {Qt::Key_PageDown},
         .help = tr("To the end of the next moment at which something happens")},
        [](Document &document) { stepInstant(document, true); });
    add({.id = "previous-instant", .text = tr("Previous i&nstant"), .keys = {Qt::Key_PageUp}},
        [](Document &document) { stepInstant(document, false); });
    add({.id = "first", .text = tr("&Beginning"), .keys = {Qt::Key_Home}},
        [](Document &document) { document.setCursor(EventId{0}); });
    add({.id = "last", .text = tr("En&d"), .keys = {Qt::Key_End}},
        [](Document &document) { document.setCursor(document.run()->lastEvent()); });
}

/// To what matters.
void MainWindow::addJumpActions()
{
    const auto add = [this](ActionSpec spec, void (*go)(Document &)) {
        spec.menu = tr("&Run");
        spec.isAboutRun = true;
        m_actions->add(spec, [this, go] { go(*m_document); });
    };
    add({.id = "next-restart",
         .text = tr("Next &restart"),
         .keys = {Qt::Key_R},
         .icon = "restart-forward",
         .startsGroup = true},
        [](Document &document) { goTo(document, true, {EventKind::Restart}); });
    add({.id = "previous-restart",
         .text = tr("Previous rest&art"),
         .keys = {Qt::SHIFT | Qt::Key_R},
         .icon = "restart-back"},
        [](Document &document) { goTo(document, false, {EventKind::Restart}); });
    add({.id = "next-trouble",
         .text = tr("Next fault or &give-up"),
         .keys = {Qt::Key_G},
         .icon = "next-trouble"},
        [](Document &document) { goTo(document, true, trouble); });
    add({.id = "previous-trouble",
         .text = tr("Previous fault or give-&up"),
         .keys = {Qt::SHIFT | Qt::Key_G},
         .icon = "previous-trouble"},
        [](Document &document) { goTo(document, false, trouble); });
    add({.id = "cause",
         .text = tr("&To the cause"),
         .keys = {Qt::CTRL | Qt::Key_Left},
         .icon = "cause",
         .help = tr("To the event that brought this one about")},
        followCause);
    add({.id = "consequence",
         .text = tr("T&o the consequence"),
         .keys = {Qt::CTRL | Qt::Key_Right},
         .icon = "consequence",
         .help = tr("To the first event that this one brought about")},
        followConsequence);
}

void MainWindow::showSpeed()
{
    m_speed->setText(m_player->isPlaying() ? speedText(*m_player) : QString());
}

}
