#include "simulator/analysis/document_edits.h"
#include "simulator/analysis/shrink_steps.h"
#include "simulator/kernel/duration_text.h"
#include "simulator/scenario/keys.h"

#include <algorithm>
#include <array>
#include <optional>

namespace daruma {

namespace {

using KeyNames = std::vector<std::string_view>;

constexpr std::int64_t second = 1'000'000'000;

std::optional<Duration> durationOf(const TomlValue &value)
{
    const auto read = value.isText() ? parseDuration(value.text) : tl::expected<Duration, TextProblem>{};
    return value.isText() && read ? std::optional(*read) : std::nullopt;
}

/// Every table of a kind.
template <typename Function>
bool tryTables(ShrinkTrials &trials, std::string_view kind, const Function &function)
{
    bool hasChanged = false;
    for (std::size_t i = 0; i < tableCount(trials.document(), kind); ++i)
        hasChanged = function(i) || hasChanged;
    return hasChanged;
}

bool dropKeysOf(ShrinkTrials &trials, std::string_view kind, const KeyNames &keys, bool onlyIfUnchanged)
{
    return tryTables(trials, kind, [&](std::size_t i) {
        bool hasDropped = false;
        for (const std::string_view key : keys) {
            TomlValue candidate = trials.document();
            TomlValue &table = tableAt(candidate, kind, i);
            if (!table.find(key))
                continue;
            removeKey(table, key);
            const bool isDropped = onlyIfUnchanged ? trials.acceptsUnchanged(std::move(candidate))
                                                   : trials.accepts(std::move(candidate));
            hasDropped = hasDropped || isDropped;
        }
        return hasDropped;
    });
}

bool dropKeysOfScenario(ShrinkTrials &trials)
{
    bool hasDropped = false;
    for (const std::string_view key : {"about", "finding", "clock_phase", "ties", "seed"}) {
        TomlValue candidate = trials.document();
        TomlEntry *scenario = candidate.find(scenarioTable.name);
        if (!scenario || !scenario->value.find(key))
            continue;
        removeKey(scenario->value, key);
        hasDropped = trials.accepts(std::move(candidate)) || hasDropped;
    }
    return hasDropped;
}

/// What may stand in the place of a value, the simplest first.
std::vector<TomlValue> simplerThan(const TomlValue &value)
{
    std::vector<TomlValue> simpler;
    if (value.isList() && !value.items.empty()) {
        for (const TomlValue &item : value.items)
            simpler.push_back(item);
        if (value.items.size() > 1) {
            simpler.push_back(value);
            simpler.back().items.pop_back();
        }
    } else if (value.isTable()) {
        for (const TomlEntry &entry : value.entries)
            simpler.push_back(textValue(entry.key));
    } else if (const std::size_t open = value.text.find('('); open != std::string::npos) {
        const std::string arguments = value.text.substr(open + 1, value.text.find(')') - open - 1);
        for (std::size_t at = 0; at <= arguments.size();) {
            const std::size_t end = std::min(arguments.find(',', at), arguments.size());
            std::string argument = arguments.substr(at, end - at);
            argument.erase(0, std::min(argument.find_first_not_of(' '), argument.size()));
            if (parseDuration(argument))
                simpler.push_back(textValue(argument));
            at = end + 1;
        }
    }
    return simpler;
}

/// Moments that people write down, and this one cut to coarser units: shorter to write, or earlier.
std::vector<std::string> rounderThan(Duration duration)
{
    static constexpr std::array<std::int64_t, 9> units{1'000,       1'000'000,    10'000'000,
                                                       100'000'000, second,       10 * second,
                                                       60 * second, 600 * second, 3'600 * second};
    std::vector<std::int64_t> moments;
    for (const std::int64_t seconds : {1, 2, 3, 4, 5, 10, 15, 20, 30, 60, 120, 300, 600, 1'800, 3'600})
        moments.push_back(seconds * second);
    for (const std::int64_t ms : {1, 10, 100, 200, 500})
        moments.push_back(ms * 1'000'000);
    for (const std::int64_t unit : units)
        for (const std::int64_t more : {0, 1})
            moments.push_back((duration.ns() / unit + more) * unit);
    const std::string text = writtenText(duration);
    std::vector<std::pair<std::size_t, std::int64_t>> better;
    for (const std::int64_t moment : moments) {
        const std::size_t length = writtenText(Duration::nanoseconds(moment)).size();
        const bool isRounder = length < text.size() || (length == text.size() && moment < duration.ns());
        if (moment > 0 && isRounder)
            better.emplace_back(length, moment);
    }
    std::sort(better.begin(), better.end());
    better.erase(std::unique(better.begin(), better.end()), better.end());
    std::vector<std::string> texts;
    texts.reserve(better.size());
    for (const auto &[length, moment] : better)
        texts.push_back(writtenText(Duration::nanoseconds(moment)));
    return texts;
}

/// Of faults and commands: their moments in the order of the document.
std::vector<Duration> momentsOf(TomlValue &document)
{
    std::vector<Duration> moments;
    for (const TimeKey &time : timesOf(document))
        if (time.key == "at")
            if (const auto at = durationOf(*time.value))
                moments.push_back(*at);
    return moments;
}

/// What stood apart in time still does, in the same order: a story is told one thing after another.
bool keepsOrder(TomlValue &before, TomlValue &after)
{
    const std::vector<Duration> was = momentsOf(before);
    const std::vector<Duration> is = momentsOf(after);
    for (std::size_t a = 0; a < was.size(); ++a)
        for (std::size_t b = 0; b < was.size(); ++b)
            if (was[a] < was[b] && !(is[a] < is[b]))
                return false;
    return true;
}

bool shiftAll(ShrinkTrials &trials)
{
    TomlValue candidate = trials.document();
    const std::vector<Duration> moments = momentsOf(candidate);
    if (moments.empty())
        return false;
    const Duration first = *std::min_element(moments.begin(), moments.end());
    for (const std::int64_t begin : {second, 10 * second, first.ns() % second + second}) {
        if (begin >= first.ns())
            continue;
        candidate = trials.document();
        for (const TimeKey &time : timesOf(candidate))
            if (const auto at = time.key == "at" ? durationOf(*time.value) : std::nullopt)
                *time.value = textValue(writtenText(Duration::nanoseconds(at->ns() - first.ns() + begin)));
        if (trials.accepts(std::move(candidate)))
            return true;
    }
    return false;
}

}

bool dropKeys(ShrinkTrials &trials)
{
    const KeyNames behaviours{"init_time",   "init_result", "lifetime", "exit_reason", "stop_time",
                              "stop_reason", "reload_time", "patience", "needs",       "shutdown"};
    const KeyNames faults{"chance", "count", "between", "pick", "reason", "behaviour", "after"};
    const KeyNames commands{"grace", "timeout", "by", "why", "message", "behaviour"};
    const KeyNames policies{"strategy", "auto_shutdown", "restart",      "significant", "backoff", "options",
                            "id",       "dialect",       "max_restarts", "within"};
    bool hasDropped = dropKeysOfScenario(trials);
    hasDropped = dropKeysOf(trials, workerTable.name, behaviours, false) || hasDropped;
    hasDropped = dropKeysOf(trials, supervisorTable.name, {"shutdown", "init_result"}, false) || hasDropped;
    hasDropped = dropKeysOf(trials, faultTable.name, faults, false) || hasDropped;
    hasDropped = dropKeysOf(trials, commandTable.name, commands, false) || hasDropped;
    hasDropped = dropKeysOf(trials, workerTable.name, policies, true) || hasDropped;
    const KeyNames structure(policies.begin(), policies.end() - 2);
    return dropKeysOf(trials, supervisorTable.name, structure, true) || hasDropped;
}

bool simplifyValues(ShrinkTrials &trials)
{
    static constexpr std::array<std::string_view, 13> simplified{
        "init_time", "init_result", "lifetime", "exit_reason", "stop_time", "stop_reason", "reload_time",
        "patience",  "every",       "after",    "by",          "lasts",     "count"};
    bool hasChanged = false;
    for (const TableKind *kind : {&supervisorTable, &workerTable, &faultTable})
        hasChanged =
            tryTables(trials, kind->name,
                      [&](std::size_t i) {
                          bool isSimpler = false;
                          for (const std::string_view key : simplified) {
                              for (bool again = true; again;) {
                                  again = false;
                                  TomlValue document = trials.document();
                                  const TomlEntry *entry = tableAt(document, kind->name, i).find(key);
                                  for (const TomlValue &value :
                                       entry ? simplerThan(entry->value) : std::vector<TomlValue>{}) {
                                      TomlValue candidate = trials.document();
                                      setKey(tableAt(candidate, kind->name, i), key, value);
                                      again = trials.accepts(std::move(candidate));
                                      if (again)
                                          break;
                                  }
                                  isSimpler = isSimpler || again;
                              }
                          }
                          return isSimpler;
                      })
            || hasChanged;
    return hasChanged;
}

bool roundTimes(ShrinkTrials &trials)
{
    bool hasChanged = shiftAll(trials);
    TomlValue document = trials.document();
    const std::size_t count = timesOf(document).size();
    for (std::size_t i = 0; i < count && !trials.isSpent(); ++i) {
        document = trials.document();
        const auto duration = durationOf(*timesOf(document)[i].value);
        if (!duration)
            continue;
        for (const std::string &text : rounderThan(*duration)) {
            TomlValue candidate = trials.document();
            *timesOf(candidate)[i].value = textValue(text);
            if (keepsOrder(document, candidate) && trials.accepts(std::move(candidate))) {
                hasChanged = true;
                break;
            }
        }
    }
    return hasChanged;
}

bool shortenHorizon(ShrinkTrials &trials)
{
    const Duration horizon = trials.model().horizon - Instant::start();
    for (const std::int64_t seconds :
         {1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1'200, 1'800, 3'600, 7'200, 21'600, 86'400}) {
        const Duration shorter = Duration::seconds(seconds);
        if (shorter >= horizon)
            return false;
        TomlValue candidate = trials.document();
        setKey(candidate.find(scenarioTable.name)->value, "horizon", textValue(toText(shorter)));
        if (trials.accepts(std::move(candidate)))
            return true;
    }
    return false;
}

}
