#include "simulator/store/merge.h"

#include "app/cli/commands.h"
#include "app/cli/run_once.h"
#include "app/cli/words.h"
#include "simulator/analysis/wording.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace daruma {

namespace {

struct Options {
    std::string out;
    std::vector<std::string> inputs;
};

/// The command that goes on with a campaign that was broken off. Where its scenario lies is not known.
std::string finishingCommand(const MergeProblem::Unfinished &part)
{
    return fmt::format("daruma sweep {} {} --db {} --resume",
                       shellQuoted(part.campaign.scenarioName + ".toml"), part.campaign.options,
                       shellQuoted(part.file));
}

ExitCode merge(const Options &options, Context &context)
{
    const auto merged = mergeDatabases(options.out, options.inputs, openOptions());
    if (!merged) {
        std::string message;
        for (const MergeProblem &problem : merged.error()) {
            message += (message.empty() ? "" : "\n") + problem.message;
            if (problem.unfinished)
                message += "\nThis finishes it: " + finishingCommand(*problem.unfinished);
        }
        throw Failure(ExitCode::Invalid, message);
    }
    if (context.format == Format::Json) {
        const nlohmann::ordered_json document{{"out", options.out},
                                              {"changed", merged->changed},
                                              {"campaigns", merged->campaigns},
                                              {"runs", merged->runs},
                                              {"joined", merged->joined}};
        context.out.write(document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace)
                          + "\n");
        return ExitCode::Met;
    }
    std::string text = fmt::format("{}: {} of {}", options.out, counted(merged->runs, "run"),
                                   counted(merged->campaigns, "campaign"));
    if (!merged->changed)
        text += "; it held all of that already";
    else if (merged->joined > 0)
        text += fmt::format(", {} of them joined from shards", merged->joined);
    context.out.write(text + "\n");
    return ExitCode::Met;
}

Subcommand::Action declare(CLI::App &app)
{
    const auto options = std::make_shared<Options>();
    app.add_option("OUT", options->out, "The database that is to hold everything")->required();
    app.add_option("DB", options->inputs, "Databases, such as the shards of a campaign")->required();
    return [options](Context &context) { return merge(*options, context); };
}

}

Subcommand mergeCommand()
{
    return {"merge",
            "Joins databases, and the shards of a campaign into one",
            "The result is what one machine would have recorded. What does not belong together is refused;\n"
            "merging again changes nothing. Example:\n"
            "  daruma merge whole.db shard-1.db shard-2.db shard-3.db\n",
            {Format::Text, Format::Json},
            declare};
}

}
