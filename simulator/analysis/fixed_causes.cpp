#include "simulator/analysis/fixed_causes.h"

#include "simulator/analysis/document_edits.h"
#include "simulator/analysis/wording.h"
#include "simulator/kernel/duration_text.h"
#include "simulator/scenario/keys.h"

#include <algorithm>
#include <map>
#include <set>

namespace daruma {

namespace {

class CauseFixer {
public:
    CauseFixer(const TomlValue &document, const Model &model, const Recording &run,
               const std::vector<OccurredCause> &causes, FixedKinds kinds)
        : m_document(document)
        , m_model(model)
        , m_run(run)
        , m_causes(causes)
        , m_kinds(kinds)
    {}

    TomlValue fixed()
    {
        m_result = m_document;
        fixStrikes();
        fixCommands();
        if (m_kinds.lifetimes)
            fixLifetimes();
        if (m_kinds.starts)
            fixStarts();
        if (TomlEntry *faults = m_result.find(faultTable.name))
            faults->value.items = std::move(m_faults);
        else if (!m_faults.empty())
            m_result.entries.push_back({std::string(faultTable.name), {}, listOf(std::move(m_faults))});
        return std::move(m_result);
    }

private:
    static TomlValue listOf(std::vector<TomlValue> items)
    {
        TomlValue list;
        list.type = TomlValue::Type::List;
        list.items = std::move(items);
        return list;
    }

    static std::string moment(const Event &event) { return toText(Duration::nanoseconds(event.t)); }

    std::string tableName(NodeId node) const
    {
        const Node &place = m_run.nodes[node];
        return std::string(m_model.texts[place.isSupervisor ? m_model.supervisors[place.definition].table
                                                            : m_model.workers[place.definition].table]);
    }

    /// The shortest text that names this node alone.
    std::string placeText(NodeId node) const
    {
        std::string table = tableName(node);
        const std::string name = m_run.nodes.name(node, m_run.texts);
        std::size_t ofTable = 0;
        std::size_t ofName = 0;
        bool isTableToo = false;
        for (std::uint32_t n = 0; n < m_run.nodes.size(); ++n) {
            const std::string other = tableName({n});
            ofTable += other == table ? 1 : 0;
            ofName += m_run.nodes.name({n}, m_run.texts) == name ? 1 : 0;
            isTableToo = isTableToo || other == name;
        }
        if (ofTable == 1)
            return table;
        return ofName == 1 && !isTableToo ? name : m_run.path(node);
    }

    bool isInFile(NodeId node) const { return node.value < m_model.nodes.size(); }

    void fixStrikes()
    {
        std::set<std::uint32_t> named;
        for (const OccurredCause &one : m_causes) {
            const Event event = m_run.events[one.event.value];
            if (one.cause.kind == CauseKind::Delay)
                m_faults.push_back(tableAt(m_result, faultTable.name, event.a));
            if (one.cause.kind != CauseKind::Strike)
                continue;
            const TomlValue original = tableAt(m_result, faultTable.name, event.a);
            TomlValue fault;
            fault.place = original.place;
            // A name belongs to one fault; of several strikes the first has it.
            for (const std::string_view key : {"name", "inject", "reason", "behaviour"}) {
                const TomlEntry *entry = original.find(key);
                if (entry && (key != "name" || named.insert(event.a).second))
                    setKey(fault, key, entry->value);
            }
            setKey(fault, "into", textValue(placeText(event.node)));
            setKey(fault, "at", textValue(moment(event)));
            if (m_model.faults[event.a].kind == FaultKind::Outage)
                setKey(fault, "lasts",
                       textValue(event.value < 0 ? "never" : toText(Duration::nanoseconds(event.value))));
            m_faults.push_back(std::move(fault));
        }
    }

    void fixCommands()
    {
        std::set<std::uint32_t> kept;
        for (const OccurredCause &one : m_causes)
            if (one.cause.kind == CauseKind::Command)
                kept.insert(one.cause.index);
        for (auto i = static_cast<std::uint32_t>(tableCount(m_result, commandTable.name)); i > 0; --i)
            if (kept.count(i - 1) == 0)
                removeTableAt(m_result, commandTable.name, i - 1);
    }

    /// Tables of whose nodes the run made some itself: what these do cannot be told apart by their table.
    std::set<std::string> tablesInMotion(CauseKind kind) const
    {
        std::set<std::string> tables;
        for (const OccurredCause &one : m_causes) {
            const Event event = m_run.events[one.event.value];
            if (one.cause.kind == kind && !isInFile(event.node))
                tables.insert(tableName(event.node));
        }
        return tables;
    }

    void fixLifetimes()
    {
        const std::set<std::string> inMotion = tablesInMotion(CauseKind::Exit);
        for (const std::string &name : tableNames(m_result, workerTable.name)) {
            if (inMotion.count(name) != 0)
                continue;
            TomlValue &worker = *namedTable(m_result, workerTable.name, name);
            removeKey(worker, "lifetime");
            removeKey(worker, "exit_reason");
        }
        for (const OccurredCause &one : m_causes) {
            const Event event = m_run.events[one.event.value];
            if (one.cause.kind == CauseKind::Exit && inMotion.count(tableName(event.node)) == 0)
                m_faults.push_back(endOfLife(event));
        }
    }

    TomlValue endOfLife(const Event &event) const
    {
        const std::string reason = toText(event.exitReason(), m_run);
        const bool isPanic = reason == "panic";
        const bool isKill = event.reason == ReasonKind::Killed;
        TomlValue fault;
        setKey(fault, "inject", textValue(isPanic ? "panic" : isKill ? "kill" : "exit"));
        setKey(fault, "into", textValue(placeText(event.node)));
        if (!isPanic && !isKill)
            setKey(fault, "reason", textValue(reason));
        setKey(fault, "at", textValue(moment(event)));
        return fault;
    }

    static TomlValue initResult(const Recording &run, const Event &event)
    {
        switch (event.kind) {
        case EventKind::Ignored:
            return textValue("ignore");
        case EventKind::Start:
            return textValue("hang");
        default:
            return textValue(toText(event.exitReason(), run));
        }
    }

    void fixStarts()
    {
        const std::set<std::string> inMotion = tablesInMotion(CauseKind::StartFailure);
        std::map<std::string, std::vector<TomlValue>> lists;
        for (const OccurredCause &one : m_causes) {
            const Event event = m_run.events[one.event.value];
            if (one.cause.kind != CauseKind::StartFailure || inMotion.count(tableName(event.node)) != 0)
                continue;
            std::vector<TomlValue> &list = lists[tableName(event.node)];
            if (list.size() < event.incarnation + 1)
                list.resize(event.incarnation + 1, textValue("ok"));
            list[event.incarnation - 1] = initResult(m_run, event);
        }
        for (const TableKind *kind : {&supervisorTable, &workerTable})
            for (const std::string &name : tableNames(m_result, kind->name)) {
                if (inMotion.count(name) != 0)
                    continue;
                TomlValue &table = *namedTable(m_result, kind->name, name);
                const auto list = lists.find(name);
                if (list == lists.end())
                    removeKey(table, "init_result");
                else
                    setKey(table, "init_result", listOf(std::move(list->second)));
            }
    }

    const TomlValue &m_document;
    const Model &m_model;
    const Recording &m_run;
    const std::vector<OccurredCause> &m_causes;
    FixedKinds m_kinds;
    TomlValue m_result;
    std::vector<TomlValue> m_faults;
};

}

TomlValue withFixedCauses(const TomlValue &document, const Model &model, const Recording &run,
                          const std::vector<OccurredCause> &causes, FixedKinds kinds)
{
    return CauseFixer(document, model, run, causes, kinds).fixed();
}

}
