#include "app/cli/export/trace_json.h"

#include "simulator/analysis/log_lines.h"
#include "simulator/analysis/spans.h"
#include "simulator/analysis/wording.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <map>
#include <utility>
#include <vector>

namespace daruma {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t blockSize = 1 << 16;

Json attribute(std::string_view key, Json value)
{
    return Json{{"key", key}, {"value", std::move(value)}};
}

Json attributesOf(const Span &span)
{
    Json attributes = Json::array();
    for (const SpanField &field : span.fields) {
        const bool isFlag = field.value == "true" || field.value == "false";
        attributes.push_back(attribute(field.name, isFlag ? Json{{"boolValue", field.value == "true"}}
                                                          : Json{{"stringValue", field.value}}));
    }
    return attributes;
}

std::string spanId(std::uint32_t index)
{
    return fmt::format("{:016x}", std::uint64_t(index) + 1);
}

Json spanJson(const Span &span, std::uint32_t index, const std::string &trace)
{
    constexpr int internal = 1;
    constexpr int ok = 1;
    constexpr int error = 2;
    Json json{{"traceId", trace}, {"spanId", spanId(index)}};
    if (span.parent != Span::none)
        json["parentSpanId"] = spanId(span.parent);
    json["name"] = span.name;
    json["kind"] = internal;
    json["startTimeUnixNano"] = std::to_string(span.from);
    json["endTimeUnixNano"] = std::to_string(span.until);
    json["attributes"] = attributesOf(span);
    json["status"] = Json{{"code", span.failed ? error : ok}};
    if (span.failed)
        json["status"]["message"] = span.message;
    return json;
}

/// Collects pieces into large writes.
class Pieces {
public:
    explicit Pieces(const TextSink &write)
        : m_write(write)
    {}
    ~Pieces() { m_write(m_text); }
    Pieces(const Pieces &) = delete;
    Pieces &operator=(const Pieces &) = delete;

    void add(std::string_view text)
    {
        m_text += text;
        if (m_text.size() < blockSize)
            return;
        m_write(m_text);
        m_text.clear();
    }

private:
    const TextSink &m_write;
    std::string m_text;
};

double micros(std::int64_t ns)
{
    return static_cast<double>(ns) / 1000.0;
}

/// One event of the Trace Event Format on the track of a node.
Json traceEvent(std::string_view name, std::string_view phase, NodeId node, std::int64_t at)
{
    return Json{{"name", name}, {"ph", phase}, {"pid", 1}, {"tid", node.value + 1}, {"ts", micros(at)}};
}

void addTracks(const Model &model, const Recording &run, const std::function<void(const Json &)> &add)
{
    Json process = traceEvent("process_name", "M", NodeId{0}, 0);
    process["args"] = Json{{"name", fmt::format("{}, seed {}", model.name, run.result.seed)}};
    add(process);
    for (std::uint32_t n = 0; n < run.nodes.size(); ++n) {
        Json track = traceEvent("thread_name", "M", NodeId{n}, 0);
        track["args"] = Json{{"name", run.path(NodeId{n})}};
        add(track);
        Json order = traceEvent("thread_sort_index", "M", NodeId{n}, 0);
        order["args"] = Json{{"sort_index", n}};
        add(order);
    }
}

/// What strikes from outside, and what fails, as instants.
void addInstants(const Model &model, const Recording &run, const std::function<void(const Json &)> &add)
{
    const Wording wording(model, run);
    for (std::size_t i = 0; i < run.events.size(); ++i) {
        const Event event = run.events[i];
        const bool isShown = event.kind == EventKind::Fault || event.kind == EventKind::Command
                             || event.kind == EventKind::GaveUp || event.kind == EventKind::Violation;
        if (!isShown || !event.node.isValid())
            continue;
        Json instant = traceEvent(wording.clause(event), "i", event.node, event.t);
        instant["s"] = "t";
        instant["args"] = Json{{"seq", i}};
        add(instant);
    }
}

/// How long each incarnation was up. Not on the tracks: lives of one place may overlap where a system leaves
/// an old process beside its successor.
void addLives(const Recording &run, const std::function<void(const Json &)> &add)
{
    std::map<std::pair<NodeId, std::uint32_t>, std::uint64_t> open;
    std::uint64_t number = 0;
    const auto mark = [&](const char *phase, NodeId node, std::int64_t t, std::uint64_t id) {
        Json json = traceEvent(run.path(node), phase, node, t);
        json["cat"] = "life";
        json["id"] = id;
        return json;
    };
    for (const Event event : run.events) {
        if (event.kind == EventKind::Started) {
            open[{event.node, event.incarnation}] = ++number;
            Json begin = mark("b", event.node, event.t, number);
            begin["args"] = Json{{"incarnation", event.incarnation}};
            add(begin);
        } else if (const auto life = open.find({event.node, event.incarnation});
                   event.kind == EventKind::Exit && life != open.end()) {
            Json end = mark("e", event.node, event.t, life->second);
            end["args"] = Json{{"reason", toText(event.exitReason(), run)}};
            add(end);
            open.erase(life);
        }
    }
    for (const auto &[process, id] : open)
        add(mark("e", process.first, run.result.end.ns(), id));
}

/// What is written into the log, on the tracks of the supervisors that do.
void addLog(const Scenario &scenario, const Recording &run, const std::function<void(const Json &)> &add)
{
    for (const LogLine &line : logLinesOf(scenario, run)) {
        Json instant = traceEvent(line.message, "i", line.supervisor, line.t);
        instant["cat"] = "log";
        instant["s"] = "t";
        instant["args"] = Json{{"level", toText(line.level)}};
        for (const LogField &field : line.fields)
            instant["args"][std::string(field.name)] = field.value;
        instant["args"]["seq"] = line.event;
        add(instant);
    }
}

Json resourceOf(const Model &model, const Recording &run)
{
    return {{"attributes",
             Json::array({attribute("service.name", Json{{"stringValue", model.name}}),
                          attribute("daruma.seed", Json{{"intValue", std::to_string(run.result.seed)}}),
                          attribute("daruma.dialect", Json{{"stringValue", model.dialect}})})}};
}

/// A line of the log as OpenTelemetry's logs data model has it, in the span of what it is about.
Json logRecordJson(const LogLine &line, const std::string &trace, std::uint32_t span)
{
    constexpr std::array<int, 5> severities{1, 5, 9, 13, 17};
    constexpr std::array<std::string_view, 5> names{"TRACE", "DEBUG", "INFO", "WARN", "ERROR"};
    const auto level = static_cast<std::size_t>(line.level);
    Json json{{"timeUnixNano", std::to_string(line.t)},
              {"severityNumber", severities[level]},
              {"severityText", names[level]},
              {"body", Json{{"stringValue", line.message}}},
              {"attributes", Json::array()}};
    for (const LogField &field : line.fields)
        json["attributes"].push_back(
            attribute(field.name, Json{{field.isNumber ? "intValue" : "stringValue", field.value}}));
    json["traceId"] = trace;
    if (span != Span::none)
        json["spanId"] = spanId(span);
    return json;
}

}

void writeOtlp(const Scenario &scenario, const Recording &run, const TextSink &write)
{
    std::vector<std::uint32_t> spanOf;
    const std::vector<Span> spans = spansOf(scenario.model, run, &spanOf);
    const std::string trace = toText(run.result.fingerprint);
    Pieces pieces(write);
    const std::string resource = resourceOf(scenario.model, run).dump();
    pieces.add(R"({"resourceSpans":[{"resource":)" + resource
               + R"(,"scopeSpans":[{"scope":{"name":"daruma"},"spans":[)");
    for (std::uint32_t i = 0; i < spans.size(); ++i)
        pieces.add((i == 0 ? "" : ",") + spanJson(spans[i], i, trace).dump());
    pieces.add("]}]}]}\n");
    const std::vector<LogLine> lines = logLinesOf(scenario, run);
    if (lines.empty())
        return;
    pieces.add(R"({"resourceLogs":[{"resource":)" + resource
               + R"(,"scopeLogs":[{"scope":{"name":"daruma"},"logRecords":[)");
    for (std::size_t i = 0; i < lines.size(); ++i)
        pieces.add((i == 0 ? "" : ",") + logRecordJson(lines[i], trace, spanOf[lines[i].event]).dump());
    pieces.add("]}]}]}\n");
}

void writePerfetto(const Scenario &scenario, const Recording &run, const TextSink &write)
{
    const Model &model = scenario.model;
    Pieces pieces(write);
    bool isFirst = true;
    const std::function<void(const Json &)> add = [&](const Json &json) {
        pieces.add((isFirst ? "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n" : ",\n") + json.dump());
        isFirst = false;
    };
    addTracks(model, run, add);
    for (const Span &span : spansOf(model, run)) {
        Json json = traceEvent(span.name, "X", span.node, span.from);
        json["dur"] = micros(span.until - span.from);
        for (const SpanField &field : span.fields)
            json["args"][std::string(field.name)] = field.value;
        add(json);
    }
    addLives(run, add);
    addInstants(model, run, add);
    addLog(scenario, run, add);
    pieces.add("\n]}\n");
}

}  // namespace daruma
