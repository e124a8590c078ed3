#include "app/cli/export/event_rows.h"

#include "app/cli/event_json.h"

#include <nlohmann/json.hpp>

#include <array>

namespace daruma {

namespace {

/// CONTRACT section 3: the fields of an event, those that every event has first.
constexpr std::array<std::string_view, 20> columns{
    "seq",       "t_ns",    "event",    "node",        "incarnation", "cause",  "reason",
    "fault",     "dropped", "command",  "expectation", "message",     "result", "strategy",
    "in_window", "allowed", "delay_ns", "duration_ns", "state",       "why"};

constexpr std::size_t blockSize = 1 << 16;

std::string cell(const nlohmann::json &value)
{
    if (value.is_null())
        return {};
    std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    if (text.find_first_of(",\"\r\n") == std::string::npos)
        return text;
    std::string quoted = "\"";
    for (const char c : text)
        quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + "\"";
}

void writeRows(const Model &model, const Recording &run, const TextSink &write, std::string text,
               const std::function<void(std::string &, const std::string &)> &append)
{
    EventJson json(model, run);
    std::string line;
    for (std::size_t i = 0; i < run.events.size(); ++i) {
        line.clear();
        json.append(line, run.events[i], i);
        append(text, line);
        text += '\n';
        if (text.size() < blockSize)
            continue;
        write(text);
        text.clear();
    }
    write(text);
}

}  // namespace

void writeEventLines(const Model &model, const Recording &run, const TextSink &write)
{
    writeRows(model, run, write, {}, [](std::string &text, const std::string &line) { text += line; });
}

void writeEventTable(const Model &model, const Recording &run, const TextSink &write)
{
    std::string header;
    for (const std::string_view column : columns)
        header += (header.empty() ? "" : ",") + std::string(column);
    writeRows(model, run, write, header + "\n", [](std::string &text, const std::string &line) {
        const auto event = nlohmann::json::parse(line);
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const auto field = event.find(columns[i]);
            text += i == 0 ? "" : ",";
            text += field == event.end() ? std::string() : cell(*field);
        }
    });
}

}  // namespace daruma
