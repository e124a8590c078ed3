#include "app/cli/commands.h"
#include "resources/resources.h"
#include "simulator/scenario/toml_source.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace daruma {

namespace {

using Json = nlohmann::ordered_json;

Json documentOf(const TomlValue &value)
{
    switch (value.type) {
    case TomlValue::Type::Integer:
        return value.integer;
    case TomlValue::Type::Number:
        return value.number;
    case TomlValue::Type::Boolean:
        return value.boolean;
    case TomlValue::Type::List: {
        Json list = Json::array();
        for (const TomlValue &item : value.items)
            list.push_back(documentOf(item));
        return list;
    }
    case TomlValue::Type::Table: {
        Json table = Json::object();
        for (const TomlEntry &entry : value.entries)
            table[entry.key] = documentOf(entry.value);
        return table;
    }
    case TomlValue::Type::Text:
    case TomlValue::Type::Date:
        break;
    }
    return value.text;
}

/// REQUIRES: the dialect is a shipped one, which a test has read.
Json readDialect(const Resource &dialect)
{
    const auto document = parseToml(dialect.content);
    if (!document)
        throw Failure(ExitCode::Internal,
                      fmt::format("resources/dialects/{}.toml: {}", dialect.name, document.error().message));
    return documentOf(*document);
}

std::string textOf(const Json &dialect, const char *key)
{
    return dialect.contains(key) ? dialect[key].get<std::string>() : std::string();
}

std::string pageText(const Output &out, const Json &dialect)
{
    std::string text = fmt::format("{}: {}\n\n{}\n", styled(out, Style::Bold, textOf(dialect, "name")),
                                   textOf(dialect, "title"), textOf(dialect, "about"));
    const auto heading = [&out](std::string_view title) {
        return fmt::format("\n{}\n", styled(out, Style::Bold, title));
    };
    if (dialect.contains("defaults")) {
        text += heading("Defaults");
        for (const auto &[key, value] : dialect["defaults"].items())
            text +=
                fmt::format("  {:<24}{}\n", key, value.is_string() ? value.get<std::string>() : value.dump());
    }
    if (dialect.contains("rule")) {
        text += heading("Rules");
        for (const Json &rule : dialect["rule"])
            text += fmt::format("  {}\n      {}\n      source: {}\n",
                                styled(out, Style::Bold, textOf(rule, "axis")), textOf(rule, "rule"),
                                textOf(rule, "source"));
    }
    if (dialect.contains("difference")) {
        text += heading("Known differences");
        for (const Json &difference : dialect["difference"])
            text += fmt::format("  {}\n      here: {}\n", textOf(difference, "there"),
                                textOf(difference, "here"));
    }
    return text;
}

ExitCode list(Context &context)
{
    Json document{{"dialects", Json::array()}};
    std::string text;
    for (const Resource &resource : dialects()) {
        const Json dialect = readDialect(resource);
        document["dialects"].push_back(Json{{"name", resource.name}, {"title", textOf(dialect, "title")}});
        text += fmt::format("  {:<12}{}\n", resource.name, textOf(dialect, "title"));
    }
    context.out.write(context.format == Format::Json
                          ? document.dump(2) + "\n"
                          : text + "\n`daruma dialects NAME` lists the rules of one, with their sources.\n");
    return ExitCode::Met;
}

ExitCode show(const std::string &name, Context &context)
{
    if (name.empty())
        return list(context);
    std::vector<std::string_view> names;
    for (const Resource &resource : dialects()) {
        names.push_back(resource.name);
        if (resource.name != name)
            continue;
        const Json dialect = readDialect(resource);
        context.out.write(context.format == Format::Json ? dialect.dump(2) + "\n"
                                                         : pageText(context.out, dialect));
        return ExitCode::Met;
    }
    const std::string_view near = nearest(name, names);
    throw Failure(ExitCode::Usage, fmt::format("daruma dialects: there is no dialect `{}`\n{}", name,
                                               near.empty() ? std::string("`daruma dialects` lists them.")
                                                            : fmt::format("Did you mean `{}`?", near)));
}

Subcommand::Action declare(CLI::App &app)
{
    const auto name = std::make_shared<std::string>();
    app.add_option("NAME", *name, "The dialect to show; without one they are listed");
    return [name](Context &context) { return show(*name, context); };
}

}

Subcommand dialectsCommand()
{
    return {"dialects",
            "Lists the systems whose supervision rules are known, and their rules",
            "Example:\n"
            "  daruma dialects otp\n",
            {Format::Text, Format::Json},
            declare};
}

}
