#include "app/cli/commands.h"
#include "engine/policy/attempt_backoff.h"
#include "simulator/kernel/duration_text.h"
#include "simulator/scenario/behaviour_reader.h"
#include "simulator/scenario/dialect_rules.h"
#include "simulator/scenario/toml_source.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <memory>

namespace daruma {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint32_t usualCount = 10;
constexpr std::uint32_t mostDelays = 10'000;

/// What was asked for, as the tables of a file would have it.
struct Settings {
    TomlValue backoff;  ///< a text, or a table of the keys that were given one by one
    std::uint32_t count = usualCount;
};

[[noreturn]] void refuse(const std::string &message)
{
    throw Failure(ExitCode::Usage, "daruma schedule: " + message);
}

/// A TOML value where it is one, otherwise a text.
TomlValue valueOf(const std::string &text)
{
    if (auto parsed = parseTomlValue(text); parsed && parsed->type != TomlValue::Type::Date)
        return std::move(*parsed);
    TomlValue value;
    value.type = TomlValue::Type::Text;
    value.text = text;
    return value;
}

TomlValue emptyTable()
{
    TomlValue table;
    table.type = TomlValue::Type::Table;
    return table;
}

void setKey(TomlValue &table, std::string_view key, TomlValue value)
{
    const auto known = std::find_if(table.entries.begin(), table.entries.end(),
                                    [key](const TomlEntry &entry) { return entry.key == key; });
    TomlEntry &entry = known == table.entries.end() ? table.entries.emplace_back() : *known;
    entry.key = key;
    entry.value = std::move(value);
}

Settings settingsOf(const std::vector<std::string> &given)
{
    Settings settings;
    settings.backoff = emptyTable();
    for (const std::string &setting : given) {
        const std::size_t equals = setting.find('=');
        const std::string key = setting.substr(0, equals);
        if (equals == std::string::npos)
            refuse(fmt::format("`{}` is no setting: write KEY=VALUE, such as cap=10s", setting));
        TomlValue value = valueOf(setting.substr(equals + 1));
        const Key *known = backoffTable.find(key);
        const bool isLength = key == "backoff" || (known && known->type == ValueType::Duration);
        if (isLength && (value.isInteger() || value.type == TomlValue::Type::Number))
            refuse(fmt::format("`{}` lacks its unit: write {}={}s", key, key, value.number));
        if (key == "backoff") {
            settings.backoff = std::move(value);
        } else if (key == "count") {
            if (!value.isInteger() || value.integer < 1 || value.integer > mostDelays)
                refuse(fmt::format("`count` is a whole number from 1 to {}", mostDelays));
            settings.count = static_cast<std::uint32_t>(value.integer);
        } else if (known) {
            if (settings.backoff.isText()) {
                TomlValue first = std::move(settings.backoff);
                settings.backoff = emptyTable();
                setKey(settings.backoff, "first", std::move(first));
            }
            setKey(settings.backoff, key, std::move(value));
        } else {
            std::vector<std::string_view> names{"backoff", "count"};
            for (const Key &one : backoffTable.keys)
                names.push_back(one.name);
            const std::string_view near = nearest(key, names);
            refuse(fmt::format("there is no setting `{}`\n{}", key,
                               near.empty() ? "The settings are backoff, first, factor, cap, jitter, "
                                              "reset_after and count."
                                            : fmt::format("Did you mean `{}`?", near)));
        }
    }
    return settings;
}

/// What it has instead, where it has that.
std::string pauseRemark(const Dialect &dialect)
{
    if (dialect.rules.pastLimit != PastLimit::Pauses)
        return {};
    const Duration least = backoffDelay(dialect.pause, 0, 0);
    const Duration most = backoffDelay(dialect.pause, 0, std::numeric_limits<std::uint64_t>::max());
    return fmt::format(": it restarts at once, and past its limit all restarts wait for a pause of {}",
                       least == most ? human(least) : human(least) + " to " + human(most));
}

/// The dialect's own backoff with what was set in its place.
BackoffSpec backoffOf(const Dialect &dialect, TomlValue settings)
{
    const bool isFixed = !settings.isTable();
    const bool isNothing = !isFixed && settings.entries.empty();
    if (isNothing && dialect.backoff)
        return *dialect.backoff;
    if (isNothing)
        refuse(fmt::format("the dialect \"{}\" has no backoff of its own{}\n"
                           "Name one to add to it: daruma schedule --dialect {} backoff=5s",
                           dialect.name, pauseRemark(dialect), dialect.name));
    if (!isFixed && !settings.find("first") && dialect.backoff)
        setKey(settings, "first", valueOf(toText(dialect.backoff->first)));
    TomlValue document = emptyTable();
    setKey(document, "backoff", settings);
    static const std::vector<Problems::Source> noOverrides;
    Problems problems({}, noOverrides);
    const TableReader table(document, {}, "the settings", dialectDefaultsTable, problems);
    const auto backoff = readBackoff(table, "backoff", dialect.backoff);
    if (problems.hasErrors())
        refuse(problems.takeErrors().front().message);
    return *backoff;
}

/// The shortest and the longest delay after a failure, counted from 1.
struct Bounds {
    Duration least;
    Duration most;
};

Bounds boundsOf(const Dialect &dialect, const BackoffSpec &backoff, std::uint32_t failure)
{
    if (waitsByAttempt(dialect.rules.shape)) {
        const Duration delay = attemptDelay(backoff, failure);
        return {delay, delay};
    }
    return {backoffDelay(backoff, failure - 1, 0),
            backoffDelay(backoff, failure - 1, std::numeric_limits<std::uint64_t>::max())};
}

void print(const Dialect &dialect, const BackoffSpec &backoff, std::uint32_t count, Context &context)
{
    Json document{{"dialect", dialect.name}, {"delays", Json::array()}};
    const bool isDrawn = backoff.jitterThousandths > 0 && !waitsByAttempt(dialect.rules.shape);
    const auto range = [isDrawn](Duration least, Duration most) {
        return isDrawn ? human(least) + " to " + human(most) : human(least);
    };
    const int width = isDrawn ? 24 : 16;
    std::string text =
        fmt::format("{:>9}  {:>{}}  {:>{}}\n", "failure", "delay", width, "delays so far", width);
    Instant least;
    Instant most;
    for (std::uint32_t failure = 1; failure <= count; ++failure) {
        const Bounds delay = boundsOf(dialect, backoff, failure);
        least = least + delay.least;
        most = most + delay.most;
        Json row{{"failure", failure}, {"delay_ns", delay.least.ns()}};
        if (isDrawn)
            row["longest_ns"] = delay.most.ns();
        document["delays"].push_back(std::move(row));
        text += fmt::format("{:>9}  {:>{}}  {:>{}}\n", failure, range(delay.least, delay.most), width,
                            range(least - Instant::start(), most - Instant::start()), width);
    }
    context.out.write(context.format == Format::Json ? document.dump(2) + "\n" : text);
}

Subcommand::Action declare(CLI::App &app)
{
    const auto name = std::make_shared<std::string>();
    const auto settings = std::make_shared<std::vector<std::string>>();
    app.add_option("--dialect", *name, "Whose backoff; a name, NAME:corrected, or the path of a file")
        ->required();
    app.add_option("KEY=VALUE", *settings,
                   "What to change: first, factor, cap, jitter; backoff for all of them; count, how many");
    return [name, settings](Context &context) {
        Dialects known;
        std::vector<Problem> problems;
        const Dialect *dialect = known.find(*name, problems);
        if (!dialect) {
            std::string text;
            for (const Problem &problem : problems)
                text += (text.empty() ? "" : "\n") + problem.message
                        + (problem.hint.empty() ? "" : "\n" + problem.hint);
            throw Failure(ExitCode::Invalid, text);
        }
        const Settings asked = settingsOf(*settings);
        print(*dialect, backoffOf(*dialect, asked.backoff), asked.count, context);
        return ExitCode::Met;
    };
}

}

Subcommand scheduleCommand()
{
    return {"schedule",
            "Prints the delays of a backoff, as a series",
            "Example:\n"
            "  daruma schedule --dialect processmanager\n"
            "  daruma schedule --dialect processmanager first=1s cap=1m\n"
            "  daruma schedule --dialect otp backoff=5s count=3\n",
            {Format::Text, Format::Json},
            declare};
}

}
