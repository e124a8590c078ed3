#include "simulator/scenario/tree.h"

#include "simulator/scenario/name_hints.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

namespace daruma {

namespace {

class TreeBuilder {
public:
    TreeBuilder(Drafts &drafts, const std::set<std::string, std::less<>> &started, Model &model,
                Problems &problems)
        : m_drafts(drafts)
        , m_started(started)
        , m_model(model)
        , m_problems(problems)
    {}

    bool build()
    {
        link();
        reportDoubled();
        reportCircles();
        findRoot();
        checkNodeLimit();
        for (Draft &draft : m_drafts.all) {
            if (draft.definition.isSupervisor)
                listChildren(draft);
        }
        if (!m_drafts.root || m_hasTooManyNodes)
            return false;
        addNodes();
        return true;
    }

private:
    struct Doubled {
        std::size_t parent;
        const TomlValue *entry;
        std::size_t child;
    };

    void link()
    {
        for (std::size_t parent = 0; parent < m_drafts.all.size(); ++parent) {
            for (const TomlValue *entry : m_drafts.all[parent].children) {
                const auto known = m_drafts.byName.find(entry->text);
                if (known == m_drafts.byName.end()) {
                    reportUnknownChild(*entry);
                    continue;
                }
                Draft &child = m_drafts.all[known->second];
                if (child.listedAt) {
                    m_doubled.push_back({parent, entry, known->second});
                } else {
                    child.listedAt = entry;
                    child.parent = parent;
                }
            }
        }
    }

    void reportUnknownChild(const TomlValue &entry)
    {
        const std::string_view close =
            m_problems.wantsHints() ? m_drafts.closest(entry.text) : std::string_view();
        if (Draft *meant = m_drafts.find(close); meant && !close.empty())
            meant->isMistyped = true;
        m_problems.error(entry.place, fmt::format("no table [worker.{0}] or [supervisor.{0}]", entry.text),
                         didYouMean(close));
    }

    /// The entry makes `child` its own ancestor.
    bool closesCircle(const Doubled &doubled) const
    {
        std::size_t at = doubled.parent;
        for (std::size_t steps = 0; steps <= m_drafts.all.size(); ++steps) {
            if (at == doubled.child)
                return true;
            if (!m_drafts.all[at].listedAt)
                return false;
            at = m_drafts.all[at].parent;
        }
        return false;
    }

    void reportDoubled()
    {
        for (const Doubled &doubled : m_doubled) {
            const Draft &child = m_drafts.all[doubled.child];
            const Draft &first = m_drafts.all[child.parent];
            if (closesCircle(doubled)) {
                m_problems.error(doubled.entry->place,
                                 fmt::format("\"{}\" stands above {} already: a circle", child.name,
                                             m_drafts.all[doubled.parent].table.title()));
                continue;
            }
            m_problems.error(doubled.entry->place,
                             fmt::format("\"{}\" is listed already by {} (line {})", child.name,
                                         first.table.title(), child.listedAt->place.line),
                             "every node has one parent; `count` makes several children of one table");
        }
    }

    void reportCircles()
    {
        enum class State : std::uint8_t { New, OnWay, Done };
        std::vector<State> states(m_drafts.all.size(), State::New);
        for (std::size_t begin = 0; begin < m_drafts.all.size(); ++begin) {
            std::vector<std::size_t> way;
            std::size_t at = begin;
            while (states[at] == State::New && m_drafts.all[at].listedAt) {
                states[at] = State::OnWay;
                way.push_back(at);
                at = m_drafts.all[at].parent;
            }
            if (states[at] == State::OnWay)
                reportCircle({std::find(way.begin(), way.end(), at), way.end()});
            for (const std::size_t passed : way)
                states[passed] = State::Done;
            if (states[at] == State::New)
                states[at] = State::Done;
        }
    }

    /// Each of the drafts is listed by the next, the last by the first.
    void reportCircle(const std::vector<std::size_t> &circle)
    {
        constexpr std::size_t maxNamed = 6;
        const auto last =
            std::max_element(circle.begin(), circle.end(), [this](std::size_t a, std::size_t b) {
                return m_drafts.all[a].listedAt->place.isBefore(m_drafts.all[b].listedAt->place);
            });
        const auto offset = static_cast<std::size_t>(last - circle.begin());
        std::string way;
        for (std::size_t i = 0; i < std::min(circle.size(), maxNamed); ++i)
            way += fmt::format("{}\"{}\"", i == 0 ? "" : ", which is a child of ",
                               m_drafts.all[circle[(offset + i) % circle.size()]].name);
        if (circle.size() > maxNamed)
            way += fmt::format(", and so on over {} supervisors", circle.size() - maxNamed);
        else
            way += fmt::format(", which is a child of \"{}\"", m_drafts.all[*last].name);
        m_problems.error(m_drafts.all[*last].listedAt->place, "a circle: " + way,
                         "one of them must be listed by a supervisor outside of the circle");
        m_hasCircle = true;
    }

    void findRoot()
    {
        bool hasSupervisor = false;
        const bool areListsBroken = m_drafts.areListsBroken();
        for (std::size_t i = 0; i < m_drafts.all.size(); ++i) {
            Draft &draft = m_drafts.all[i];
            hasSupervisor = hasSupervisor || draft.definition.isSupervisor;
            if (!draft.definition.isSupervisor || draft.listedAt || m_started.count(draft.name) != 0)
                continue;
            if (!m_drafts.root) {
                m_drafts.root = i;
            } else if (!draft.isMistyped && !areListsBroken) {
                const Draft &root = m_drafts.all[*m_drafts.root];
                m_problems.error(
                    draft.table.place(),
                    fmt::format("a second root: neither {} nor {} (line {}) is anyone's child",
                                draft.table.title(), root.table.title(), root.table.place().line),
                    "list one of them in the `children` of a supervisor, or name it in a start_child");
            }
        }
        if (m_drafts.root || m_hasCircle)
            return;
        m_problems.error({},
                         hasSupervisor ? "no root: every supervisor is someone's child"
                                       : "no [supervisor.NAME]: a scenario has at least a root supervisor",
                         hasSupervisor ? "the root is the one supervisor that neither a `children` nor a "
                                         "start_child names"
                                       : "begin with [supervisor.app] and children = []");
    }

    /// In file order, so that the `count` at which it is too much is the one that is named.
    void checkNodeLimit()
    {
        std::uint64_t nodes = 0;
        for (const Draft &draft : m_drafts.all) {
            nodes += draft.count;
            if (nodes <= m_model.limits.nodes)
                continue;
            const TomlEntry *count = draft.definition.isSupervisor ? nullptr : draft.table.find("count");
            m_problems.error(
                count ? count->value.place : draft.table.place(),
                fmt::format("more than {} nodes, the limit of a scenario", m_model.limits.nodes));
            m_hasTooManyNodes = true;
            return;
        }
    }

    void listChildren(const Draft &parent)
    {
        SupervisorDefinition &supervisor = m_model.supervisors[parent.definition.definition];
        const bool isSimple = supervisor.flags.strategy == Strategy::SimpleOneForOne;
        std::map<std::string, const Draft *, std::less<>> ids;
        m_allowsDuplicates = parent.dialect->hasDuplicateIds;
        for (const TomlValue *entry : parent.children) {
            Draft *child = m_drafts.find(entry->text);
            if (!child || child->listedAt != entry)
                continue;
            ChildSpec &spec = specOf(m_model, child->definition);
            checkSignificant(*child, spec, supervisor.flags, parent.dialect, parent.table.title(),
                             m_problems);
            if (child->backoff)
                spec.backoff = addBackoff(supervisor.flags, *child->backoff, child->table.placeOf("backoff"),
                                          m_problems);
            const bool isNew = checkId(*child, *entry, ids);
            supervisor.flags.hasDuplicateIds = supervisor.flags.hasDuplicateIds || !isNew;
            if (!m_hasTooManyNodes)
                addChildren(*child, spec, supervisor, isSimple);
        }
        checkIndexedIds(ids);
        if (isSimple)
            checkTemplate(parent);
    }

    /// Whether no child before has that id.
    bool checkId(const Draft &child, const TomlValue &entry,
                 std::map<std::string, const Draft *, std::less<>> &ids)
    {
        const std::string id(m_model.texts[specOf(m_model, child.definition).id.text]);
        const auto [known, isNew] = ids.emplace(id, &child);
        if (!isNew && !m_allowsDuplicates)
            m_problems.error(entry.place,
                             fmt::format("{} and {} have the same id \"{}\" under one supervisor",
                                         known->second->table.title(), child.table.title(), id),
                             "give one of them another `id`");
        return isNew;
    }

    /// An id such as "db[1]" beside the children that `count` makes of "db".
    void checkIndexedIds(const std::map<std::string, const Draft *, std::less<>> &ids)
    {
        for (const auto &[id, draft] : ids) {
            const std::size_t bracket = id.rfind('[');
            if (bracket == std::string::npos || id.back() != ']')
                continue;
            const auto counted = ids.find(id.substr(0, bracket));
            const std::string index = id.substr(bracket + 1, id.size() - bracket - 2);
            const bool isNumber = !index.empty() && index.size() < 8
                                  && index.find_first_not_of("0123456789") == std::string::npos;
            if (counted == ids.end() || counted->second->count < 2 || !isNumber)
                continue;
            if (std::stoul(index) < counted->second->count && std::to_string(std::stoul(index)) == index)
                m_problems.error(
                    draft->listedAt->place,
                    fmt::format("the id \"{}\" is also one of those that {} makes by its `count`", id,
                                counted->second->table.title()),
                    "give one of them another `id`");
        }
    }

    void addChildren(const Draft &child, const ChildSpec &spec, SupervisorDefinition &supervisor,
                     bool isSimple)
    {
        const std::uint32_t copies = isSimple ? 1 : child.count;
        for (std::uint32_t i = 0; i < copies; ++i) {
            ChildSpec copy = spec;
            copy.key = static_cast<std::uint32_t>(supervisor.flags.children.size());
            if (copies > 1)
                copy.id.index = i;
            supervisor.flags.children.push_back(copy);
            supervisor.listed.push_back(child.definition);
        }
    }

    void checkTemplate(const Draft &parent)
    {
        if (parent.children.size() != 1)
            m_problems.error(parent.table.placeOf("children"),
                             fmt::format("{} is simple_one_for_one: its `children` hold one template, not {}",
                                         parent.table.title(), parent.children.size()),
                             "start_child commands make the children from it");
        for (const TomlValue *entry : parent.children) {
            const Draft *child = m_drafts.find(entry->text);
            if (child && child->listedAt == entry && child->count > 1)
                m_problems.error(child->table.placeOf("count"),
                                 fmt::format("the template of the simple_one_for_one {} has no `count`",
                                             parent.table.title()),
                                 "start_child commands make the children from it, one each");
        }
    }

    void addNodes()
    {
        const Draft &root = m_drafts.all[*m_drafts.root];
        struct Level {
            NodeId node;
            std::size_t depth;
        };
        NodeTable &nodes = m_model.nodes;
        nodes.add({}, specOf(m_model, root.definition).id, m_model.texts);
        setDefinition(NodeId{0}, root.definition);
        std::vector<Level> open{{NodeId{0}, 1}};
        while (!open.empty()) {
            const Level level = open.back();
            open.pop_back();
            const SupervisorDefinition &supervisor = m_model.supervisor(nodes[level.node]);
            if (supervisor.flags.strategy == Strategy::SimpleOneForOne)
                continue;
            if (level.depth >= maxTreeDepth && !supervisor.listed.empty()) {
                reportDepth(supervisor);
                return;
            }
            const NodeId first{static_cast<std::uint32_t>(nodes.size())};
            Node &above = nodes.change(level.node);
            above.firstChild = first;
            above.childCount = static_cast<std::uint32_t>(supervisor.listed.size());
            const std::vector<ChildId> ids = pathIds(supervisor.flags);
            for (std::size_t i = 0; i < supervisor.listed.size(); ++i)
                setDefinition(nodes.add(level.node, ids[i], m_model.texts), supervisor.listed[i]);
            // The stack gives back the last one first: the children are visited in start order.
            for (std::size_t i = supervisor.listed.size(); i-- > 0;) {
                const NodeId child{first.value + static_cast<std::uint32_t>(i)};
                if (supervisor.listed[i].isSupervisor)
                    open.push_back({child, level.depth + 1});
            }
        }
    }

    /// Paths tell siblings apart, also where a dialect lets them share an id: the second "db" is "db(2)".
    std::vector<ChildId> pathIds(const SupervisorSpec &flags)
    {
        std::vector<ChildId> ids;
        if (!flags.hasDuplicateIds) {
            for (const ChildSpec &child : flags.children)
                ids.push_back(child.id);
            return ids;
        }
        std::map<ChildId, std::uint32_t> known;
        for (const ChildSpec &child : flags.children) {
            const std::uint32_t number = ++known[child.id];
            if (number == 1)
                ids.push_back(child.id);
            else
                ids.push_back(
                    {m_model.texts.intern(fmt::format("{}({})", idText(child.id, m_model.texts), number))});
        }
        return ids;
    }

    void reportDepth(const SupervisorDefinition &supervisor)
    {
        const Draft *draft = m_drafts.find(m_model.texts[supervisor.table]);
        m_problems.error(
            draft->table.placeOf("children"),
            fmt::format("the tree is deeper than {} levels, the limit of a scenario", maxTreeDepth));
    }

    void setDefinition(NodeId node, SupervisorDefinition::Listed definition)
    {
        Node &place = m_model.nodes.change(node);
        place.definition = definition.definition;
        place.isSupervisor = definition.isSupervisor;
    }

    Drafts &m_drafts;
    const std::set<std::string, std::less<>> &m_started;
    Model &m_model;
    Problems &m_problems;
    std::vector<Doubled> m_doubled;
    bool m_hasCircle = false;
    bool m_hasTooManyNodes = false;
    bool m_allowsDuplicates = false;  ///< of the supervisor whose children are listed
};

bool isSame(const BackoffSpec &a, const BackoffSpec &b)
{
    return std::tie(a.first, a.cap, a.resetAfter, a.factorThousandths, a.jitterThousandths)
           == std::tie(b.first, b.cap, b.resetAfter, b.factorThousandths, b.jitterThousandths);
}

}

bool buildTree(Drafts &drafts, const std::set<std::string, std::less<>> &started, Model &model,
               Problems &problems)
{
    return TreeBuilder(drafts, started, model, problems).build();
}

std::uint8_t addBackoff(SupervisorSpec &flags, const BackoffSpec &backoff, Place place, Problems &problems)
{
    constexpr std::size_t maxBackoffs = 250;
    const auto known = std::find_if(flags.backoffs.begin(), flags.backoffs.end(),
                                    [&](const BackoffSpec &other) { return isSame(other, backoff); });
    const auto index = static_cast<std::size_t>(known - flags.backoffs.begin());
    if (index >= maxBackoffs) {
        problems.error(place,
                       fmt::format("more than {} different backoffs under one supervisor", maxBackoffs));
        return ChildSpec::noBackoff;
    }
    if (known == flags.backoffs.end())
        flags.backoffs.push_back(backoff);
    return static_cast<std::uint8_t>(index);
}

void checkSignificant(const Draft &child, const ChildSpec &spec, const SupervisorSpec &parent,
                      const Dialect *dialect, std::string_view parentTitle, Problems &problems)
{
    if (!spec.significant)
        return;
    if (dialect && !dialect->hasAutoShutdown)
        problems.error(child.table.placeOf("significant"),
                       fmt::format("the dialect \"{}\" of {} has no `significant` children", dialect->name,
                                   parentTitle));
    else if (parent.autoShutdown == AutoShutdown::Never)
        problems.error(child.table.placeOf("significant"),
                       fmt::format("{} is significant, but its supervisor {} has auto_shutdown = \"never\"",
                                   child.table.title(), parentTitle),
                       "set auto_shutdown to \"any_significant\" or \"all_significant\" there");
    else if (spec.restart == RestartType::Permanent)
        problems.error(
            child.table.placeOf("significant"),
            fmt::format("{} is significant and permanent: it could never end", child.table.title()),
            "give it restart = \"transient\" or \"temporary\"");
}

}
