#include "simulator/scenario/dialect_page.h"

#include "simulator/kernel/duration_text.h"
#include "simulator/kernel/invariant_checker.h"
#include "simulator/scenario/commands.h"
#include "simulator/scenario/dialect_options.h"
#include "simulator/scenario/dialect_rules.h"
#include "simulator/scenario/toml_source.h"

#include <fmt/format.h>

#include <algorithm>

namespace daruma {

namespace {

/// One line of the table: what it is about, and what it says of a dialect.
struct Row {
    std::string name;
    std::string (*value)(const Dialect &dialect);
};

/// The names of a list of choices whose bits are set.
std::string listOf(std::uint32_t bits, std::span<const std::string_view> names)
{
    std::string list;
    for (std::size_t i = 0; i < names.size(); ++i)
        if ((bits >> i & 1U) != 0)
            list += (list.empty() ? "" : ", ") + std::string(names[i]);
    return list.empty() ? "none" : list;
}

std::span<const std::string_view> defaultChoices(std::string_view key)
{
    return dialectDefaultsTable.find(key)->choices;
}

std::string limitOf(const Dialect &dialect)
{
    if (dialect.limit.isUnlimited())
        return "unlimited";
    const std::string within = dialect.limit.within.isNever() ? "a lifetime" : toText(dialect.limit.within);
    if (dialect.limit.kind == WindowKind::Decaying)
        return fmt::format("{}, each halved in {}", dialect.limit.max, within);
    return fmt::format("{} in {}", dialect.limit.max, within);
}

std::string shutdownOf(const ShutdownPolicy &policy)
{
    return policy.brutal ? "kill" : policy.grace.isNever() ? "infinity" : toText(policy.grace);
}

std::string delayText(const BackoffSpec &backoff)
{
    std::string text = toText(backoff.first);
    if (backoff.factorThousandths != 1000)
        text += fmt::format(" x{:g}", backoff.factorThousandths / 1000.0);
    if (!backoff.cap.isNever())
        text += " to " + toText(backoff.cap);
    if (backoff.jitterThousandths != 0)
        text += fmt::format(" + up to {:g} %", backoff.jitterThousandths / 10.0);
    return text;
}

std::string backoffOf(const Dialect &dialect)
{
    return dialect.backoff ? delayText(*dialect.backoff) : "none";
}

std::string pauseOf(const Dialect &dialect)
{
    return dialect.rules.pastLimit == PastLimit::Pauses ? delayText(dialect.pause) : "none";
}

std::string commandsOf(const Dialect &dialect)
{
    std::string list;
    for (const std::string_view name : commandTable.find("do")->choices) {
        const auto kind = commandNamed(name);
        if (kind && dialect.has(*kind))
            list += (list.empty() ? "" : ", ") + std::string(name);
    }
    return list;
}

std::string optionsOf(const Dialect &dialect)
{
    const std::vector<std::string_view> names = dialectOptionNames();
    return listOf(dialect.options, names);
}

std::string invariantsOf(std::uint32_t bits)
{
    std::vector<std::string_view> names;
    for (const InvariantRow &row : invariants())
        names.push_back(row.name);
    return listOf(bits, names);
}

std::string defectsOf(const Dialect &dialect, bool areMended)
{
    std::string list;
    for (const DialectDefect &defect : dialect.defects)
        if (defect.isMended == areMended)
            list += (list.empty() ? "" : ", ") + defect.name;
    return list.empty() ? "none" : list;
}

/// Corrections change what happens, and promise nothing.
std::string notPromised(const Dialect &dialect)
{
    const std::string names = invariantsOf(~dialect.promises);
    const bool isAnyMended = std::any_of(dialect.defects.begin(), dialect.defects.end(),
                                         [](const DialectDefect &defect) { return defect.isMended; });
    return isAnyMended && names != "none"
               ? names + " (as with all defects: to mend one promises nothing more)"
               : names;
}

const std::vector<Row> &rows()
{
    static const std::vector<Row> all{
        {"shape", [](const Dialect &dialect) { return std::string(toText(dialect.rules.shape)); }},
        {"strategies",
         [](const Dialect &dialect) { return listOf(dialect.strategies, defaultChoices("strategy")); }},
        {"restart types",
         [](const Dialect &dialect) { return listOf(dialect.restartTypes, defaultChoices("restart")); }},
        {"strategy by default",
         [](const Dialect &dialect) {
             return dialect.strategies == 0
                        ? std::string("–")
                        : std::string(defaultChoices("strategy")[static_cast<std::size_t>(dialect.strategy)]);
         }},
        {"restart by default",
         [](const Dialect &dialect) {
             return dialect.restartTypes == 0
                        ? std::string("–")
                        : std::string(defaultChoices("restart")[static_cast<std::size_t>(dialect.restart)]);
         }},
        {"limit by default", limitOf},
        {"past the limit",
         [](const Dialect &dialect) {
             const bool isSystem =
                 defectsOf(dialect, true) == "none" || dialect.pastLimit == pastLimitUnknown;
             return dialect.pastLimit.empty() ? "–"
                                              : dialect.pastLimit + (isSystem ? "" : " (With its defects.)");
         }},
        {"stop by default", [](const Dialect &dialect) { return shutdownOf(dialect.shutdown); }},
        {"… of supervisors",
         [](const Dialect &dialect) { return shutdownOf(dialect.shutdownOfSupervisors); }},
        {"backoff by default", backoffOf},
        {"pause past the limit", pauseOf},
        {"commands", commandsOf},
        {"options", optionsOf},
        {"invariants not promised", notPromised},
        {"defects copied", [](const Dialect &dialect) { return defectsOf(dialect, false); }},
        {"defects mended", [](const Dialect &dialect) { return defectsOf(dialect, true); }},
    };
    return all;
}

std::string axisValue(const Dialect &dialect, const DialectAxis &axis)
{
    if (!axis.matters(dialect.rules.shape))
        return "–";
    return std::string(axis.key.choices[axis.choice.get(dialect)]);
}

std::string textOf(const TomlValue &table, std::string_view key)
{
    const TomlEntry *entry = table.find(key);
    return entry && entry->value.isText() ? entry->value.text : std::string();
}

std::string correctionsOf(const TomlValue &defect)
{
    const TomlEntry *corrected = defect.find("corrected");
    std::string text;
    if (corrected)
        for (const TomlEntry &entry : corrected->value.entries)
            text += fmt::format("{}`{} = {}`", text.empty() ? "" : ", ", entry.key, entry.value.text);
    return text;
}

const std::vector<TomlValue> &tablesOf(const TomlValue &document, std::string_view key)
{
    static const std::vector<TomlValue> none;
    const TomlEntry *entry = document.find(key);
    return entry ? entry->value.items : none;
}

bool isMended(const Dialect &dialect, std::string_view name)
{
    return std::any_of(dialect.defects.begin(), dialect.defects.end(),
                       [name](const DialectDefect &one) { return one.isMended && one.name == name; });
}

std::string defectsPage(const Dialect &dialect, const TomlValue &document, const std::string &name)
{
    std::string page;
    for (const TomlValue &defect : tablesOf(document, "defect")) {
        page += fmt::format("- **{}**: {}", textOf(defect, "name"), textOf(defect, "about"));
        if (const std::string scenario = textOf(defect, "scenario"); !scenario.empty())
            page += fmt::format(" Shown by `scenarios/dialects/{}.toml`.", scenario);
        if (const std::string corrections = correctionsOf(defect); !corrections.empty())
            page += fmt::format(" Mended by {}.", corrections);
        if (isMended(dialect, textOf(defect, "name")))
            page += " It is mended here.";
        page += "\n";
    }
    if (!page.empty())
        page = fmt::format("\n## Known defects\n\n`{}:corrected` is the dialect without all of them, "
                           "`{}:corrected:A+B` without A and B.\n\n",
                           name, name)
               + page;
    return page;
}

/// A statement of the log: on what it stands, and what it writes.
std::string statementLine(const TomlValue &statement)
{
    std::string when = textOf(statement, "on");
    std::string fields;
    for (const TomlEntry &entry : statement.entries) {
        if (entry.key == "fields")
            for (const TomlEntry &field : entry.value.entries)
                fields += (fields.empty() ? "" : ", ") + field.key;
        for (const std::string_view condition : {"strategy", "command", "outcome", "of", "answer"})
            if (entry.key == condition)
                when += fmt::format(", {} {}", condition, entry.value.text);
        if (entry.key == "text")
            when += entry.value.boolean ? ", with a text" : ", without a text";
        if (entry.key == "reasons") {
            std::string reasons;
            for (const TomlValue &item : entry.value.items)
                reasons += (reasons.empty() ? "" : " or ") + item.text;
            when += ", " + reasons;
        }
    }
    std::string message = textOf(statement, "message");
    if (const std::string failure = textOf(statement, "failure"); !failure.empty())
        message += "`, failure `" + failure;
    return fmt::format("| {} | {} | `{}` | {} | {} |\n", when, textOf(statement, "level"), message, fields,
                       textOf(statement, "source"));
}

std::string logPage(const TomlValue &document)
{
    if (tablesOf(document, "log").empty())
        return {};
    std::string page = "\n## Its log\n\n| on | level | message | fields | source |\n"
                       "| --- | --- | --- | --- | --- |\n";
    for (const TomlValue &statement : tablesOf(document, "log"))
        page += statementLine(statement);
    std::string words;
    if (const TomlEntry *entry = document.find("log_words"))
        for (const TomlEntry &word : entry->value.entries)
            words += fmt::format("{}{} is {}", words.empty() ? "" : ", ", word.key, word.value.text);
    return page + (words.empty() ? "" : fmt::format("\nIts words: {}.\n", words));
}

/// Rules are told of the system as it is.
std::string mendedRemark(const Dialect &dialect)
{
    std::string page;
    for (const DialectDefect &defect : dialect.defects)
        if (defect.isMended)
            page += fmt::format("{}**{}** ({})", page.empty() ? "" : ", ", defect.name,
                                defect.about.substr(0, defect.about.find(':')));
    return page.empty()
               ? page
               : fmt::format("They are told as the system has them, with its defects. Not so here, as "
                             "it is mended: {}.\n\n",
                             page);
}

}

std::string dialectPage(const Dialect &dialect, std::string_view text)
{
    const auto document = parseToml(text);
    std::string page = "# " + dialect.name + (dialect.title.empty() ? "" : ": " + dialect.title) + "\n\n";
    if (const std::string system = textOf(*document, "system"); !system.empty())
        page += system + ". ";
    page += textOf(*document, "about");
    page += page.ends_with("\n\n") ? "" : "\n\n";
    page += "## What it takes\n\n| | |\n| --- | --- |\n";
    for (const Row &row : rows())
        page += fmt::format("| {} | {} |\n", row.name, row.value(dialect));
    page += "\n## Its choices\n\n| axis | choice | the others |\n| --- | --- | --- |\n";
    for (const DialectAxis &axis : dialectAxes()) {
        if (!axis.matters(dialect.rules.shape))
            continue;
        std::string others;
        for (std::size_t i = 0; i < axis.key.choices.size(); ++i)
            if (i != axis.choice.get(dialect))
                others += (others.empty() ? "" : ", ") + std::string(axis.key.choices[i]);
        page += fmt::format("| {} | {} | {} |\n", axis.key.name, axisValue(dialect, axis), others);
    }
    page += "\n`daruma help dialects` says what each axis is about.\n";
    if (!tablesOf(*document, "rule").empty())
        page += "\n## Its rules\n\n" + mendedRemark(dialect);
    for (const TomlValue &rule : tablesOf(*document, "rule"))
        page += fmt::format("- **{}**: {} *({})*\n", textOf(rule, "axis"), textOf(rule, "rule"),
                            textOf(rule, "source"));
    if (const std::string base = textOf(*document, "extends"); !base.empty())
        page += fmt::format("\nWhat is not said here is as in `{0}`: `daruma dialects {0}`.\n", base);
    page += logPage(*document);
    page += defectsPage(dialect, *document, dialect.name.substr(0, dialect.name.find(':')));
    if (!tablesOf(*document, "difference").empty())
        page += "\n## Known differences\n\n";
    for (const TomlValue &difference : tablesOf(*document, "difference"))
        page +=
            fmt::format("- There: {} Here: {}\n", textOf(difference, "there"), textOf(difference, "here"));
    return page;
}

std::string dialectComparison(const std::vector<const Dialect *> &dialects, std::size_t columns)
{
    std::string page;
    for (std::size_t first = 1; first < dialects.size() || first == 1; first += columns - 1) {
        const std::size_t last = std::min(first + columns - 1, dialects.size());
        std::vector<const Dialect *> shown{dialects.front()};
        shown.insert(shown.end(), dialects.begin() + static_cast<std::ptrdiff_t>(std::min(first, last)),
                     dialects.begin() + static_cast<std::ptrdiff_t>(last));
        page += page.empty() ? "" : "\n";
        page += "| |";
        for (const Dialect *dialect : shown)
            page += " " + dialect->name + " |";
        page += "\n| --- |";
        for (std::size_t i = 0; i < shown.size(); ++i)
            page += " --- |";
        page += "\n";
        for (const Row &row : rows()) {
            page += "| " + row.name + " |";
            for (const Dialect *dialect : shown)
                page += " " + row.value(*dialect) + " |";
            page += "\n";
        }
        for (const DialectAxis &axis : dialectAxes()) {
            page += "| " + std::string(axis.key.name) + " |";
            for (const Dialect *dialect : shown)
                page += " " + axisValue(*dialect, axis) + " |";
            page += "\n";
        }
    }
    page += "\n–: it has no such thing, or its shape does not look at that axis. `daruma help dialects` says "
            "what "
            "each axis is about.\n";
    return page;
}

}
