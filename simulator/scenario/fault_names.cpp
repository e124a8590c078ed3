#include "simulator/scenario/faults.h"
#include "simulator/scenario/keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

namespace daruma {

namespace {

std::string_view textOf(const TomlValue &table, std::string_view key)
{
    const TomlEntry *entry = table.find(key);
    return entry && entry->value.isText() ? std::string_view(entry->value.text) : std::string_view();
}

std::string defaultFaultName(const TomlValue &table)
{
    std::string name(textOf(table, "inject"));
    for (const auto &[key, before] : {std::pair{"into", " "}, std::pair{"at", " at "},
                                      std::pair{"every", " every "}, std::pair{"when", " when "}}) {
        if (const std::string_view value = textOf(table, key); !value.empty())
            name += std::string(before) + std::string(value);
    }
    return name;
}

/// An expression on one line, of a length that a list of names can bear.
std::string shortened(std::string text)
{
    constexpr std::size_t mostBytes = 60;
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
    text.erase(std::unique(text.begin(), text.end(), [](char a, char b) { return a == ' ' && b == ' '; }),
               text.end());
    text.erase(0, std::min(text.find_first_not_of(' '), text.size()));
    text.erase(text.find_last_not_of(' ') + 1);
    if (text.size() <= mostBytes)
        return text;
    std::size_t cut = mostBytes;
    const auto continues = [&](std::size_t at) {
        return (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
    };
    while (cut > 0 && continues(cut))
        --cut;
    return text.substr(0, cut) + "\u2026";
}

std::string defaultExpectationName(const TomlValue &table)
{
    for (const std::string_view form : {"always", "never", "finally", "sometimes"}) {
        if (const std::string_view expression = textOf(table, form); !expression.empty())
            return shortened(fmt::format("{} {}", form, expression));
    }
    const std::string_view expression = textOf(table, "eventually");
    const std::string_view within = textOf(table, "within");
    const std::string_view whenever = textOf(table, "whenever");
    if (expression.empty())
        return {};
    std::string name = shortened(std::string(expression));
    if (!within.empty())
        name += fmt::format(" within {}", within);
    return whenever.empty() ? name : fmt::format("{}, whenever {}", name, shortened(std::string(whenever)));
}

std::vector<std::string> namesOf(const TomlValue &document, std::string_view kind,
                                 std::string (*defaultName)(const TomlValue &))
{
    std::vector<std::string> names;
    const TomlEntry *tables = document.find(kind);
    if (!tables)
        return names;
    std::set<std::string> taken;
    for (const TomlValue &table : tables->value.items)
        taken.emplace(textOf(table, "name"));
    std::map<std::string, int> lastNumber;
    for (const TomlValue &table : tables->value.items) {
        std::string name(textOf(table, "name"));
        if (name.empty()) {
            const std::string first = defaultName(table);
            int &number = lastNumber.try_emplace(first, 0).first->second;
            do
                name = ++number == 1 ? first : fmt::format("{} #{}", first, number);
            while (!taken.insert(name).second);
        }
        names.push_back(std::move(name));
    }
    return names;
}

}

std::vector<std::string> faultNames(const TomlValue &document)
{
    return namesOf(document, faultTable.name, defaultFaultName);
}

std::vector<std::string> expectationNames(const TomlValue &document)
{
    return namesOf(document, expectTable.name, defaultExpectationName);
}

}
