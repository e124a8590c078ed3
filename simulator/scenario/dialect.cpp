#include "simulator/scenario/dialect.h"

#include "resources/resources.h"
#include "simulator/kernel/invariant_checker.h"
#include "simulator/scenario/behaviour_reader.h"
#include "simulator/scenario/commands.h"
#include "simulator/scenario/dialect_log.h"
#include "simulator/scenario/dialect_options.h"
#include "simulator/scenario/dialect_rules.h"
#include "simulator/scenario/limit_reader.h"
#include "simulator/scenario/name_hints.h"
#include "simulator/scenario/toml_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace daruma {

namespace {

using Names = std::vector<std::string>;

constexpr std::string_view correctedMark = ":corrected";
/// As much as a scenario may have.
constexpr std::size_t mostDialectBytes = std::size_t{1} << 20;

class DialectReader {
public:
    DialectReader(const TomlValue &document, const Names &correct, Dialect &dialect, Problems &problems)
        : m_table(document, {}, "the dialect", dialectTable, problems)
        , m_correct(correct)
        , m_dialect(dialect)
        , m_problems(problems)
    {}

    std::optional<std::string> base() const { return m_table.text("extends"); }

    void read()
    {
        m_dialect.name = m_table.text("name").value_or("");
        m_dialect.title = m_table.text("title").value_or("");
        m_table.text("about");
        m_table.text("system");
        if (const auto shape = m_table.choice<Shape>("shape"))
            m_dialect.rules.shape = *shape;
        else if (!m_table.has("extends"))
            m_problems.error(
                {}, "the dialect lacks the key `shape`",
                fmt::format("it is {}, or comes with `extends = \"otp\"`", quotedList(shapeNames())));
        readPromises();
        if (const auto accepts = tableNamed("accepts", dialectAcceptsTable))
            readAccepts(*accepts);
        if (const auto rules = tableNamed("rules", dialectRulesTable))
            readRules(*rules);
        if (const auto defaults = tableNamed("defaults", dialectDefaultsTable))
            readDefaults(*defaults);
        for (const TableReader &rule : tablesNamed("rule", dialectRuleTable))
            for (const std::string_view key : {"axis", "rule", "source"})
                rule.text(key);
        for (const TableReader &difference : tablesNamed("difference", dialectDifferenceTable))
            for (const std::string_view key : {"there", "here"})
                difference.text(key);
        for (const TableReader &defect : tablesNamed("defect", dialectDefectTable))
            readDefect(defect);
        m_dialect.log =
            readLogBook(tablesNamed("log", dialectLogTable), tableNamed("log_words", dialectLogWordsTable),
                        m_dialect.rules.shape, m_dialect.log);
    }

private:
    std::optional<TableReader> tableNamed(std::string_view key, const TableKind &kind) const
    {
        const TomlEntry *entry = m_table.find(key);
        if (!entry)
            return {};
        if (entry->value.isTable())
            return TableReader(entry->value, entry->place, std::string(kind.title), kind, m_problems);
        m_problems.error(entry->value.place,
                         fmt::format("`{}` is a table, not {}", key, describe(entry->value.type)),
                         fmt::format("write {}", kind.title));
        return {};
    }

    std::vector<TableReader> tablesNamed(std::string_view key, const TableKind &kind) const
    {
        std::vector<TableReader> tables;
        const TomlEntry *entry = m_table.find(key);
        if (!entry)
            return tables;
        if (!entry->value.isList())
            m_problems.error(entry->value.place, fmt::format("`{}` is a list of tables", key),
                             fmt::format("write {}", kind.title));
        for (const TomlValue &item : entry->value.items) {
            if (item.isTable())
                tables.emplace_back(item, item.place, std::string(kind.title), kind, m_problems);
            else
                m_problems.error(item.place,
                                 fmt::format("`{}` lists tables, not {}", key, describe(item.type)));
        }
        return tables;
    }

    /// The bits of the names in a list, where `names` tells the bit of each.
    std::uint32_t bitsOf(const TableReader &table, std::string_view key,
                         const std::vector<std::string_view> &names) const
    {
        std::uint32_t bits = 0;
        for (const TomlValue *item : table.names(key)) {
            const auto found = std::find(names.begin(), names.end(), item->text);
            if (found != names.end())
                bits |= 1U << static_cast<unsigned>(found - names.begin());
            else
                m_problems.error(item->place, fmt::format("`{}` has no value \"{}\"", key, item->text),
                                 didYouMean(closestName(item->text, names)));
        }
        return bits;
    }

    static std::vector<std::string_view> choicesOf(std::string_view key)
    {
        const auto choices = dialectDefaultsTable.find(key)->choices;
        return {choices.begin(), choices.end()};
    }

    void readPromises()
    {
        if (!m_table.has("promises"))
            return;
        std::vector<std::string_view> names;
        for (const InvariantRow &row : invariants())
            names.push_back(row.name);
        m_dialect.promises = bitsOf(m_table, "promises", names);
    }

    void readAccepts(const TableReader &accepts)
    {
        if (accepts.has("strategies"))
            m_dialect.strategies = bitsOf(accepts, "strategies", choicesOf("strategy"));
        if (accepts.has("restart_types"))
            m_dialect.restartTypes = bitsOf(accepts, "restart_types", choicesOf("restart"));
        if (accepts.has("commands"))
            readCommands(accepts);
        if (accepts.has("options"))
            m_dialect.options = bitsOf(accepts, "options", dialectOptionNames());
        const auto number = [&](std::string_view key, std::uint32_t &value) {
            if (const auto read = accepts.wholeNumber(key))
                value = static_cast<std::uint32_t>(std::min<std::uint64_t>(*read, 0xffff'ffff));
        };
        number("least_children", m_dialect.leastChildren);
        number("most_children", m_dialect.mostChildren);
        const auto flag = [&](std::string_view key, bool &value) {
            value = accepts.trueOrFalse(key).value_or(value);
        };
        flag("limit", m_dialect.hasLimit);
        if (!m_dialect.hasLimit)
            m_dialect.limit = {.max = RestartLimitSpec::unlimited, .within = Duration::never()};
        flag("unlimited", m_dialect.hasUnlimited);
        flag("lifetime", m_dialect.hasLifetime);
        flag("zero", m_dialect.hasZero);
        flag("zero_is_unlimited", m_dialect.zeroIsUnlimited);
        flag("shutdown", m_dialect.hasShutdown);
        flag("brutal_kill", m_dialect.hasBrutalKill);
        flag("auto_shutdown", m_dialect.hasAutoShutdown);
        flag("ignore", m_dialect.hasIgnore);
        flag("duplicate_ids", m_dialect.hasDuplicateIds);
        flag("starts_supervisors", m_dialect.startsSupervisors);
    }

    void readCommands(const TableReader &accepts)
    {
        m_dialect.commands = 1U << static_cast<unsigned>(CommandKind::Shutdown);
        const auto known = commandTable.find("do")->choices;
        for (const TomlValue *item : accepts.names("commands")) {
            const auto kind = commandNamed(item->text);
            if (kind)
                m_dialect.commands |= 1U << static_cast<unsigned>(*kind);
            else
                m_problems.error(item->place, fmt::format("no command \"{}\" is known", item->text),
                                 didYouMean(closestName(item->text, {known.begin(), known.end()})));
        }
    }

    void readRules(const TableReader &rules)
    {
        for (const DialectAxis &axis : dialectAxes()) {
            const auto choice = rules.oneOf(axis.key.name);
            if (!choice)
                continue;
            if (!axis.matters(m_dialect.rules.shape))
                m_problems.error(rules.placeOf(axis.key.name),
                                 fmt::format("the shape \"{}\" does not look at `{}`",
                                             toText(m_dialect.rules.shape), axis.key.name),
                                 "it looks at " + axesOf(m_dialect.rules.shape));
            axis.choice.set(m_dialect, *choice);
        }
    }

    static std::string axesOf(Shape shape)
    {
        std::string list;
        for (const DialectAxis &axis : dialectAxes())
            if (axis.matters(shape))
                list += (list.empty() ? "`" : ", `") + std::string(axis.key.name) + "`";
        return list;
    }

    void readDefaults(const TableReader &defaults)
    {
        m_dialect.strategy = defaults.choice<Strategy>("strategy").value_or(m_dialect.strategy);
        m_dialect.autoShutdown =
            defaults.choice<AutoShutdown>("auto_shutdown").value_or(m_dialect.autoShutdown);
        m_dialect.restart = defaults.choice<RestartType>("restart").value_or(m_dialect.restart);
        m_dialect.shutdown = defaults.shutdown("shutdown").value_or(m_dialect.shutdown);
        m_dialect.shutdownOfSupervisors =
            defaults.shutdown("shutdown_of_supervisors").value_or(m_dialect.shutdownOfSupervisors);
        if (const auto backoff = readBackoff(defaults, "backoff", m_dialect.backoff))
            m_dialect.backoff = backoff;
        if (const auto pause = readBackoff(defaults, "pause"))
            m_dialect.pause = *pause;
        readLimit(defaults, m_dialect, m_dialect.limit);
    }

    void readDefect(const TableReader &table)
    {
        DialectDefect defect;
        defect.name = table.text("name").value_or("");
        defect.about = table.text("about").value_or("");
        defect.scenario = table.text("scenario").value_or("");
        table.text("source");
        const TomlEntry *corrected = table.find("corrected");
        if (corrected && !corrected->value.isTable()) {
            m_problems.error(corrected->value.place, fmt::format("`corrected` takes a table of rules, not {}",
                                                                 describe(corrected->value.type)));
        } else if (corrected) {
            const TableReader rules(corrected->value, corrected->place, "`corrected`", dialectRulesTable,
                                    m_problems);
            Dialect asItIs = m_dialect;
            readRules(rules);
            if (!isToBeCorrected(defect.name))
                m_dialect = std::move(asItIs);
        }
        defect.isMended = isToBeCorrected(defect.name);
        m_dialect.defects.push_back(std::move(defect));
    }

    bool isToBeCorrected(const std::string &name) const
    {
        return std::any_of(m_correct.begin(), m_correct.end(),
                           [&](const std::string &one) { return one == "*" || one == name; });
    }

    TableReader m_table;
    const Names &m_correct;
    Dialect &m_dialect;
    Problems &m_problems;
};

std::vector<Problem> inFile(std::vector<Problem> problems, const std::string &file)
{
    for (Problem &problem : problems)
        problem.file = problem.file.empty() ? file : problem.file;
    return problems;
}

Problem plain(std::string message, std::string hint = {})
{
    Problem problem;
    problem.message = std::move(message);
    problem.hint = std::move(hint);
    return problem;
}

/// What an unknown name may have meant.
std::string hintFor(const std::string &name, const std::vector<std::string_view> &known)
{
    const std::string base = name.substr(0, name.find(':'));
    if (std::find(known.begin(), known.end(), base) != known.end())
        return fmt::format(
            "\"{0}:corrected\" is {0} without its defects, \"{0}:corrected:A+B\" without A and B", base);
    const std::string_view close = closestName(base, known);
    return close.empty() ? "`daruma dialects` lists those that are; a file of your own is named by its path, "
                           "\"./ours.toml\""
                         : didYouMean(close);
}

/// `A+B` behind `NAME:corrected:`, or all where nothing stands behind.
Names correctionsOf(std::string_view text)
{
    if (text.empty())
        return {"*"};
    Names names;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find('+', at), text.size());
        names.emplace_back(text.substr(at, end - at));
        at = end + 1;
    }
    return names;
}

}

tl::expected<Dialect, std::vector<Problem>> readDialect(std::string_view text, const std::string &file,
                                                        const std::string &folder, const Names &correct)
{
    static const std::vector<Problems::Source> noOverrides;
    Problems problems(text, noOverrides);
    const auto document = parseToml(text);
    if (!document) {
        problems.error(document.error().place, document.error().message, document.error().hint);
        return tl::unexpected(inFile(problems.takeErrors(), file));
    }
    Dialect dialect;
    DialectReader reader(*document, correct, dialect, problems);
    if (const auto base = reader.base()) {
        // A dialect that extends itself would be read for ever; those that ship extend nothing but others.
        Dialects dialects(folder);
        std::vector<Problem> reasons;
        const Dialect *found = nullptr;
        if (base->find('/') == std::string::npos)
            found = dialects.find(*base, reasons);
        else
            reasons.push_back(plain("`extends` names a shipped dialect, not a file"));
        for (const Problem &reason : reasons)
            problems.error(document->find("extends")->value.place, reason.message, reason.hint);
        if (found)
            dialect = *found;
    }
    reader.read();
    if (problems.hasErrors())
        return tl::unexpected(inFile(problems.takeErrors(), file));
    return dialect;
}

Dialects::Dialects(std::string folder, std::vector<DialectText> kept)
    : m_folder(std::move(folder))
    , m_kept(std::move(kept))
{}

bool isDialectPath(std::string_view name)
{
    return name.find('/') != std::string_view::npos || withoutCorrections(name).ends_with(".toml");
}

std::string_view withoutCorrections(std::string_view name)
{
    const std::size_t at = name.find(correctedMark);
    const std::string_view behind =
        at == std::string_view::npos ? name : name.substr(at + correctedMark.size());
    const bool isCorrected = behind.empty() || (behind.front() == ':' && behind.size() > 1);
    return at != std::string_view::npos && isCorrected ? name.substr(0, at) : name;
}

const DialectText *Dialects::fileNamed(const std::string &name, std::vector<Problem> &problems)
{
    const auto isMeant = [&](const DialectText &one) { return one.name == name; };
    if (const auto read = std::find_if(m_files.begin(), m_files.end(), isMeant); read != m_files.end())
        return &*read;
    if (const auto kept = std::find_if(m_kept.begin(), m_kept.end(), isMeant); kept != m_kept.end())
        return &m_files.emplace_back(*kept);
    const std::filesystem::path path = std::filesystem::path(m_folder) / name;
    std::ifstream file(path, std::ios::binary);
    std::error_code failed;
    if (!file || std::filesystem::is_directory(path, failed)) {
        problems.push_back(plain(fmt::format("the dialect file \"{}\" cannot be read", path.string())));
        return nullptr;
    }
    std::string text(mostDialectBytes + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (text.size() > mostDialectBytes) {
        problems.push_back(
            plain(fmt::format("the dialect file \"{}\" has more than the {} bytes that one may have",
                              path.string(), mostDialectBytes)));
        return nullptr;
    }
    return &m_files.emplace_back(DialectText{name, path.lexically_normal().string(), std::move(text)});
}

const Dialect *Dialects::find(const std::string &name, std::vector<Problem> &problems)
{
    if (const auto known = m_known.find(name); known != m_known.end())
        return known->second.get();
    const bool isPath = isDialectPath(name);
    const std::string system(withoutCorrections(name));
    Names correct;
    if (system.size() < name.size()) {
        const std::string_view behind = std::string_view(name).substr(system.size() + correctedMark.size());
        correct = correctionsOf(behind.empty() ? behind : behind.substr(1));
    }
    std::string text;
    if (isPath) {
        const DialectText *file = fileNamed(system, problems);
        if (!file)
            return nullptr;
        text = file->text;
    } else {
        const auto shipped = dialects();
        const auto found = std::find_if(shipped.begin(), shipped.end(),
                                        [&](const Resource &one) { return one.name == system; });
        if (found == shipped.end()) {
            std::vector<std::string_view> names;
            for (const Resource &one : shipped)
                names.push_back(one.name);
            problems.push_back(
                plain(fmt::format("the dialect \"{}\" is not known", name), hintFor(system, names)));
            return nullptr;
        }
        text = found->content;
    }
    auto dialect = readDialect(text, isPath ? system : system + ".toml", m_folder, correct);
    if (!dialect) {
        problems.insert(problems.end(), dialect.error().begin(), dialect.error().end());
        return nullptr;
    }
    for (const std::string &mended : correct) {
        std::vector<std::string_view> known;
        for (const DialectDefect &defect : dialect->defects)
            known.push_back(defect.name);
        if (mended == "*" || std::find(known.begin(), known.end(), mended) != known.end())
            continue;
        problems.push_back(plain(fmt::format("the dialect \"{}\" has no defect \"{}\"", system, mended),
                                 known.empty() ? "" : "it has " + quotedList(known)));
        return nullptr;
    }
    dialect->name = name;
    return m_known.emplace(name, std::make_unique<Dialect>(std::move(*dialect))).first->second.get();
}

}
