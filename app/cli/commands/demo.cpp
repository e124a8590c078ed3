#include "app/cli/commands.h"
#include "app/cli/scenario_source.h"
#include "resources/resources.h"
#include "simulator/kernel/simulation.h"
#include "simulator/scenario/finding.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>

namespace daruma {

namespace {

using Json = nlohmann::ordered_json;

Scenario readShipped(const Resource &resource)
{
    const std::string name(resource.name);
    auto scenario = readScenario(std::string(resource.content), name);
    if (!scenario)
        throw Failure(ExitCode::Internal, toText(scenario.error().front(), name));
    return std::move(*scenario);
}

const Resource &shippedNamed(const std::string &name)
{
    const auto shipped = shippedScenarios();
    const auto found = std::find_if(shipped.begin(), shipped.end(),
                                    [&](const Resource &resource) { return resource.name == name; });
    if (found != shipped.end())
        return *found;
    std::vector<std::string_view> names;
    for (const Resource &resource : shipped)
        names.push_back(resource.name);
    const std::string_view near = nearest(name, names);
    throw Failure(ExitCode::Usage, fmt::format("daruma demo: there is no incident `{}`\n{}", name,
                                               near.empty() ? std::string("`daruma demo` lists them.")
                                                            : fmt::format("Did you mean `{}`?", near)));
}

/// Breaks a text at blanks; lines after the first are indented as deep as it stands.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t columns)
{
    const std::size_t width = std::max<std::size_t>(columns, indent + 30) - indent;
    std::string result;
    while (text.size() > width) {
        std::size_t cut = text.rfind(' ', width);
        if (cut == std::string_view::npos || cut == 0)
            cut = std::min(text.find(' '), text.size());
        result += std::string(text.substr(0, cut)) + "\n" + std::string(indent, ' ');
        text.remove_prefix(std::min(cut + 1, text.size()));
    }
    return result + std::string(text);
}

ExitCode list(Context &context)
{
    const auto shipped = shippedScenarios();
    if (context.format == Format::Json) {
        Json document{{"incidents", Json::array()}};
        for (const Resource &resource : shipped)
            document["incidents"].push_back(
                {{"name", resource.name}, {"about", readShipped(resource).about}});
        context.out.write(document.dump(2) + "\n");
        return ExitCode::Met;
    }
    std::size_t width = 0;
    for (const Resource &resource : shipped)
        width = std::max(width, resource.name.size());
    Output &out = context.out;
    out.write(
        "Daruma: chaos for supervision trees. Incidents that happened to somebody, to be run here:\n\n");
    for (const Resource &resource : shipped)
        out.write(fmt::format(
            "  {}{}  {}\n", styled(out, Style::Bold, resource.name),
            std::string(width - resource.name.size(), ' '),
            wrapped(readShipped(resource).about, width + 4, static_cast<std::size_t>(out.columns()))));
    out.write("\n`daruma demo NAME` runs one and says what it found, `daruma help` lists all commands.\n"
              "Codes such as A3 are reports of what happened; `daruma help incidents` says whose.\n");
    return ExitCode::Met;
}

ExitCode runIncident(const std::string &name, Context &context)
{
    const Scenario scenario = readShipped(shippedNamed(name));
    const auto sentence = FindingSentence::parse(scenario.finding, scenario.model);
    if (!sentence)
        throw Failure(ExitCode::Internal, fmt::format("{}: finding: {}", name, sentence.error().message));
    const Recording run = record(scenario.model, scenario.model.seed);
    const std::string finding = sentence->render(scenario.model, run);
    Output &out = context.out;
    if (context.format == Format::Json) {
        const Json document{{"name", name},
                            {"about", scenario.about},
                            {"outcome", toText(run.result.outcome)},
                            {"finding", finding}};
        out.write(document.dump(2) + "\n");
    } else {
        const auto columns = static_cast<std::size_t>(out.columns());
        out.write(wrapped(scenario.about, 0, columns) + "\n\n");
        out.write(styled(out, Style::Bold, wrapped(finding, 0, columns)) + "\n");
        context.note(fmt::format(
            "\n`daruma run {0}` shows what happened, `daruma help incidents` where it comes from.", name));
    }
    return run.result.hasFailed() ? ExitCode::ExpectationFailed : ExitCode::Met;
}

Subcommand::Action declare(CLI::App &app)
{
    const auto name = std::make_shared<std::string>();
    app.add_option("NAME", *name, "The incident to run; without one they are listed");
    return [name](Context &context) { return name->empty() ? list(context) : runIncident(*name, context); };
}

}

Subcommand demoCommand()
{
    return {"demo",
            "Lists the shipped incidents, or runs one and prints its finding",
            "It writes nothing. Example:\n"
            "  daruma demo db-outage-30s\n",
            {Format::Text, Format::Json},
            declare};
}

}
