#include "app/desktop/models/scenario_edit.h"

#include "simulator/scenario/document.h"
#include "simulator/scenario/overrides.h"
#include "simulator/scenario/toml_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace daruma {

namespace {

std::vector<std::string> linesOf(const std::string &text)
{
    std::vector<std::string> lines;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

/// The byte of a column, which counts characters from 1.
std::size_t byteOf(std::string_view line, int column)
{
    std::size_t at = 0;
    for (int seen = 1; seen < column && at < line.size(); ++seen)
        do
            ++at;
        while (at < line.size() && (static_cast<unsigned char>(line[at]) & 0xc0) == 0x80);
    return at;
}

/// Behind the quoted text that begins at `at`; nothing where it goes on in the next line.
std::optional<std::size_t> quoteEnd(std::string_view line, std::size_t at)
{
    const char quote = line[at];
    if (line.substr(at, 3) == std::string(3, quote))
        return {};
    for (std::size_t i = at + 1; i < line.size(); ++i) {
        if (quote == '"' && line[i] == '\\')
            ++i;
        else if (line[i] == quote)
            return i + 1;
    }
    return {};
}

/// Behind the value that begins at `at`; nothing where it goes on in the next line.
std::optional<std::size_t> valueEnd(std::string_view line, std::size_t at)
{
    int depth = 0;
    for (std::size_t i = at; i < line.size(); ++i) {
        const char c = line[i];
        if (c == '"' || c == '\'') {
            const auto end = quoteEnd(line, i);
            if (!end || depth == 0)
                return end;
            i = *end - 1;
        } else if (c == '[' || c == '{') {
            ++depth;
        } else if (c == ']' || c == '}') {
            if (--depth == 0)
                return i + 1;
        } else if (depth == 0 && (c == ' ' || c == '\t' || c == '#' || c == '\r')) {
            return i;
        }
    }
    return depth == 0 ? std::optional(line.size()) : std::nullopt;
}

/// Writes what one document has more than the other into the lines that the other was read from.
class Editor {
public:
    explicit Editor(const std::string &text)
        : m_lines(linesOf(text))
    {}

    /// Whether all of it could be written.
    bool write(const TomlValue &from, const TomlValue &to)
    {
        if (const TomlEntry *scenario = to.find("scenario"))
            writeScenario(from.find("scenario"), scenario->value);
        for (const char *kind : {"supervisor", "worker"}) {
            const TomlEntry *before = from.find(kind);
            if (const TomlEntry *after = to.find(kind); before && after)
                for (const TomlEntry &table : after->value.entries)
                    if (const TomlEntry *known = before->value.find(table.key))
                        writeTable(known->value, table.value);
        }
        for (const char *kind : {"fault", "expect"}) {
            const TomlEntry *before = from.find(kind);
            if (const TomlEntry *after = to.find(kind); before && after)
                for (std::size_t i = 0; i < before->value.items.size(); ++i)
                    writeTable(before->value.items[i], after->value.items[i]);
        }
        return m_isPossible;
    }

    /// From the bottom up, so that the numbers of lines stay true.
    std::string text()
    {
        std::stable_sort(m_new.begin(), m_new.end(),
                         [](const auto &a, const auto &b) { return a.first > b.first; });
        for (const auto &[behind, line] : m_new)
            m_lines.insert(m_lines.begin() + behind, line);
        std::string text;
        for (std::size_t i = 0; i < m_lines.size(); ++i)
            text += (i > 0 ? "\n" : "") + m_lines[i];
        return text;
    }

private:
    void writeScenario(const TomlEntry *before, const TomlValue &after)
    {
        if (before)
            return writeTable(before->value, after);
        std::string table = "[scenario]\n";
        for (const TomlEntry &entry : after.entries)
            table += fmt::format("{} = {}\n", entry.key, valueText(entry.value));
        m_new.emplace_back(0, std::move(table));
    }

    void writeTable(const TomlValue &before, const TomlValue &after)
    {
        // A name that the file leaves out is made of other keys: where these change it has to be written.
        const auto isChange = [&before](const TomlEntry &entry) {
            const TomlEntry *known = before.find(entry.key);
            return known ? valueText(known->value) != valueText(entry.value) : entry.key != "name";
        };
        if (std::none_of(after.entries.begin(), after.entries.end(), isChange))
            return;
        for (const TomlEntry &entry : after.entries) {
            const TomlEntry *known = before.find(entry.key);
            if (!known)
                add(before, entry);
            else if (isChange(entry))
                replace(*known, entry);
        }
    }

    void replace(const TomlEntry &before, const TomlEntry &after)
    {
        const auto row = static_cast<std::size_t>(before.value.place.line - 1);
        if (row >= m_lines.size() || before.value.place.line != before.place.line) {
            m_isPossible = false;
            return;
        }
        std::string &line = m_lines[row];
        const std::size_t at = byteOf(line, before.value.place.column);
        const auto end = valueEnd(line, at);
        if (end)
            line.replace(at, *end - at, valueText(after.value));
        m_isPossible = m_isPossible && end;
    }

    void add(const TomlValue &table, const TomlEntry &entry)
    {
        int behind = table.place.line;
        std::size_t width = 0;
        for (const TomlEntry &known : table.entries) {
            behind = std::max(behind, known.value.place.line);
            const auto row = static_cast<std::size_t>(known.place.line - 1);
            if (row < m_lines.size())
                width = std::max(width, std::min(m_lines[row].find(" ="), std::size_t{24}));
        }
        m_new.emplace_back(std::min<std::ptrdiff_t>(behind, std::ptrdiff_t(m_lines.size())),
                           fmt::format("{:<{}} = {}", entry.key, width, valueText(entry.value)));
    }

    std::vector<std::string> m_lines;
    std::vector<std::pair<std::ptrdiff_t, std::string>> m_new;  ///< behind so many lines
    bool m_isPossible = true;
};

/// Without the names that the reader gives by itself.
std::string plainText(TomlValue document)
{
    for (const char *kind : {"fault", "expect"}) {
        const std::vector<std::string> names = defaultNames(document, kind);
        TomlEntry *list = document.find(kind);
        for (std::size_t i = 0; list && i < list->value.items.size() && i < names.size(); ++i) {
            const TomlEntry *name = list->value.items[i].find("name");
            if (name && name->value.text == names[i])
                removeKey(list->value.items[i], "name");
        }
    }
    return scenarioText(document);
}

}

std::string withSettings(const RunSource &source)
{
    std::vector<Override> overrides = source.overrides;
    if (source.seed)
        overrides.push_back({"scenario.seed", std::to_string(*source.seed)});
    if (overrides.empty() && source.dialect.empty())
        return source.text;
    const auto wanted = scenarioDocument(source.text, overrides, source.dialect);
    const auto written = parseToml(source.text);
    if (!wanted || !written)
        return source.text;
    Editor editor(source.text);
    if (editor.write(*written, *wanted)) {
        std::string text = editor.text();
        const auto read = scenarioDocument(text);
        if (read && scenarioText(*read) == scenarioText(*wanted))
            return text;
    }
    return plainText(*wanted);
}

std::vector<Override> settingsOver(const TomlValue &before, const TomlValue &after,
                                   std::vector<Override> settings)
{
    const auto textAt = [](const KeyPlace &place) {
        return place.value ? valueText(*place.value) : std::string();
    };
    std::erase_if(settings, [&](const Override &one) {
        const KeyPlace now = placeOf(after, one.key);
        return !now.table || textAt(now) != textAt(placeOf(before, one.key));
    });
    return settings;
}

}
