#include "app/desktop/models/player.h"

#include "app/desktop/models/document.h"

#include <algorithm>

namespace daruma {

namespace {

constexpr int pictureMs = 16;
/// "As fast as it can" shows a run in about this many pictures.
constexpr std::uint32_t picturesOfAll = 120;

}

Player::Player(Document &document, QObject *parent)
    : QObject(parent)
    , m_document(document)
{
    m_timer.setInterval(pictureMs);
    connect(&m_timer, &QTimer::timeout, this, [this] { advance(m_clock.nsecsElapsed()); });
    connect(&document, &Document::runChanged, this, &Player::pause);
}

void Player::play()
{
    const RunPtr &run = m_document.run();
    if (!run || isPlaying())
        return;
    if (m_document.focus().cursor == run->lastEvent())
        m_document.setCursor(EventId{0});
    m_now = double(m_document.now());
    m_clock.start();
    m_timer.start();
    emit playingChanged(true);
}

void Player::pause()
{
    if (!isPlaying())
        return;
    m_timer.stop();
    emit playingChanged(false);
}

void Player::setSpeed(double speed)
{
    m_speed = speed == asFastAsItCan ? asFastAsItCan : std::clamp(speed, 0.1, 10'000.0);
}

void Player::advance(std::int64_t realNs)
{
    const RunPtr &run = m_document.run();
    if (!run)
        return;
    m_clock.restart();
    const EventId cursor = m_document.focus().cursor;
    if (m_speed == asFastAsItCan) {
        const std::uint32_t step = std::max(run->eventCount() / picturesOfAll, 1U);
        m_document.setCursor(EventId{std::min(cursor.value + step, run->lastEvent().value)});
    } else {
        // Who moved the cursor meanwhile goes on from there.
        const auto now = double(m_document.now());
        const bool wasMoved = cursor.value + 1 < run->eventCount()
                              && (m_now < now || m_now >= double(run->timeAt(EventId{cursor.value + 1})));
        if (wasMoved)
            m_now = now;
        m_now += double(realNs) * m_speed;
        m_document.setCursorTime(std::int64_t(m_now));
    }
    if (m_document.focus().cursor == run->lastEvent())
        pause();
}

}
