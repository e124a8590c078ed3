#include "simulator/scenario/limit_reader.h"

#include "simulator/scenario/name_hints.h"

#include <fmt/format.h>

namespace daruma {

namespace {

constexpr std::int64_t secondNs = 1'000'000'000;

void readMaxRestarts(const TomlValue &value, const Dialect &dialect, RestartLimitSpec &limit,
                     Problems &problems)
{
    constexpr std::int64_t largest = RestartLimitSpec::unlimited - 1;
    const bool isUnlimited = value.isText() && meansUnlimited(value.text);
    if (value.isInteger() && value.integer == 0 && !dialect.hasZero)
        problems.error(
            value.place,
            fmt::format("the dialect \"{}\" has no `max_restarts` of 0: it is at least 1", dialect.name));
    else if (value.isInteger() && value.integer >= 0 && value.integer <= largest)
        limit.max = value.integer == 0 && dialect.zeroIsUnlimited ? RestartLimitSpec::unlimited
                                                                  : static_cast<std::uint32_t>(value.integer);
    else if (value.isInteger())
        problems.error(value.place, fmt::format("`max_restarts` lies between 0 and {}", largest),
                       dialect.hasUnlimited
                           ? "where it shall never give up, write \"unlimited\""
                           : "where it shall never give up, a large number, such as 1000000, comes close");
    else if (isUnlimited && dialect.hasUnlimited && value.text == "unlimited")
        limit.max = RestartLimitSpec::unlimited;
    else if (isUnlimited && dialect.hasUnlimited)
        problems.error(value.place, "`max_restarts` takes a whole number or \"unlimited\"",
                       didYouMean("unlimited"));
    else if (isUnlimited)
        problems.error(value.place,
                       fmt::format("the dialect \"{}\" has no unlimited `max_restarts`", dialect.name),
                       "a large number, such as 1000000, comes close");
    else
        problems.error(value.place,
                       fmt::format("`max_restarts` takes a whole number, not {}", describe(value.type)),
                       value.isText() ? "it stands without quotes" : "");
}

void readWithin(const TomlValue &value, const Dialect &dialect, RestartLimitSpec &limit, Problems &problems)
{
    if (value.isText() && (value.text == "lifetime" || meansUnlimited(value.text))) {
        if (dialect.hasLifetime)
            limit.within = Duration::never();
        else
            problems.error(
                value.place,
                fmt::format("the dialect \"{}\" has no `within` of a whole lifetime", dialect.name),
                "a long duration, such as \"3650d\", comes close");
        return;
    }
    const auto within = readDuration(value, "within", problems);
    if (!within)
        return;
    const bool isWhole = limit.stamps == WindowStamps::Exact || within->ns() % secondNs == 0;
    if (!within->isZero() && isWhole)
        limit.within = *within;
    else if (limit.stamps == WindowStamps::Exact)
        problems.error(value.place, "`within` must be longer than 0");
    else
        problems.error(value.place, fmt::format("the dialect \"{}\" counts in whole seconds: `within` is "
                                                "at least \"1s\", without a fraction",
                                                dialect.name));
}

}

void readLimit(const TableReader &table, const Dialect &dialect, RestartLimitSpec &limit)
{
    if (const TomlEntry *max = table.find("max_restarts"))
        readMaxRestarts(max->value, dialect, limit, table.problems());
    if (const TomlEntry *within = table.find("within"))
        readWithin(within->value, dialect, limit, table.problems());
}

}
