#include "app/cli/argument_errors.h"

#include "app/cli/commands.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <system_error>
#include <vector>

namespace daruma {

namespace {

/// The option that the parser's message speaks of; of several names in it the longest.
const CLI::Option *optionIn(const CLI::App &app, std::string_view message)
{
    const CLI::Option *meant = nullptr;
    for (const CLI::Option *option : app.get_options()) {
        const std::string name = option->get_name();
        const bool isNamed = !name.empty() && message.find(name) != std::string_view::npos;
        if (isNamed && (!meant || name.size() > meant->get_name().size()))
            meant = option;
    }
    return meant;
}

/// `text|json` in its parts; nothing where the option takes anything else.
std::vector<std::string> choicesOf(const CLI::Option &option)
{
    const std::string type = option.get_type_name();
    std::vector<std::string> choices;
    if (type.find('|') == std::string::npos)
        return choices;
    for (std::size_t at = 0; at <= type.size();) {
        const std::size_t end = std::min(type.find('|', at), type.size());
        choices.push_back(type.substr(at, end - at));
        at = end + 1;
    }
    return choices;
}

struct Kind {
    std::string_view type;  ///< as the help shows it
    std::string_view wanted;
    std::string_view example;
};
constexpr std::array<Kind, 5> kinds{
    {{"N", "a whole number from 0", "7"},
     {"WIDTH", "a share from 0.000001 to 1", "0.01"},
     {"HEX", "the fingerprint of a repro line, 1 to 32 hex digits", "bbedb6485d1969ce"},
     {"KEY=VALUE", "a key and its value", "supervisor.app.max_restarts=3"},
     {"FILE", "the name of a file", "outage"}}};

/// Another number than other options that take one.
constexpr Kind jobs{"N", "a whole number from 1 to 1024", "4"};

const Kind *kindOf(const CLI::Option &option)
{
    if (option.get_name() == "--jobs")
        return &jobs;
    const auto found = std::find_if(kinds.begin(), kinds.end(),
                                    [&](const Kind &kind) { return kind.type == option.get_type_name(); });
    return found == kinds.end() ? nullptr : &*found;
}

/// `a, b or c`.
std::string listed(const std::vector<std::string> &words)
{
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i)
        text += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
    return text;
}

std::string wantedBy(const CLI::Option &option)
{
    if (const auto choices = choicesOf(option); !choices.empty())
        return listed(choices);
    const Kind *kind = kindOf(option);
    return kind ? std::string(kind->wanted) : option.get_type_name();
}

std::string exampleOf(const CLI::Option &option)
{
    if (const auto choices = choicesOf(option); !choices.empty())
        return fmt::format("\nFor example: {} {}", option.get_name(), choices.front());
    const Kind *kind = kindOf(option);
    return kind ? fmt::format("\nFor example: {} {}", option.get_name(), kind->example) : "";
}

std::string wrongValue(const CLI::Option &option, std::string_view command)
{
    const std::string value = option.results().empty() ? "" : option.results().back();
    std::string text =
        fmt::format("daruma {}: {} takes {}, not `{}`", command, option.get_name(), wantedBy(option), value);
    const auto choices = choicesOf(option);
    const std::string_view near =
        nearest(value, std::vector<std::string_view>(choices.begin(), choices.end()));
    return text + (near.empty() ? exampleOf(option) : fmt::format("\nDid you mean `{}`?", near));
}

/// `a file, - for standard input, or …`: a description goes on in the middle of a sentence.
std::string inSentence(std::string text)
{
    const bool isWord = text.size() > 1 && text[1] >= 'a' && text[1] <= 'z';
    if (text.substr(0, 2) == "A " || isWord)
        text[0] = static_cast<char>(text[0] | 0x20);
    return text;
}

/// The first example that the command's help gives.
std::string commandExample(const CLI::App &app, std::string_view command)
{
    const std::string footer = app.get_footer();
    const std::size_t begin = footer.find(fmt::format("  daruma {}", command));
    if (begin == std::string::npos)
        return {};
    return fmt::format("\nFor example: {}", footer.substr(begin + 2, footer.find('\n', begin) - begin - 2));
}

std::string missing(const CLI::App &app, const CLI::Option &option, std::string_view command)
{
    return fmt::format("daruma {}: {} is missing: {}{}", command, option.get_name(),
                       inSentence(option.get_description()), commandExample(app, command));
}

std::string wrongNumber(const CLI::App &app, const CLI::Option &option, std::string_view command)
{
    if (!option.get_positional())
        return fmt::format("daruma {}: {} needs a value: {}{}", command, option.get_name(), wantedBy(option),
                           exampleOf(option));
    return fmt::format("daruma {}: {} is to be given {} times, not {}: {}{}", command, option.get_name(),
                       option.get_expected_min(), option.results().size(),
                       inSentence(option.get_description()), commandExample(app, command));
}

std::string unexpected(const CLI::App &app, std::string_view command)
{
    std::vector<std::string> known;
    for (const CLI::Option *option : app.get_options()) {
        for (const std::string &name : option->get_lnames())
            known.push_back("--" + name);
    }
    const std::vector<std::string_view> names(known.begin(), known.end());
    const std::vector<std::string> words = app.remaining();
    for (const std::string &word : words) {
        if (word.size() < 2 || word[0] != '-')
            continue;
        const std::string name = word.substr(0, word.find('='));
        std::vector<std::string> near;
        for (const std::string_view close : nearestFew(name, names))
            near.push_back(fmt::format("`{}`", close));
        return fmt::format("daruma {}: there is no option `{}`{}", command, name,
                           near.empty() ? "" : fmt::format("\nDid you mean {}?", listed(near)));
    }
    return fmt::format("daruma {}: one argument too many: `{}`{}", command,
                       words.empty() ? "" : words.front(), commandExample(app, command));
}

}

void holdNumbersToDigits(CLI::App &app)
{
    const CLI::Validator digits(
        [](std::string &text) {
            std::uint64_t number = 0;
            const char *end = text.data() + text.size();
            const auto read = std::from_chars(text.data(), end, number);
            return read.ec == std::errc() && read.ptr == end ? "" : "no number";
        },
        "");
    for (CLI::Option *option :
         app.get_options([](const CLI::Option *known) { return known->get_type_name() == "N"; }))
        option->check(digits);
}

std::string argumentProblem(const CLI::App &app, const CLI::ParseError &error, std::string_view command)
{
    const CLI::Option *option = optionIn(app, error.what());
    const bool isValue = dynamic_cast<const CLI::ConversionError *>(&error)
                         || dynamic_cast<const CLI::ValidationError *>(&error);
    if (option && isValue)
        return wrongValue(*option, command);
    if (option && dynamic_cast<const CLI::RequiredError *>(&error))
        return missing(app, *option, command);
    if (option && dynamic_cast<const CLI::ArgumentMismatch *>(&error))
        return wrongNumber(app, *option, command);
    if (dynamic_cast<const CLI::ExtrasError *>(&error))
        return unexpected(app, command);
    return fmt::format("daruma {}: {}", command, error.what());
}

}
