#include "simulator/scenario/faults.h"

#include "simulator/kernel/duration_text.h"
#include "simulator/scenario/behaviour_reader.h"
#include "simulator/scenario/name_hints.h"
#include "simulator/scenario/table_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

namespace daruma {

namespace {

struct Verb {
    std::string_view text;
    EventKind event;
};
constexpr std::array<Verb, 9> verbs{{{"starts", EventKind::Start},
                                     {"is up", EventKind::Started},
                                     {"started", EventKind::Started},
                                     {"exits", EventKind::Exit},
                                     {"restarts", EventKind::Restart},
                                     {"stops", EventKind::Stop},
                                     {"is killed", EventKind::Kill},
                                     {"gives up", EventKind::GaveUp},
                                     {"fails to start", EventKind::InitFailed}}};

/// The kind of fault that a key belongs to; all others have it not.
struct OwnKey {
    std::string_view key;
    FaultKind kind;
    bool isRequired;
};
constexpr std::array<OwnKey, 5> ownKeys{{{"reason", FaultKind::Exit, false},
                                         {"on", FaultKind::Delay, true},
                                         {"by", FaultKind::Delay, true},
                                         {"lasts", FaultKind::Outage, true},
                                         {"behaviour", FaultKind::Outage, false}}};

constexpr std::array<std::string_view, 6> kindNames{"panic", "exit", "kill", "hang", "delay", "outage"};

class FaultReader {
public:
    FaultReader(const TableReader &table, const SelectorTable &selectors, Model &model)
        : m_table(table)
        , m_selectors(selectors)
        , m_model(model)
        , m_problems(table.problems())
    {}

    Fault read()
    {
        const auto kind = m_table.choice<FaultKind>("inject");
        m_fault.kind = kind.value_or(FaultKind::Panic);
        if (const auto into = m_table.text("into")) {
            const TomlValue &value = m_table.find("into")->value;
            m_fault.into = readSelector(value, 0, *into, m_selectors, m_problems);
        }
        if (kind)
            checkKeys();
        readTime(kind.value_or(FaultKind::Delay) != FaultKind::Delay);
        readBounds();
        readKindKeys();
        return std::move(m_fault);
    }

private:
    void checkKeys()
    {
        for (const OwnKey &own : ownKeys) {
            const std::string_view name = kindNames[static_cast<std::size_t>(own.kind)];
            if (own.kind != m_fault.kind && m_table.has(own.key))
                m_problems.error(m_table.placeOf(own.key),
                                 fmt::format("`{}` belongs to inject = \"{}\", not to \"{}\"", own.key, name,
                                             kindNames[static_cast<std::size_t>(m_fault.kind)]));
            else if (own.kind == m_fault.kind && own.isRequired && !m_table.has(own.key))
                m_problems.error(
                    m_table.place(),
                    fmt::format("a fault with inject = \"{}\" needs the key `{}`", name, own.key),
                    own.key == "lasts" ? "lasts = \"never\" is an outage for good" : "");
        }
    }

    void readTime(bool isNeeded)
    {
        std::vector<std::string_view> given;
        for (const std::string_view key : {"at", "every", "when"}) {
            if (m_table.has(key))
                given.push_back(key);
        }
        // A delay waits for its target to take the step; a moment of its own would have no meaning.
        if (!given.empty() && m_table.has("inject") && m_fault.kind == FaultKind::Delay)
            m_problems.error(m_table.placeOf(given[0]), fmt::format("a delay has no `{}`", given[0]),
                             "it lengthens each of the steps that `on` names; `between` bounds it");
        else if (given.size() > 1)
            m_problems.error(m_table.placeOf(given[1]),
                             fmt::format("a fault has one of `at`, `every` and `when`, not `{}` and `{}`",
                                         given[0], given[1]));
        if (given.empty() && isNeeded)
            m_problems.error(m_table.place(), "a fault needs one of `at`, `every` and `when`",
                             "such as at = \"2m\"");
        if (const auto at = m_table.duration("at"))
            m_fault.at = Instant::start() + *at;
        if (const auto every = m_table.distribution("every")) {
            if (every->isZero())
                m_problems.error(m_table.find("every")->value.place, "`every` must be longer than 0");
            m_fault.every = every;
        }
        if (m_table.has("when"))
            readTrigger();
        if (m_table.has("after") && !m_table.has("when"))
            m_problems.error(m_table.placeOf("after"), "`after` belongs to `when`");
    }

    void readTrigger()
    {
        Fault::Trigger trigger;
        const auto text = m_table.text("when");
        const TomlValue &value = m_table.find("when")->value;
        const auto after = m_table.distribution("after");
        if (!text)
            return;
        const Verb *verb = nullptr;
        for (const Verb &candidate : verbs) {
            const std::string ending = " " + std::string(candidate.text);
            if (text->size() > ending.size()
                && text->compare(text->size() - ending.size(), ending.size(), ending) == 0)
                verb = &candidate;
        }
        if (!verb) {
            reportVerb(value);
            return;
        }
        const std::string node = text->substr(0, text->size() - verb->text.size() - 1);
        trigger.node = readSelector(value, 0, node, m_selectors, m_problems);
        trigger.event = verb->event;
        if (after)
            trigger.after = *after;
        m_fault.when = std::move(trigger);
    }

    void reportVerb(const TomlValue &value)
    {
        std::string known;
        for (const Verb &verb : verbs)
            known += fmt::format("{}\"{}\"", known.empty() ? "" : ", ", verb.text);
        const std::size_t blank = value.text.find(' ');
        std::vector<std::string_view> names;
        names.reserve(std::size(verbs));
        for (const Verb &verb : verbs)
            names.push_back(verb.text);
        std::string_view close;
        if (blank != std::string::npos)
            close = closestName(std::string_view(value.text).substr(blank + 1), names);
        m_problems.error(value.place, "`when` is a node and what happens to it, such as \"db starts\"",
                         close.empty()
                             ? "there are " + known
                             : fmt::format("did you mean \"{} {}\"?", value.text.substr(0, blank), close));
    }

    void readBounds()
    {
        if (const auto between = m_table.moments("between")) {
            m_fault.from = Instant::start() + between->first;
            m_fault.until = Instant::start() + between->second;
        }
        if (m_table.has("between") && m_table.has("at"))
            m_problems.error(m_table.placeOf("between"),
                             "`between` bounds `every` and `when`; `at` is one moment");
        if (const auto chance = m_table.number("chance"))
            m_fault.chance = Chance::fromDouble(*chance);
        if (const auto count = m_table.wholeNumber("count"))
            m_fault.count = static_cast<std::uint32_t>(std::min<std::uint64_t>(*count, 0xffff'ffffU));
        if (const auto pick = m_table.wholeNumber("pick"))
            m_fault.pick = static_cast<std::uint32_t>(std::min<std::uint64_t>(*pick, 0xffff'ffffU));
        // It has no moments at which to pick anew: each step of each target comes at its own time.
        if (m_table.has("pick") && m_table.has("inject") && m_fault.kind == FaultKind::Delay)
            m_problems.error(m_table.placeOf("pick"), "a delay has no `pick`",
                             "`chance` makes it befall some of the steps");
    }

    void readKindKeys()
    {
        if (m_fault.kind == FaultKind::Exit)
            m_fault.reason = {ReasonKind::Panic, {}};
        if (const auto reason = readFaultReason(m_table, m_model.texts))
            m_fault.reason = *reason;
        if (const auto step = m_table.choice<DelayedStep>("on"))
            m_fault.step = *step;
        if (const auto by = m_table.distribution("by")) {
            if (by->isNever())
                m_problems.error(m_table.find("by")->value.place, "a delay ends: `by` is not \"never\"",
                                 "inject = \"hang\" is a delay without an end");
            m_fault.by = *by;
        }
        if (const auto lasts = m_table.distribution("lasts"))
            m_fault.lasts = *lasts;
        m_fault.outage = defaultBehaviour();
        if (m_fault.kind != FaultKind::Outage)
            return;
        if (const auto behaviour = behaviourTableOf(m_table)) {
            m_fault.outage = readBehaviour(*behaviour, m_model.texts, false);
            m_fault.replaces = replacedBehaviours(*behaviour);
        } else {
            m_fault.outage.initResult = Choice<InitResult>(InitResult{InitResultKind::Error, {}});
            m_fault.replaces.initResult = true;
        }
    }

    const TableReader &m_table;
    const SelectorTable &m_selectors;
    Model &m_model;
    Problems &m_problems;
    Fault m_fault;
};

void checkName(const TableReader &table, const std::string &name, std::map<std::string, int> &known)
{
    const TomlEntry *given = table.find("name");
    if (!given)
        return;
    if (name.empty()) {
        table.problems().error(given->value.place, "a `name` cannot be empty");
        return;
    }
    const auto [first, isNew] = known.emplace(name, given->place.line);
    if (!isNew)
        table.problems().error(
            given->value.place,
            fmt::format("another fault has the name \"{}\" (line {})", name, first->second),
            "names tell faults and their random streams apart");
}

}

Selector readSelector(const TomlValue &value, std::size_t offset, std::string_view text,
                      const SelectorTable &selectors, Problems &problems)
{
    Selector selector = selectors.resolve(text);
    if (selectors.canEverMatch(selector))
        return selector;
    const std::string close = problems.wantsHints() ? selectors.closest(text).value_or("") : "";
    const bool isGlob = text.find_first_of("*?") != std::string_view::npos;
    const std::string message =
        selector.definition != 0xffff'ffffU
            ? fmt::format("\"{}\" is a template, and no start_child makes a node from it", text)
        : isGlob ? fmt::format("\"{}\" can never match a node", text)
                 : fmt::format("\"{}\" names no node", text);
    problems.errorInside(value, offset, message,
                         close.empty() || isGlob
                             ? "it takes a table's name, a path such as \"app/web\", or a glob "
                               "such as \"app/web/*\" or \"pool[*]\""
                             : didYouMean(close));
    return selector;
}

void readFaults(const std::vector<PlacedTable> &tables, const std::vector<std::string> &names,
                const SelectorTable &selectors, Model &model, Problems &problems)
{
    std::map<std::string, int> known;
    for (std::size_t i = 0; i < tables.size(); ++i) {
        const TableReader table(*tables[i].table, tables[i].place, "[[fault]]", faultTable, problems);
        const std::string name = table.text("name").value_or(names[i]);
        checkName(table, name, known);
        Fault fault = FaultReader(table, selectors, model).read();
        fault.name = model.texts.intern(name);
        fault.nameHash = nameHash(name);
        fault.place = tables[i].order;
        if (fault.at && *fault.at > model.horizon)
            problems.warning(table.placeOf("at"),
                             fmt::format("this fault never takes place: the run ends at {}",
                                         toText(model.horizon - Instant::start())));
        model.faults.push_back(std::move(fault));
    }
}

}
