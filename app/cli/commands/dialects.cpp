#include "app/cli/commands.h"
#include "app/cli/markdown.h"
#include "resources/resources.h"
#include "simulator/scenario/dialect_page.h"
#include "simulator/scenario/toml_source.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

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

/// A dialect with its file. Throws a Failure where it cannot be read.
struct Shown {
    const Dialect *dialect = nullptr;
    std::string text;
};

std::string problemsText(const std::vector<Problem> &problems)
{
    std::string text;
    for (const Problem &problem : problems)
        text += (text.empty() ? "" : "\n") + toText(problem, "daruma dialects");
    return text;
}

std::string contentOf(const std::string &path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    return content.str();
}

Shown read(Dialects &known, const std::string &name)
{
    std::vector<Problem> problems;
    const std::string system = name.substr(0, name.find(':'));
    for (const Resource &resource : dialects())
        if (resource.name == system)
            if (const Dialect *dialect = known.find(name, problems))
                return {dialect, std::string(resource.content)};
    const bool isPath = name.find('/') != std::string::npos || name.find(".toml") != std::string::npos;
    if (isPath)
        if (const Dialect *dialect = known.find(name, problems))
            return {dialect, contentOf(system)};
    if (!problems.empty())
        throw Failure(ExitCode::Invalid, problemsText(problems));
    std::vector<std::string_view> names;
    for (const Resource &resource : dialects())
        names.push_back(resource.name);
    const std::string_view near = nearest(name, names);
    throw Failure(ExitCode::Usage, fmt::format("daruma dialects: there is no dialect `{}`\n{}", name,
                                               near.empty() ? std::string("`daruma dialects` lists them.")
                                                            : fmt::format("Did you mean `{}`?", near)));
}

/// OTP first: it is what the others are compared with.
std::vector<std::string> shippedNames()
{
    std::vector<std::string> names;
    for (const Resource &resource : dialects())
        names.emplace_back(resource.name);
    std::stable_partition(names.begin(), names.end(), [](const std::string &name) { return name == "otp"; });
    return names;
}

void list(Context &context)
{
    Dialects known;
    Json document{{"dialects", Json::array()}};
    std::string text;
    for (const std::string &name : shippedNames()) {
        const Dialect &dialect = *read(known, name).dialect;
        document["dialects"].push_back(Json{{"name", name}, {"title", dialect.title}});
        text += fmt::format("  {:<24}{}\n", name, dialect.title);
    }
    context.out.write(context.format == Format::Json
                          ? document.dump(2) + "\n"
                          : text
                                + "\n`daruma dialects NAME` shows the rules of one, with their sources, and "
                                  "`daruma dialects --table` sets them side by side.\n");
}

void showTable(const std::vector<std::string> &names, Context &context)
{
    Dialects known;
    std::vector<const Dialect *> shown;
    for (const std::string &name : names.empty() ? shippedNames() : names)
        shown.push_back(read(known, name).dialect);
    constexpr std::size_t widthOfOne = 26;
    const auto columns =
        std::max<std::size_t>(2, static_cast<std::size_t>(context.out.columns()) / widthOfOne);
    context.out.write(shownMarkdown(context.out, dialectComparison(shown, columns)));
}

void showPage(const std::string &name, Context &context)
{
    Dialects known;
    const Shown shown = read(known, name);
    if (context.format == Format::Json)
        context.out.write(documentOf(*parseToml(shown.text)).dump(2) + "\n");
    else
        context.out.write(shownMarkdown(context.out, dialectPage(*shown.dialect, shown.text)));
}

Subcommand::Action declare(CLI::App &app)
{
    const auto names = std::make_shared<std::vector<std::string>>();
    const auto isTable = std::make_shared<bool>(false);
    app.add_option("NAME", *names, "The dialect to show, or the path of one; without a name they are listed");
    app.add_flag("--table", *isTable, "Sets the named dialects, or all, side by side");
    return [names, isTable](Context &context) {
        if (*isTable)
            showTable(*names, context);
        else if (names->empty())
            list(context);
        for (std::size_t i = 0; i < names->size() && !*isTable; ++i)
            showPage((*names)[i], context);
        return ExitCode::Met;
    };
}

}

Subcommand dialectsCommand()
{
    return {"dialects",
            "Lists the systems whose supervision rules are known, and their rules",
            "Example:\n"
            "  daruma dialects otp\n"
            "  daruma dialects --table otp rusm rusm:corrected\n",
            {Format::Text, Format::Json},
            declare};
}

}
