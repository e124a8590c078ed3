#include "app/desktop/models/tree_model.h"

#include "app/desktop/layout/view_window.h"
#include "app/desktop/models/text.h"
#include "simulator/analysis/wording.h"
#include "simulator/kernel/expectation.h"

#include <QPoint>

#include <string_view>

namespace daruma {

namespace {

std::string_view strategyText(daruma::Strategy strategy)
{
    constexpr std::string_view names[] = {"one_for_one", "one_for_all", "rest_for_one", "simple_one_for_one"};
    return names[static_cast<std::size_t>(strategy)];
}

const SupervisorSpec &flagsOf(const Run &run, NodeId supervisor)
{
    return run.model().supervisor(run.recording().nodes[supervisor]).flags;
}

}

TreeModel::TreeModel(Document &document, QObject *parent)
    : QAbstractItemModel(parent)
    , m_document(document)
{
    connect(&document, &Document::runChanged, this, &TreeModel::refresh);
    connect(&document, &Document::cursorChanged, this, [this] {
        if (m_run && m_run->nodeCount() > 0)
            emit dataChanged(indexOf(NodeId{0}), indexOf(NodeId{0}, columnCountOfTree - 1));
    });
    refresh();
}

void TreeModel::refresh()
{
    beginResetModel();
    m_run = m_document.run();
    m_rows.assign(m_run ? m_run->nodeCount() : 0, 0);
    for (std::uint32_t n = 0; n < m_rows.size(); ++n) {
        const std::vector<NodeId> &children = m_run->children(NodeId{n});
        for (std::size_t i = 0; i < children.size(); ++i)
            m_rows[children[i].value] = static_cast<int>(i);
    }
    endResetModel();
}

NodeId TreeModel::nodeOf(const QModelIndex &index)
{
    return index.isValid() ? NodeId{static_cast<std::uint32_t>(index.internalId())} : NodeId{};
}

QModelIndex TreeModel::indexOf(NodeId node, int column) const
{
    if (!m_run || !node.isValid() || node.value >= m_rows.size())
        return {};
    return createIndex(m_rows[node.value], column, quintptr(node.value));
}

QModelIndex TreeModel::index(int row, int column, const QModelIndex &parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    if (!parent.isValid())
        return createIndex(0, column, quintptr(0));
    const NodeId child = m_run->children(nodeOf(parent))[static_cast<std::size_t>(row)];
    return createIndex(row, column, quintptr(child.value));
}

QModelIndex TreeModel::parent(const QModelIndex &child) const
{
    const NodeId node = nodeOf(child);
    return m_run && node.isValid() && node.value > 0 ? indexOf(m_run->parent(node)) : QModelIndex();
}

int TreeModel::rowCount(const QModelIndex &parent) const
{
    if (!m_run || m_run->nodeCount() == 0 || parent.column() > 0)
        return 0;
    return parent.isValid() ? static_cast<int>(m_run->children(nodeOf(parent)).size()) : 1;
}

int TreeModel::columnCount(const QModelIndex &) const
{
    return columnCountOfTree;
}

QVariant TreeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Name:
        return tr("Name");
    case State:
        return tr("State");
    case Next:
        return tr("Next");
    case Budget:
        return tr("Restarts");
    case Strategy:
        return tr("Strategy");
    default:
        return {};
    }
}

QVariant TreeModel::data(const QModelIndex &index, int role) const
{
    const NodeId node = nodeOf(index);
    if (!m_run || !node.isValid())
        return {};
    const Lane &lane = m_run->lanes()[node];
    switch (role) {
    case Qt::DisplayRole:
        switch (index.column()) {
        case Name:
            return qt(m_run->name(node));
        case State:
            return stateText(node);
        case Next:
            return nextText(node);
        case Budget:
            return budgetText(node);
        case Strategy:
            return m_run->isSupervisor(node) ? qt(strategyText(flagsOf(*m_run, node).strategy)) : QString();
        default:
            return {};
        }
    case Qt::ToolTipRole:
        return toolTip(node);
    case StateRole: {
        const Stretch *stretch = lane.after(m_document.focus().cursor);
        return stretch && stretch->isShown ? int(stretch->state) : -1;
    }
    case GaugeRole:
        if (m_run->isSupervisor(node))
            if (const auto gauge = m_run->budget(node, m_document.focus().cursor, m_document.now());
                gauge && gauge->allowed != RestartLimitSpec::unlimited)
                return QPoint(int(gauge->used), int(gauge->allowed));
        return {};
    case GaveUpRole: {
        const auto gauge = m_run->isSupervisor(node)
                               ? m_run->budget(node, m_document.focus().cursor, m_document.now())
                               : std::nullopt;
        return gauge && gauge->hasGivenUp;
    }
    case HungRole: {
        const Stretch *stretch = lane.after(m_document.focus().cursor);
        return stretch && stretch->isShown && stretch->isHung;
    }
    case SupervisorRole:
        return m_run->isSupervisor(node);
    case NodeRole:
        return node.value;
    default:
        return {};
    }
}

QString TreeModel::stateText(NodeId node) const
{
    const Stretch *stretch = m_run->lanes()[node].after(m_document.focus().cursor);
    if (!stretch || !stretch->isShown)
        return tr("not started");
    const QString state = stretch->isHung                       ? tr("hangs")
                          : stretch->state == BarState::Backoff ? tr("in backoff")
                                                                : qt(toText(stretch->state));
    return stretch->incarnation > 1 ? tr("%1 · #%2").arg(state).arg(stretch->incarnation) : state;
}

/// What this place does next, or that one of its restarts is free again before.
QString TreeModel::nextText(NodeId node) const
{
    const Stretch *next = m_run->lanes()[node].next(m_document.focus().cursor);
    const auto inTime = [this](std::int64_t t) {
        const std::int64_t in = t - m_document.now();
        const std::int64_t step = in >= 10'000'000'000  ? 100'000'000
                                  : in >= 1'000'000'000 ? 10'000'000
                                                        : 1'000'000;
        return in == 0 ? tr("now") : tr("in %1").arg(qt(shortTime(in, step)));
    };
    const auto gauge = m_run->isSupervisor(node)
                           ? m_run->budget(node, m_document.focus().cursor, m_document.now())
                           : std::nullopt;
    if (gauge && !gauge->hasGivenUp && !gauge->freeAt.isNever() && (!next || gauge->freeAt.ns() < next->t))
        return tr("free %1").arg(inTime(gauge->freeAt.ns()));
    if (!next)
        return {};
    const QString state = !next->isShown                      ? tr("removed")
                          : next->isHung                      ? tr("hangs")
                          : next->state == BarState::Starting ? tr("starts")
                          : next->state == BarState::Running  ? tr("is up")
                          : next->state == BarState::Stopping ? tr("stops")
                          : next->state == BarState::Backoff  ? tr("waits")
                                                              : tr("ends");
    return tr("%1 %2").arg(state, inTime(next->t));
}

QString TreeModel::budgetText(NodeId node) const
{
    if (!m_run->isSupervisor(node))
        return {};
    const auto gauge = m_run->budget(node, m_document.focus().cursor, m_document.now());
    if (!gauge || gauge->allowed == RestartLimitSpec::unlimited)
        return tr("no limit");
    if (gauge->hasGivenUp)
        return tr("gave up");
    return tr("%1 of %2").arg(gauge->used).arg(gauge->allowed);
}

QString TreeModel::toolTip(NodeId node) const
{
    QString text = qt(m_run->path(node)) + u'\n' + stateText(node);
    if (const QString next = nextText(node); !next.isEmpty())
        text += u'\n' + next;
    if (const Stretch *stretch = m_run->lanes()[node].after(m_document.focus().cursor);
        stretch && stretch->isShown && stretch->isHung)
        text += tr(" since %1: it does nothing by itself any more").arg(qt(momentText(stretch->t)));
    if (!m_run->isSupervisor(node))
        return text;
    text += u'\n' + qt(strategyText(flagsOf(*m_run, node).strategy));
    const auto gauge = m_run->budget(node, m_document.focus().cursor, m_document.now());
    if (!gauge || gauge->allowed == RestartLimitSpec::unlimited)
        return text;
    text += gauge->within.isNever()
                ? tr("\n%1 of %n restart(s) used", nullptr, int(gauge->allowed)).arg(gauge->used)
                : tr("\n%1 of %2 restarts used within %3")
                      .arg(gauge->used)
                      .arg(gauge->allowed)
                      .arg(qt(shortTime(gauge->within.ns())));
    if (!gauge->freeAt.isNever())
        text += tr(", the next is free in %1")
                    .arg(qt(shortTime(gauge->freeAt.ns() - m_document.now(), 1'000'000)));
    return text;
}

}
