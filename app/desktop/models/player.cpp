#include "app/desktop/models/player.h"

#include "app/desktop/models/document.h"

#include <algorithm>
#include <utility>

namespace daruma {

namespace {

constexpr int pictureMs = 16;
/// "As fast as it can" shows a run in about this many pictures.
constexpr std::uint32_t picturesOfAll = 120;
/// In real seconds: of a time in which nothing happens no more is played than this, the less the more of them
/// there are.
constexpr double leastIdle = 0.4;
constexpr double mostIdle = 2;
/// How long a run should take to be played.
constexpr double goodLength = 20;
/// In longer runs than this their moments are not told apart for that.
constexpr std::uint32_t mostLookedThrough = 1'000'000;

}

Player::Player(Document &document, QObject *parent)
    : QObject(parent)
    , m_document(document)
{
    m_timer.setInterval(pictureMs);
    connect(&m_timer, &QTimer::timeout, this, [this] { advance(m_clock.nsecsElapsed()); });
    connect(&document, &Document::runChanged, this, [this] {
        pause();
        m_gaps.clear();
        if (!m_document.run())
            return;
        if (std::exchange(m_file, m_document.run()->source().file) != m_document.run()->source().file)
            m_isChosen = false;
    });
}

void Player::play()
{
    const RunPtr &run = m_document.run();
    if (!run || isPlaying())
        return;
    if (m_document.focus().cursor == run->lastEvent())
        m_document.setCursor(EventId{0});
    if (!m_isChosen)
        fitSpeed();
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
    m_isChosen = true;
    m_speed = speed == asFastAsItCan ? asFastAsItCan : std::clamp(speed, slowest, fastest);
    emit speedChanged();
}

void Player::setSkipsIdle(bool skips)
{
    m_skipsIdle = skips;
    if (!m_isChosen && m_document.run()) {
        fitSpeed();
        emit speedChanged();
    }
}

double Player::secondsAt(double speed) const
{
    double seconds = 0;
    for (const std::int64_t gap : m_gaps) {
        const double real = double(gap) / 1e9 / speed;
        seconds += m_skipsIdle ? std::min(real, idle()) : real;
    }
    return seconds;
}

double Player::idle() const
{
    return std::clamp(goodLength / double(std::max<std::size_t>(m_gaps.size(), 1)), leastIdle, mostIdle);
}

/// The slowest of 1, 2, 5, 10 … at which one can follow what usually happens and the whole run does not take
/// too long: half of the times between two moments take at most as long as a skipped one.
void Player::fitSpeed()
{
    const Run &run = *m_document.run();
    if (m_gaps.empty() && run.eventCount() <= mostLookedThrough) {
        std::int64_t before = 0;
        for (const Event &event : run.recording().events) {
            if (event.t > before)
                m_gaps.push_back(event.t - before);
            before = event.t;
        }
    }
    if (m_gaps.empty())
        m_gaps.push_back(run.timeAt(run.lastEvent()));
    std::nth_element(m_gaps.begin(), m_gaps.begin() + std::ptrdiff_t(m_gaps.size() / 2), m_gaps.end());
    const double usual = double(m_gaps[m_gaps.size() / 2]) / 1e9 / idle();
    m_speed = slowest;
    for (int step = 0; m_speed < fastest && (m_speed < usual || secondsAt(m_speed) > goodLength); ++step)
        m_speed *= step % 3 == 1 ? 2.5 : 2;
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
        if (std::int64_t(m_now) != m_document.now())
            m_now = double(m_document.now());
        const auto next = double(run->timeAt(EventId{std::min(cursor.value + 1, run->lastEvent().value)}));
        if (m_skipsIdle)
            m_now = std::max(m_now, next - idle() * 1e9 * m_speed);
        m_now += double(realNs) * m_speed;
        m_document.setCursorTime(std::int64_t(m_now));
    }
    if (m_document.focus().cursor == run->lastEvent())
        pause();
}

}
