#include "simulator/analysis/shrink.h"

#include "engine/contract.h"
#include "simulator/analysis/cause_text.h"
#include "simulator/analysis/document_edits.h"
#include "simulator/analysis/fixed_causes.h"
#include "simulator/analysis/shrink_steps.h"
#include "simulator/scenario/keys.h"

#include <fmt/format.h>

#include <algorithm>

namespace daruma {

namespace {

/// Trees and runs up to these are searched whole, before anything is taken away.
constexpr std::size_t fewCauses = 4;

/// One scenario on its way to the smallest.
class Shrinker {
public:
    Shrinker(const ShrinkRequest &request, const Recording &run, const RunFailure &failure,
             const std::function<void(const ShrinkResult &)> &progress)
        : m_request(request)
        , m_run(run)
        , m_original(documentOf(request))
        , m_trials(m_original, request.scenario, request.seed, failure.signature, request.mostRuns)
        , m_progress(progress)
    {
        m_result.failure = failure;
        m_result.nodesBefore = request.scenario.model.nodes.size();
        for (const char *kind : {"fault", "expect"}) {
            const std::vector<std::string> names = defaultNames(m_trials.document(), kind);
            m_defaultNames.insert(m_defaultNames.end(), names.begin(), names.end());
        }
        m_trials.onRun = [this] { tell(); };
    }

    ShrinkResult shrink()
    {
        const Model &model = m_request.scenario.model;
        const CauseProof proof =
            proveCauses(model, m_request.seed, m_result.failure, {}, [this](std::uint64_t runs) {
                m_proofRuns = runs;
                tell();
            });
        m_result.faultsBefore = std::max(model.faults.size(), proof.all.size());
        tell();
        if (isFixedAlready(proof) && takeFewest(m_trials))
            return searched();
        if (proof.all.size() > fewCauses || !fix(proof.all) || !takeFewest(m_trials))
            fix(proof.isProven || !proof.causes.empty() ? proof.causes : proof.all);
        return searched();
    }

private:
    ShrinkResult searched()
    {
        while (!m_trials.isSpent() && step()) {}
        m_ties = avoidTies(m_trials);
        dropNames();
        m_result.isComplete = !m_trials.isSpent();
        finish();
        return std::move(m_result);
    }

    /// Every fault of the file is one strike, and nothing else took effect: faults that came too late in this
    /// run may do better in a smaller one.
    bool isFixedAlready(const CauseProof &proof) const
    {
        const TomlEntry *faults = m_original.find(faultTable.name);
        return faults
               && std::all_of(faults->value.items.begin(), faults->value.items.end(),
                              [](const TomlValue &fault) { return fault.find("at") != nullptr; })
               && std::all_of(proof.all.begin(), proof.all.end(),
                              [](const OccurredCause &one) { return one.cause.kind == CauseKind::Strike; });
    }

    static TomlValue documentOf(const ShrinkRequest &request)
    {
        auto document = scenarioDocument(request.scenario.text, request.overrides, request.dialectOverride);
        DARUMA_ASSERT(document, "what was read once is read again");
        if (!document->find(scenarioTable.name))
            document->entries.insert(document->entries.begin(), {std::string(scenarioTable.name), {}, {}});
        TomlValue &scenario = document->find(scenarioTable.name)->value;
        setKey(scenario, "name", textValue(request.scenario.model.name));
        setKey(scenario, "seed", integerValue(static_cast<std::int64_t>(request.seed)));
        return std::move(*document);
    }

    /// Everything that is drawn becomes fixed, or as much of it as still fails in the same way.
    bool fix(const std::vector<OccurredCause> &causes)
    {
        for (const FixedKinds kinds : {FixedKinds{true, true}, FixedKinds{true, false},
                                       FixedKinds{false, true}, FixedKinds{false, false}})
            if (m_trials.accepts(withFixedCauses(m_original, m_request.scenario.model, m_run, causes, kinds)))
                return true;
        return false;
    }

    bool step()
    {
        bool hasChanged = dropListed(m_trials);
        hasChanged = dropNodes(m_trials) || hasChanged;
        hasChanged = takeFewest(m_trials) || hasChanged;
        hasChanged = dropKeys(m_trials) || hasChanged;
        hasChanged = simplifyValues(m_trials) || hasChanged;
        hasChanged = roundTimes(m_trials) || hasChanged;
        return shortenHorizon(m_trials) || hasChanged;
    }

    /// Names that nobody has given.
    void dropNames()
    {
        for (const std::string_view kind : {faultTable.name, expectTable.name})
            for (std::size_t i = 0; i < tableCount(m_trials.document(), kind); ++i) {
                TomlValue candidate = m_trials.document();
                TomlValue &table = tableAt(candidate, kind, i);
                const TomlEntry *name = table.find("name");
                const bool isGiven =
                    name
                    && std::find(m_defaultNames.begin(), m_defaultNames.end(), name->value.text)
                           == m_defaultNames.end();
                if (!name || isGiven)
                    continue;
                removeKey(table, "name");
                m_trials.accepts(std::move(candidate));
            }
    }

    void count()
    {
        m_result.faultsAfter = tableCount(m_trials.document(), faultTable.name);
        m_result.nodesAfter = m_trials.model().nodes.size();
        m_result.runs = m_proofRuns + m_trials.runs();
    }

    void tell()
    {
        if (!m_progress)
            return;
        count();
        m_progress(m_result);
    }

    void finish()
    {
        count();
        m_result.text = fmt::format("# Shrunk from {}, seed {}: {}.\n", m_request.scenario.model.name,
                                    m_request.seed, failureClause(m_run, m_result.failure));
        for (const std::size_t fault : m_ties)
            m_result.text +=
                fmt::format("# Fault {} strikes in a moment in which something else happens by itself, "
                            "and has to come before that.\n",
                            fault + 1);
        m_result.text += "\n" + scenarioText(m_trials.document());
    }

    const ShrinkRequest &m_request;
    const Recording &m_run;
    const TomlValue m_original;
    ShrinkTrials m_trials;
    const std::function<void(const ShrinkResult &)> &m_progress;
    ShrinkResult m_result;
    std::vector<std::string> m_defaultNames;
    std::uint64_t m_proofRuns = 0;
    std::vector<std::size_t> m_ties;  ///< faults
};

}

std::optional<ShrinkResult> shrink(const ShrinkRequest &request,
                                   const std::function<void(const ShrinkResult &)> &progress)
{
    const Model &model = request.scenario.model;
    const Recording run = record(model, request.seed);
    const std::vector<RunFailure> failures = failuresOf(model, run);
    if (failures.empty())
        return std::nullopt;
    return Shrinker(request, run, failures.front(), progress).shrink();
}

}
