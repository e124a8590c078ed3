#include "simulator/scenario/toml_source.h"

#include <toml++/toml.h>

#include <algorithm>

namespace daruma {

namespace {

Place placeOf(const toml::source_region &region)
{
    // A table that is only implied by another's header has no place of its own.
    return {std::max(1, static_cast<int>(region.begin.line)),
            std::max(1, static_cast<int>(region.begin.column))};
}

TomlValue converted(const toml::node &node);

void convertTable(const toml::table &table, TomlValue &value)
{
    value.type = TomlValue::Type::Table;
    value.entries.reserve(table.size());
    for (const auto &[key, child] : table)
        value.entries.push_back({std::string(key.str()), placeOf(key.source()), converted(child)});
    std::stable_sort(value.entries.begin(), value.entries.end(),
                     [](const TomlEntry &a, const TomlEntry &b) { return a.place.isBefore(b.place); });
}

TomlValue converted(const toml::node &node)
{
    TomlValue value;
    value.place = placeOf(node.source());
    switch (node.type()) {
    case toml::node_type::table:
        convertTable(*node.as_table(), value);
        break;
    case toml::node_type::array:
        value.type = TomlValue::Type::List;
        for (const toml::node &item : *node.as_array())
            value.items.push_back(converted(item));
        break;
    case toml::node_type::string:
        value.type = TomlValue::Type::Text;
        value.text = node.as_string()->get();
        break;
    case toml::node_type::integer:
        value.type = TomlValue::Type::Integer;
        value.integer = node.as_integer()->get();
        value.number = static_cast<double>(value.integer);
        break;
    case toml::node_type::floating_point:
        value.type = TomlValue::Type::Number;
        value.number = node.as_floating_point()->get();
        break;
    case toml::node_type::boolean:
        value.type = TomlValue::Type::Boolean;
        value.boolean = node.as_boolean()->get();
        break;
    default:
        value.type = TomlValue::Type::Date;
        break;
    }
    return value;
}

}

tl::expected<TomlValue, TomlSyntaxProblem> parseToml(std::string_view text)
{
    try {
        const toml::table document = toml::parse(text);
        return converted(document);
    } catch (const toml::parse_error &error) {
        std::string message(error.description());
        // The library says what it was parsing; people want to know what is wrong.
        if (const std::size_t colon = message.find(": "); message.rfind("Error while parsing", 0) == 0
                                                          && colon != std::string::npos)
            message = "in this " + message.substr(20, colon - 20) + ": " + message.substr(colon + 2);
        return tl::unexpected(TomlSyntaxProblem{placeOf(error.source()), "not TOML: " + message});
    }
}

tl::expected<TomlValue, TomlSyntaxProblem> parseTomlValue(std::string_view text)
{
    static constexpr std::string_view before = "v = ";
    auto document = parseToml(std::string(before) + std::string(text));
    const auto moved = [](Place place) {
        return Place{place.line, std::max(1, place.column - static_cast<int>(before.size())), 0};
    };
    if (!document)
        return tl::unexpected(TomlSyntaxProblem{moved(document.error().place), document.error().message});
    if (document->entries.size() != 1)
        return tl::unexpected(TomlSyntaxProblem{{}, "one value is expected"});
    TomlValue value = std::move(document->entries.front().value);
    value.place = moved(value.place);
    return value;
}

}
