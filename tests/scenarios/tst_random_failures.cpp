#ifndef Q_MOC_RUN
#include "simulator/analysis/causes.h"
#include "tests/scenarios/play.h"
#include "tests/scenarios/random_scenario.h"
#endif

#include "resources/resources.h"

#include <QTest>

#include <algorithm>

using namespace daruma;

namespace {

/// What a proof must hold to, told where it does not. Judged by whole runs, from their events: not by what
/// made the proof.
class Judge {
public:
    Judge(const Model &model, std::uint64_t seed, const CauseProof &proof)
        : m_model(model)
        , m_seed(seed)
        , m_proof(proof)
        , m_simulation(model)
    {}

    std::string complaint()
    {
        if (!m_proof.isProven)
            return "not proven";
        if (!failsWith(m_proof.all))
            return "not even all causes together suffice";
        if (std::string text = complaintAbout(m_proof.causes); !text.empty())
            return text;
        for (const auto &other : m_proof.others)
            if (std::string text = complaintAbout(other); !text.empty())
                return "another set: " + text;
        if (m_proof.noReturn.isValid() == failsWith({}))
            return "the point of no return is not told";
        return failsWith(upTo(m_proof.noReturn)) ? "" : "it can still be saved after the point of no return";
    }

private:
    std::string complaintAbout(const std::vector<OccurredCause> &causes)
    {
        if (!failsWith(causes))
            return "the causes do not suffice";
        for (std::size_t i = 0; i < causes.size(); ++i) {
            std::vector<OccurredCause> rest = causes;
            rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
            if (failsWith(rest))
                return "cause " + std::to_string(i) + " of " + std::to_string(causes.size())
                       + " is not needed";
        }
        return {};
    }

    std::vector<OccurredCause> upTo(EventId event) const
    {
        std::vector<OccurredCause> causes = m_proof.all;
        std::erase_if(causes,
                      [event](const OccurredCause &one) { return !event.isValid() || event < one.event; });
        return causes;
    }

    bool failsWith(const std::vector<OccurredCause> &causes)
    {
        std::vector<Cause> kept;
        for (const OccurredCause &one : causes)
            kept.push_back(one.cause);
        std::sort(kept.begin(), kept.end());
        Recording run;
        class Sink final : public EventSink {
        public:
            explicit Sink(Recording &run)
                : m_run(run)
            {}
            void consume(std::span<const Event> block, const Names &names) override
            {
                m_run.events.append(block, names);
            }

        private:
            Recording &m_run;
        } sink(run);
        run.result = m_simulation.run(m_seed, &sink, {&kept, nullptr});
        run.nodes = m_simulation.nodes();
        return fails(run);
    }

    bool fails(const Recording &run) const
    {
        const FailureSignature &wanted = m_proof.failure.signature;
        if (wanted.isAboutRoot()) {
            const auto all = failuresOf(m_model, run);
            return std::any_of(all.begin(), all.end(),
                               [&](const RunFailure &failure) { return failure.signature == wanted; })
                   || hasRootEndedSo(run);
        }
        for (const InvariantViolation &one : run.result.invariants)
            if (wanted.kind == FailureSignature::Kind::Invariant && one.name == wanted.name)
                return true;
        for (std::size_t i = 0; i < run.result.expectations.size(); ++i) {
            const EventId event = run.result.expectations[i].event;
            if (m_model.expectations[i].name == wanted.name && event.isValid())
                return signatureAt(m_model, run, event) == wanted;
        }
        return false;
    }

    /// Where the first violation follows from the end of the root, that is no failure of its own.
    bool hasRootEndedSo(const Recording &run) const
    {
        if (!run.result.root.report() || run.result.root.report()->state != LifecycleState::Failed)
            return false;
        for (auto i = static_cast<std::uint32_t>(run.events.size()); i > 0; --i) {
            const Event &event = run.events[i - 1];
            const bool isEnd = event.kind == EventKind::Exit || event.kind == EventKind::InitFailed;
            if (event.node == NodeId{0} && isEnd)
                return signatureAt(m_model, run, EventId{i - 1}) == m_proof.failure.signature;
        }
        return false;
    }

    const Model &m_model;
    std::uint64_t m_seed;
    const CauseProof &m_proof;
    Simulation m_simulation;
};

}  // namespace

/// Of random failing runs: the named causes suffice together, and each of them is needed.
class TestRandomFailures : public QObject {
    Q_OBJECT

private slots:
    void namedCausesSufficeAndEachIsNeeded()
    {
        const int given = qEnvironmentVariableIntValue("DARUMA_FAILING_RUNS");
        const int wanted = given > 0 ? given : 300;
        Dialects known;
        std::vector<Problem> problems;
        int proven = 0;
        int smallest = 0;
        std::uint64_t runs = 0;
        std::size_t causes = 0;
        for (std::uint64_t seed = 1; proven < wanted; ++seed) {
            const auto all = dialects();
            const Dialect *dialect = known.find(std::string(all[seed % all.size()].name), problems);
            const std::string text = RandomScenario(*dialect, seed).richText();
            const Model model = modelOf(text);
            const Recording run = record(model, seed);
            for (const RunFailure &failure : failuresOf(model, run)) {
                CauseProof proof = proveCauses(model, seed, failure, {2'000, 20'000'000});
                // A few run in circles for long, and every round is needed.
                if (!proof.isProven)
                    proof = proveCauses(model, seed, failure, {20'000, 60'000'000});
                const std::string complaint = Judge(model, seed, proof).complaint();
                QVERIFY2(complaint.empty(),
                         (complaint + ", seed " + std::to_string(seed) + "\n" + text).c_str());
                ++proven;
                smallest += proof.isSmallest ? 1 : 0;
                runs += proof.runs;
                causes += proof.causes.size();
            }
        }
        qInfo("%d failing runs proven, %d with the smallest set; %.1f causes and %.1f runs each", proven,
              smallest, double(causes) / proven, double(runs) / proven);
    }
};

QTEST_APPLESS_MAIN(TestRandomFailures)
#include "tst_random_failures.moc"
