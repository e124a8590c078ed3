#pragma once

#include "simulator/kernel/model.h"
#include "simulator/kernel/sink.h"

#include <cstdint>
#include <string>

namespace daruma {

/// From now on SIGINT and SIGTERM end the program with exit code 130, and a word: at once, or, while an
/// Interruption lives, where that lets them.
void obeyInterruptions();

/// Ends a run that is asked to stop after the next block of events, so that its recorder closes the database
/// as it should. With `limits`, those of the model that runs, the run ends as one whose limit of events was
/// reached there, so that the same limit makes the same run again. Without, it throws the Failure
/// (Interrupted) that says how far the run has come. Who asks twice, or asks
/// a run that makes no events for some seconds, is obeyed at once.
class Interruption final : public EventSink {
public:
    explicit Interruption(Limits *limits = nullptr);
    ~Interruption() override;
    Interruption(const Interruption &) = delete;
    Interruption &operator=(const Interruption &) = delete;

    void consume(std::span<const Event> block, const Names &names) override;

    /// For who does not run by itself: whether it was asked to stop. Once that is known there is time to do
    /// so.
    static bool isAsked();

    bool hasCut() const { return m_hasCut; }
    /// "interrupted after 12 events, 3 s of virtual time"
    std::string text() const;

private:
    Limits *m_limits = nullptr;
    bool m_hasCut = false;
    std::int64_t m_now = 0;
    std::uint64_t m_events = 0;
};

}
