#include "app/cli/commands.h"
#include "resources/resources.h"

#include <CLI/CLI.hpp>

namespace daruma {

namespace {

ExitCode print(Context &context)
{
    std::string text(schema());
    if (text.empty() || text.back() != '\n')
        text += '\n';
    context.out.write(text);
    return ExitCode::Met;
}

Subcommand::Action declare(CLI::App &)
{
    return print;
}

}

Subcommand schemaCommand()
{
    return {"schema",
            "Prints the JSON Schema of scenario files, for editors",
            "Example:\n"
            "  daruma schema > daruma.schema.json\n",
            {Format::Text, Format::Json},
            declare};
}

}
