#include "simulator/scenario/toml_source.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <optional>

namespace daruma {

namespace {

Place placeOf(const toml::source_region &region)
{
    // A table that is only implied by another's header has no place of its own.
    return {std::max(1, static_cast<int>(region.begin.line)),
            std::max(1, static_cast<int>(region.begin.column))};
}

/// The library says what it was parsing when it stopped; people want to know what is wrong.
TomlSyntaxProblem explained(const toml::parse_error &error)
{
    struct Wording {
        std::string_view part;
        std::string_view message;
        std::string_view hint;
    };
    static constexpr std::array<Wording, 4> wordings{
        {{"unescaped control characters", "the quotes of this text are not closed", ""},
         {"could not determine value type", "this is no value", "texts and names stand in quotes"},
         {"expected digit, saw", "this is no number", "durations and other texts stand in quotes: \"10m\""},
         {"Encountered invalid utf-8", "not UTF-8", "save the file as UTF-8"}}};
    const std::string_view text = error.description();
    const Place place = placeOf(error.source());
    for (const Wording &wording : wordings) {
        if (text.find(wording.part) != std::string_view::npos)
            return {place, "not TOML: " + std::string(wording.message), std::string(wording.hint)};
    }
    if (const std::size_t name = text.find('\'');
        text.find("cannot redefine existing") != std::string_view::npos && name != std::string_view::npos)
        return {place, fmt::format("not TOML: {} is defined a second time", text.substr(name)), ""};
    static constexpr std::string_view before = "Error while parsing ";
    const std::size_t colon = text.find(": ");
    if (text.substr(0, before.size()) != before || colon == std::string_view::npos)
        return {place, fmt::format("not TOML: {}", text), ""};
    return {place,
            fmt::format("not TOML: in this {}: {}", text.substr(before.size(), colon - before.size()),
                        text.substr(colon + 2)),
            ""};
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

/// Finds keys of more dotted parts than any table is deep. The library would make a level of nested tables
/// of each part, and take them down by recursion.
class KeyDepth {
public:
    std::optional<TomlSyntaxProblem> findTooDeep(std::string_view text)
    {
        constexpr int maxParts = 16;
        for (m_at = 0; m_at < text.size();) {
            if (text[m_at] == '"' || text[m_at] == '\'')
                skipText(text);
            else if (text[m_at] == '#')
                m_at = std::min(text.find('\n', m_at), text.size());
            else if (readOther(text[m_at]) > maxParts)
                return TomlSyntaxProblem{
                    {m_line, 1}, fmt::format("a key has more than {} parts", maxParts), ""};
        }
        return {};
    }

private:
    void skipText(std::string_view text)
    {
        const char quote = text[m_at];
        const std::string_view three = text.substr(m_at, 3);
        const std::size_t length = three == "\"\"\"" || three == "'''" ? 3 : 1;
        const std::string_view end = text.substr(m_at, length);
        for (m_at += length; m_at < text.size() && text.substr(m_at, length) != end; ++m_at) {
            if (text[m_at] == '\n') {
                ++m_line;
                // A text of one line that is not closed: the library says so.
                if (length == 1)
                    return;
            }
            if (text[m_at] == '\\' && quote == '"' && m_at + 1 < text.size() && text[m_at + 1] != '\n')
                ++m_at;
        }
        m_at = std::min(m_at + length, text.size());
    }

    int readOther(char c)
    {
        ++m_at;
        if (c == '\n')
            ++m_line;
        if (c == '.')
            ++m_dots;
        else if (std::string_view("\n,[]{}=").find(c) != std::string_view::npos)
            m_dots = 0;
        return m_dots + 1;
    }

    std::size_t m_at = 0;
    int m_line = 1;
    int m_dots = 0;
};

}

tl::expected<TomlValue, TomlSyntaxProblem> parseToml(std::string_view text)
{
    if (auto tooDeep = KeyDepth().findTooDeep(text))
        return tl::unexpected(std::move(*tooDeep));
    try {
        const toml::table document = toml::parse(text);
        return converted(document);
    } catch (const toml::parse_error &error) {
        return tl::unexpected(explained(error));
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
        return tl::unexpected(TomlSyntaxProblem{moved(document.error().place), document.error().message, ""});
    if (document->entries.size() != 1)
        return tl::unexpected(TomlSyntaxProblem{{}, "one value is expected", ""});
    TomlValue value = std::move(document->entries.front().value);
    value.place = moved(value.place);
    return value;
}

}
