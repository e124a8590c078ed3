#pragma once

#ifndef Q_MOC_RUN
#include "app/desktop/models/run.h"
#include "simulator/analysis/advice.h"
#include "simulator/analysis/causes.h"
#endif

#include <QFutureWatcher>
#include <QObject>

#include <optional>
#include <vector>

namespace daruma {

/// Finds out, on another thread, what the failure of a run rests on, by running it again with some of its
/// causes only; and which settings would have helped, by running it again with these.
class Prover : public QObject {
    Q_OBJECT

public:
    explicit Prover(QObject *parent = nullptr);
    ~Prover() override;

    /// Forgets what it knew, and begins with this run where there is a failure to prove.
    void prove(RunPtr run);
    /// Nothing where nothing failed, while it is not known yet, and where the budget was spent before.
    const std::optional<CauseProof> &proof() const { return m_found.proof; }
    const std::vector<Advice> &advice() const { return m_found.advice; }
    bool isBusy() const { return m_watcher.isRunning(); }
    void wait();

signals:
    void proved();

private:
    void start();
    void take();

    RunPtr m_wanted;  ///< to be proved next
    RunPtr m_proving;
    struct Found {
        std::optional<CauseProof> proof;
        std::vector<Advice> advice;
    };
    static Found look(const Run &run);

    Found m_found;
    QFutureWatcher<Found> m_watcher;
};

}
