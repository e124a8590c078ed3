#pragma once

#ifndef Q_MOC_RUN
#include "app/desktop/models/run.h"
#endif

#include <QObject>
#include <QString>
#include <QUndoStack>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

template <typename T> class QFutureWatcher;

namespace daruma {

class Archive;

/// Where one looks: shared by all views, which follow it and do not know each other.
struct Focus {
    /// The state that is shown is that behind this event.
    EventId cursor;
    /// The moment that is shown: that of the cursor's event or later, and before the next one. In ns.
    std::int64_t now = 0;
    /// The place that is selected; invalid: none.
    NodeId node;
    /// The part of the run that was marked, in ns.
    std::optional<std::pair<std::int64_t, std::int64_t>> range;
    /// The places that hide those below them.
    std::set<NodeId> folded;

    bool operator==(const Focus &) const = default;
};

class Prover;

/// A run that was made on the way here, to go back to and to compare with.
struct Fork {
    int number = 0;  ///< from 0, the file's own
    QString title;   ///< what was changed last
    RunPtr run;
};

/// So many runs are kept, fewer where they are long: the oldest make room, but for the first.
inline constexpr std::size_t mostForks = 50;
inline constexpr std::uint64_t mostForkEvents = 5'000'000;

/// What is open in a window: a scenario, the run that it makes now, the runs that it made before, and the
/// focus. Runs are made on another thread; the latest wish wins.
class Document : public QObject {
    Q_OBJECT

public:
    explicit Document(QObject *parent = nullptr);
    ~Document() override;

    /// Opens another scenario; its earlier edits and forks are forgotten. `at`: the cursor, as an event;
    /// invalid: the first failure, or the end.
    void open(RunSource source, EventId at = {});
    /// Null until the first run was made.
    const RunPtr &run() const { return m_run; }
    const RunSource &source() const { return m_source; }
    QString title() const;
    /// The database that is open beside the scenario, or none.
    Archive &archive() const { return *m_archive; }
    bool isBusy() const;
    /// Whether what was asked for last was refused; `problemsChanged` says why.
    bool isRefused() const { return m_isRefused; }
    /// Waits until the run that was asked for last is there. For tests and pictures.
    void wait();

    /// Of the run: what its failure rests on.
    Prover &prover() const { return *m_prover; }

    const Focus &focus() const { return m_focus; }
    std::int64_t now() const { return m_focus.now; }
    /// Behind that event, at its moment.
    void setCursor(EventId cursor);
    /// At that moment, behind the last event up to it.
    void setCursorTime(std::int64_t t);
    void select(NodeId node);
    void setRange(std::optional<std::pair<std::int64_t, std::int64_t>> range);
    /// Another run of the same file keeps what is folded, place by place.
    void fold(NodeId node, bool isFolded);
    /// But for the root, which stays open.
    void foldAll(bool isFolded);
    /// Where that place is shown: itself, or the highest that is folded above it.
    NodeId shown(NodeId node) const;

    /// Changes one key of the scenario, as `--set` does, and makes the run again. Can be undone.
    void change(const QString &key, const QString &value);
    /// What the key was changed to; empty where it was not.
    QString changed(const QString &key) const;
    /// What is changed from now on is undone by itself: a slider was let go.
    void finishChange() { ++m_hold; }
    /// Leaves the key as the text has it. Can be undone.
    void reset(const QString &key);
    void resetAll();
    /// Takes the text of the scenario instead, as its editor has it, and of the settings those over it that
    /// it does not say anew. Can be undone.
    void replaceText(const QString &text, const QString &what);
    /// Takes another text, and nothing set over it any more. Can be undone.
    void replaceAll(const QString &text, const QString &what);
    /// Goes on with another scenario, with what was made until now beside it. Can be undone.
    void goOnWith(RunSource source, const QString &what);
    QUndoStack &undoStack() { return m_undo; }

    /// What that file has, as far as it was read or written here; null: it was not.
    const RunSource *filed(const std::string &file) const;
    /// The file of the present scenario has this text now.
    void noteFiled(const std::string &text);
    /// The run of what the present scenario's file has; null where there is none among the forks.
    RunPtr filedRun() const;

    const std::vector<Fork> &forks() const { return m_forks; }
    /// Against which the run is compared, at first that before the first change; null: none.
    const RunPtr &baseline() const { return m_baseline; }
    void compareWith(RunPtr baseline);
    /// Makes that run the present one again; it is compared with the one before. Can be undone.
    void goBackTo(const Fork &fork);

    /// Makes a run of this, with the cursor behind that event where it is said which; used by the undo stack.
    void apply(RunSource source, EventId at = {});

signals:
    void runChanged();
    void cursorChanged();
    void selectionChanged();
    void rangeChanged();
    void foldsChanged();
    void busyChanged(bool busy);
    void forksChanged();
    void baselineChanged();
    /// The scenario has these problems, or none; the run stays the one before where it has. A setting that is
    /// refused is taken back before; of a file that cannot be opened there is no run.
    void problemsChanged(const std::vector<daruma::Problem> &problems);

private:
    void start();
    void made();
    void take(RunPtr run);
    void refuse(const std::vector<Problem> &problems);
    void setBaseline(RunPtr baseline);
    void remember();
    void moveCursor(EventId cursor, std::int64_t now);
    void push(RunSource source, const QString &what, const QString &key);
    EventId initialCursor() const;

    struct Job;
    std::unique_ptr<Job> m_job;
    Prover *m_prover;
    RunSource m_source;
    bool m_isMaking = false;    ///< until its result is taken
    bool m_isOutdated = false;  ///< another run was asked for while one was made
    bool m_isOpening = false;
    bool m_isRefused = false;
    std::vector<Problem> m_refused;  ///< why the change that is being taken back was refused
    EventId m_wantedCursor;
    RunPtr m_run;
    RunPtr m_baseline;
    bool m_isBaselineChosen = false;  ///< by somebody; otherwise it is the run before the first change
    Focus m_focus;
    std::map<std::string, RunSource> m_filed;
    std::vector<Fork> m_forks;
    int m_forkCount = 0;
    int m_changeIndex = 0;   ///< of the undo stack
    int m_change = 0;        ///< another number for each change, the steps of a slider being one
    int m_hold = 0;          ///< of a slider, another number for each
    int m_latestChange = 0;  ///< to which the last fork belongs
    QUndoStack m_undo;
    Archive *m_archive;
};

}
