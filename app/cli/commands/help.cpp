#include "app/cli/commands.h"
#include "app/cli/markdown.h"
#include "resources/resources.h"
#include "simulator/scenario/keys.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <vector>

namespace daruma {

namespace {

using Json = nlohmann::ordered_json;

/// The first heading of a topic.
std::string titleOf(std::string_view markdown)
{
    const std::size_t begin = markdown.find("# ");
    if (begin == std::string_view::npos)
        return {};
    return std::string(markdown.substr(begin + 2, markdown.find('\n', begin) - begin - 2));
}

std::string overviewText(const Output &out)
{
    std::string text = commandsText(out) + "\nTopics of `daruma help TOPIC`:\n\n";
    for (const Resource &topic : helpTopics())
        text += fmt::format("  {:<14}{}\n", topic.name, titleOf(topic.content));
    return text;
}

std::string overviewJson()
{
    Json document{{"commands", Json::array()}, {"topics", Json::array()}};
    for (const Subcommand &command : commands())
        document["commands"].push_back(Json{{"name", command.name}, {"summary", command.summary}});
    for (const Resource &topic : helpTopics())
        document["topics"].push_back(Json{{"name", topic.name}, {"title", titleOf(topic.content)}});
    return document.dump(2) + "\n";
}

/// A page of the help, or the part of it under a heading.
struct Place {
    const Resource *topic = nullptr;
    std::string_view heading = {};  ///< empty: the whole page
};

const Resource *topicNamed(std::string_view name)
{
    for (const Resource &topic : helpTopics()) {
        if (topic.name == name)
            return &topic;
    }
    return nullptr;
}

/// Words that people look for, and where they are explained.
std::optional<Place> aliasPlace(std::string_view word)
{
    struct Alias {
        std::string_view word;
        std::string_view topic;
        std::string_view heading;
    };
    static constexpr std::array aliases{
        Alias{"expect", "expectations", ""},
        Alias{"expression", "expectations", ""},
        Alias{"expressions", "expectations", ""},
        Alias{"functions", "expectations", "Functions"},
        Alias{"operators", "expectations", "Operators, the tightest first"},
        Alias{"invariant", "expectations", "Invariants"},
        Alias{"invariants", "expectations", "Invariants"},
        Alias{"finding", "incidents", "The finding of a scenario"},
        Alias{"seed", "determinism", ""},
        Alias{"seeds", "determinism", ""},
        Alias{"repro", "determinism", ""},
        Alias{"fingerprint", "determinism", ""},
        Alias{"cli", "command-line", ""},
        Alias{"options", "command-line", ""},
        Alias{"exit", "command-line", "Exit codes"},
        Alias{"exit-code", "command-line", "Exit codes"},
        Alias{"exit-codes", "command-line", "Exit codes"},
        Alias{"sql", "database", ""},
        Alias{"sqlite", "database", ""},
        Alias{"file", "scenario", ""},
        Alias{"format", "scenario", ""},
        Alias{"toml", "scenario", ""},
        Alias{"supervisor", "scenario", "[supervisor.NAME]"},
        Alias{"supervisors", "scenario", "[supervisor.NAME]"},
        Alias{"intensity", "scenario", "[supervisor.NAME]"},
        Alias{"period", "scenario", "[supervisor.NAME]"},
        Alias{"unlimited", "scenario", "[supervisor.NAME]"},
        Alias{"worker", "scenario", "[worker.NAME]"},
        Alias{"workers", "scenario", "[worker.NAME]"},
        Alias{"fault", "scenario", "[[fault]]"},
        Alias{"faults", "scenario", "[[fault]]"},
        Alias{"outage", "scenario", "[[fault]]"},
        Alias{"command", "scenario", "[[command]]"},
        Alias{"commands", "scenario", "[[command]]"},
        Alias{"duration", "scenario", "Values"},
        Alias{"durations", "scenario", "Values"},
        Alias{"distribution", "scenario", "Values"},
        Alias{"distributions", "scenario", "Values"},
        Alias{"glob", "scenario", "Values"},
        Alias{"values", "scenario", "Values"},
        Alias{"set", "scenario", "Overrides"},
        Alias{"--set", "scenario", "Overrides"},
        Alias{"override", "scenario", "Overrides"},
        Alias{"overrides", "scenario", "Overrides"},
        Alias{"limits", "scenario", "Errors and limits"},
    };
    for (const Alias &alias : aliases) {
        if (alias.word == word)
            return Place{topicNamed(alias.topic), alias.heading};
    }
    // The keys of scenario files stand under the header that they belong to.
    for (const TableKind *kind : tableKinds()) {
        const Resource *scenario = topicNamed("scenario");
        if (kind->find(word) && !markdownSection(scenario->content, kind->title).empty())
            return Place{scenario, kind->title};
    }
    return std::nullopt;
}

/// The one topic, or else the one command, that begins so.
std::string_view begunName(std::string_view beginning)
{
    std::vector<std::string_view> topics;
    for (const Resource &topic : helpTopics())
        topics.push_back(topic.name);
    std::vector<std::string_view> names;
    for (const Subcommand &command : commands())
        names.push_back(command.name);
    for (const auto &known : {topics, names}) {
        const auto begins = [beginning](std::string_view name) {
            return name.substr(0, beginning.size()) == beginning;
        };
        const auto first = std::find_if(known.begin(), known.end(), begins);
        if (beginning.size() >= 2 && first != known.end()
            && std::count_if(known.begin(), known.end(), begins) == 1)
            return *first;
    }
    return {};
}

[[noreturn]] void refuseTopic(const std::string &name)
{
    std::vector<std::string_view> topics;
    for (const Resource &topic : helpTopics())
        topics.push_back(topic.name);
    std::vector<std::string_view> names = topics;
    for (const Subcommand &command : commands())
        names.push_back(command.name);
    std::vector<std::string> near;
    for (const std::string_view close : nearestFew(name, names))
        near.push_back(fmt::format("`{}`", close));
    const std::string hint = near.empty()
                                 ? fmt::format("There are {}, and every command; `daruma help` lists them.",
                                               fmt::join(topics, ", "))
                                 : fmt::format("Did you mean {}?", fmt::join(near, " or "));
    throw Failure(ExitCode::Usage, fmt::format("daruma help: there is no topic `{}`\n{}", name, hint));
}

void showPlace(const Place &place, Context &context)
{
    const std::string_view text =
        place.heading.empty() ? place.topic->content : markdownSection(place.topic->content, place.heading);
    if (context.format == Format::Json) {
        context.out.write(Json{{"name", place.topic->name}, {"markdown", text}}.dump(2) + "\n");
        return;
    }
    context.out.write(shownMarkdown(context.out, text));
    if (!place.heading.empty())
        context.note(fmt::format("This is a part of `daruma help {}`.", place.topic->name));
}

void showCommand(const Subcommand &command, Context &context)
{
    const std::string text = helpOf(command);
    context.out.write(
        context.format == Format::Json ? Json{{"name", command.name}, {"text", text}}.dump(2) + "\n" : text);
}

ExitCode help(const std::string &name, Context &context)
{
    if (name.empty()) {
        context.out.write(context.format == Format::Json ? overviewJson() : overviewText(context.out));
        return ExitCode::Met;
    }
    if (const Resource *topic = topicNamed(name)) {
        showPlace({topic}, context);
    } else if (const Subcommand *command = findCommand(name)) {
        showCommand(*command, context);
    } else if (const auto place = aliasPlace(name)) {
        showPlace(*place, context);
    } else {
        const std::string_view meant = begunName(name);
        if (meant.empty())
            refuseTopic(name);
        return help(std::string(meant), context);
    }
    return ExitCode::Met;
}

Subcommand::Action declare(CLI::App &app)
{
    const auto topic = std::make_shared<std::string>();
    app.add_option("TOPIC", *topic,
                   "A topic, a command, or a key of scenario files; without one all are listed");
    return [topic](Context &context) { return help(*topic, context); };
}

}

Subcommand helpCommand()
{
    return {"help",
            "Explains a topic or a command",
            "Examples:\n"
            "  daruma help scenario\n"
            "  daruma help max_restarts\n",
            {Format::Text, Format::Json},
            declare};
}

}
