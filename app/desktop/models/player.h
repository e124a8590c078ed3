#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <cstdint>
#include <string>
#include <vector>

namespace daruma {

class Document;

/// Lets the cursor run through virtual time.
class Player : public QObject {
    Q_OBJECT

public:
    /// Faster than any clock: a share of the events with each picture.
    static constexpr double asFastAsItCan = 0;

    explicit Player(Document &document, QObject *parent = nullptr);

    bool isPlaying() const { return m_timer.isActive(); }
    void play();
    void pause();
    static constexpr double slowest = 1e-6;
    static constexpr double fastest = 1e6;
    /// Virtual seconds a second, or asFastAsItCan; until it is set, one that can be followed and at which the
    /// run takes 20 seconds at most.
    double speed() const { return m_speed; }
    void setSpeed(double speed);
    /// Whether time in which nothing happens passes quickly, as it does at first.
    bool skipsIdle() const { return m_skipsIdle; }
    void setSkipsIdle(bool skips);
    /// What a picture would advance after so much real time; for tests.
    void advance(std::int64_t realNs);

signals:
    void playingChanged(bool isPlaying);
    void speedChanged();

private:
    void fitSpeed();
    double secondsAt(double speed) const;
    /// In real seconds, at most, of a time in which nothing happens.
    double idle() const;

    Document &m_document;
    QTimer m_timer;
    QElapsedTimer m_clock;
    double m_speed = 1;
    bool m_isChosen = false;  ///< the user set the speed
    bool m_skipsIdle = true;
    std::vector<std::int64_t> m_gaps;  ///< between the moments of the run at which something happens, in ns
    std::string m_file;                ///< of which the run is
    double m_now = 0;                  ///< virtual ns; between two events the cursor stays, and time goes on
};

}
