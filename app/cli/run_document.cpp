#include "app/cli/report.h"
#include "simulator/kernel/supervisor_report.h"

#include <nlohmann/json.hpp>

#include <optional>

namespace daruma {

using Json = nlohmann::ordered_json;

namespace {

Json chainDocument(const Recording &run, const std::vector<Link> &chain)
{
    Json links = Json::array();
    for (const Link &link : chain) {
        Json one;
        if (link.event.isValid()) {
            const Event &event = run.events[link.event.value];
            one["seq"] = link.event.value;
            one["t_ns"] = event.t;
            one["event"] = toText(event.kind);
            one["node"] = event.node.isValid() ? Json(run.path(event.node)) : Json(nullptr);
        } else {
            one["repeats"] = link.repeats;
        }
        one["sentence"] = link.sentence;
        links.push_back(std::move(one));
    }
    return links;
}

Json expectationsDocument(const Model &model, const RunResult &result)
{
    Json list = Json::array();
    for (std::size_t i = 0; i < result.expectations.size(); ++i) {
        const ExpectationResult &one = result.expectations[i];
        list.push_back(Json{{"name", model.expectations[i].name},
                            {"form", toText(model.expectations[i].form)},
                            {"passed", one.undecided ? Json(nullptr) : Json(one.passed)},
                            {"t_ns", one.passed || one.undecided ? Json(nullptr) : Json(one.at.ns())},
                            {"message", one.undecided ? "undecided: the run was cut short" : one.message}});
    }
    return list;
}

template <typename Value> Json orNull(const std::optional<Value> &value)
{
    return value ? Json(*value) : Json(nullptr);
}

Json orNull(const std::optional<Instant> &at)
{
    return at ? Json(at->ns()) : Json(nullptr);
}

Json orNull(const std::string &text)
{
    return text.empty() ? Json(nullptr) : Json(text);
}

/// The keys are the columns of the table `report`.
Json reportsDocument(const Recording &run)
{
    Json list = Json::array();
    for (const SupervisorReport &one : supervisorReports(run.result, run))
        list.push_back(Json{{"node", run.path(one.node)},
                            {"state", toText(one.state)},
                            {"phase", orNull(one.phase)},
                            {"reason", orNull(one.reason)},
                            {"recoverable", orNull(one.recoverable)},
                            {"panic", orNull(one.panic)},
                            {"started_at_ns", orNull(one.startedAt)},
                            {"last_observed_at_ns", one.lastObservedAt.ns()},
                            {"completed_at_ns", orNull(one.completedAt)},
                            {"requested_by", orNull(one.requestedBy)},
                            {"shutdown_reason", orNull(one.shutdownReason)}});
    return list;
}

}

std::string chainJson(const Recording &run, const std::vector<Link> &chain)
{
    return chainDocument(run, chain).dump(2, ' ', false, Json::error_handler_t::replace);
}

std::string runJson(const LoadedScenario &loaded, const Recording &run, const std::string &repro)
{
    const Model &model = loaded.scenario.model;
    const RunResult &result = run.result;
    Json document{{"scenario", model.name},      {"seed", loaded.seed},
                  {"dialect", model.dialect},    {"outcome", toText(result.outcome)},
                  {"end_ns", result.end.ns()},   {"events", result.events},
                  {"restarts", result.restarts}, {"fingerprint", toText(result.fingerprint)}};
    document["expectations"] = expectationsDocument(model, result);
    Json invariants = Json::array();
    for (const InvariantViolation &broken : result.invariants)
        invariants.push_back(Json{
            {"name", "invariant:" + broken.name}, {"t_ns", broken.at.ns()}, {"message", broken.message}});
    document["invariants"] = std::move(invariants);
    document["reports"] = reportsDocument(run);
    const Explainer explainer(model, run);
    Json chain = Json::array();
    if (const std::vector<EventId> subjects = explainer.subjects(); !subjects.empty())
        chain = chainDocument(run, explainer.chain(subjects.front()));
    document["chain"] = std::move(chain);
    document["repro"] = repro;
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}
