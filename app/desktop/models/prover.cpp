#include "app/desktop/models/prover.h"

#include <QCoreApplication>
#include <QtConcurrent/QtConcurrentRun>

#include <utility>

namespace daruma {

namespace {

/// A second or so: what takes longer is asked of `daruma explain`, which shows how far it is.
constexpr FailureTrials::Budget budget{2'000, 5'000'000};
/// A longer run cannot be tried again often enough.
constexpr std::uint32_t longestRun = 200'000;

std::optional<CauseProof> proofOf(const Run &run)
{
    const std::vector<RunFailure> failures = failuresOf(run.model(), run.recording());
    if (failures.empty())
        return std::nullopt;
    CauseProof proof = proveCauses(run.model(), run.seed(), failures.front(), budget);
    return proof.isProven ? std::optional(std::move(proof)) : std::nullopt;
}

}

Prover::Prover(QObject *parent)
    : QObject(parent)
{
    connect(&m_watcher, &QFutureWatcherBase::finished, this, &Prover::take);
}

Prover::~Prover()
{
    m_watcher.waitForFinished();
}

Prover::Found Prover::look(const Run &run)
{
    return {proofOf(run), adviceFor(run.model(), run.recording())};
}

void Prover::prove(RunPtr run)
{
    m_found = {};
    m_wanted = run && run->eventCount() <= longestRun ? std::move(run) : nullptr;
    emit proved();
    if (!isBusy())
        start();
}

void Prover::start()
{
    m_proving = std::exchange(m_wanted, nullptr);
    if (m_proving)
        m_watcher.setFuture(QtConcurrent::run([run = m_proving] { return look(*run); }));
}

void Prover::take()
{
    if (m_wanted)
        return start();
    m_found = m_watcher.result();
    m_proving.reset();
    if (m_found.proof || !m_found.advice.empty())
        emit proved();
}

void Prover::wait()
{
    while (isBusy() || m_wanted) {
        m_watcher.waitForFinished();
        QCoreApplication::processEvents();
    }
}

}
