#include "app/cli/commands.h"
#include "app/cli/markdown.h"
#include "resources/resources.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

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

ExitCode help(const std::string &name, Context &context)
{
    const bool isJson = context.format == Format::Json;
    if (name.empty()) {
        context.out.write(isJson ? overviewJson() : overviewText(context.out));
        return ExitCode::Met;
    }
    for (const Resource &topic : helpTopics()) {
        if (topic.name != name)
            continue;
        context.out.write(isJson ? Json{{"name", topic.name}, {"markdown", topic.content}}.dump(2) + "\n"
                                 : shownMarkdown(context.out, topic.content));
        return ExitCode::Met;
    }
    if (const Subcommand *command = findCommand(name)) {
        const std::string text = helpOf(*command);
        context.out.write(isJson ? Json{{"name", command->name}, {"text", text}}.dump(2) + "\n" : text);
        return ExitCode::Met;
    }
    std::vector<std::string_view> names;
    for (const Resource &topic : helpTopics())
        names.push_back(topic.name);
    for (const Subcommand &command : commands())
        names.push_back(command.name);
    const std::string_view near = nearest(name, names);
    throw Failure(ExitCode::Usage, fmt::format("daruma help: there is no topic `{}`\n{}", name,
                                               near.empty() ? std::string("`daruma help` lists them.")
                                                            : fmt::format("Did you mean `{}`?", near)));
}

Subcommand::Action declare(CLI::App &app)
{
    const auto topic = std::make_shared<std::string>();
    app.add_option("TOPIC", *topic, "A topic or a command; without one they are listed");
    return [topic](Context &context) { return help(*topic, context); };
}

}

Subcommand helpCommand()
{
    return {"help",
            "Explains a topic or a command",
            "Example:\n"
            "  daruma help scenario\n",
            {Format::Text, Format::Json},
            declare};
}

}
