#pragma once

#include "simulator/kernel/sink.h"

#include <cstdint>

namespace daruma {

/// From now on SIGINT and SIGTERM end the program with exit code 130: at once, or, while an Interruption
/// lives, where that lets them.
void obeyInterruptions();

/// Ends a run that is asked to stop after the next block of events, so that its recorder closes the database
/// as it should. Throws the Failure (Interrupted) that says how far the run has come. Who asks twice, or asks
/// a run that makes no events for some seconds, is obeyed at once.
class Interruption final : public EventSink {
public:
    Interruption();
    ~Interruption() override;
    Interruption(const Interruption &) = delete;
    Interruption &operator=(const Interruption &) = delete;

    void consume(std::span<const Event> block, const Names &names) override;

    /// For who does not run by itself: whether it was asked to stop. Once that is known there is time to do
    /// so.
    static bool isAsked();

private:
    std::uint64_t m_events = 0;
};

}
