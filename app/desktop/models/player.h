#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

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
    /// Virtual seconds a second, 0.1 to 10,000, or asFastAsItCan.
    double speed() const { return m_speed; }
    void setSpeed(double speed);
    /// What a picture would advance after so much real time; for tests.
    void advance(std::int64_t realNs);

signals:
    void playingChanged(bool isPlaying);

private:
    Document &m_document;
    QTimer m_timer;
    QElapsedTimer m_clock;
    double m_speed = 1;
    double m_now = 0;  ///< virtual ns; between two events the cursor stays, and time goes on
};

}
