#include "app/desktop/models/injection.h"

#include "simulator/kernel/duration_text.h"
#include "simulator/scenario/document.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace daruma {

namespace {

constexpr std::array<std::string_view, 4> stepNames{"init", "stop", "exit_signal", "reload"};

}

std::string_view toText(FaultKind kind)
{
    constexpr std::array<std::string_view, 6> names{"panic", "exit", "kill", "hang", "delay", "outage"};
    return names[static_cast<std::size_t>(kind)];
}

std::string momentKey(std::int64_t ns)
{
    constexpr std::int64_t second = 1'000'000'000;
    if (ns % second == 0 || ns < second)
        return toText(Duration::nanoseconds(ns));
    std::string fraction = fmt::format("{:09}", ns % second);
    fraction.erase(fraction.find_last_not_of('0') + 1);
    return fmt::format("{}.{}s", ns / second, fraction);
}

std::string withFault(const Run &run, const Injection &injection)
{
    std::string text = run.source().text;
    if (!text.empty() && text.back() != '\n')
        text += '\n';
    const auto line = [&text](std::string_view key, const TomlValue &value) {
        text += fmt::format("{:<7} = {}\n", key, valueText(value));
    };
    text += "\n[[fault]]\n";
    line("inject", textValue(toText(injection.kind)));
    line("into", textValue(run.path(injection.into)));
    if (injection.kind != FaultKind::Delay) {
        line("at", textValue(momentKey(injection.at)));
        return text;
    }
    line("on", textValue(stepNames[static_cast<std::size_t>(injection.step)]));
    line("by", textValue(injection.by));
    TomlValue between;
    between.type = TomlValue::Type::List;
    const std::int64_t end = (run.model().horizon - Instant::start()).ns();
    between.items = {textValue(momentKey(injection.at)),
                     textValue(momentKey(std::max(end, injection.at + 1)))};
    line("between", between);
    return text;
}

std::string titleOf(const Run &run, const Injection &injection)
{
    if (injection.kind == FaultKind::Delay)
        return fmt::format("{} of {} longer by {} from {}",
                           stepNames[static_cast<std::size_t>(injection.step)], run.path(injection.into),
                           injection.by, momentKey(injection.at));
    return fmt::format("{} {} at {}", toText(injection.kind), run.path(injection.into),
                       momentKey(injection.at));
}

}
