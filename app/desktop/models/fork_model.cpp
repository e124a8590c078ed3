#include "app/desktop/models/fork_model.h"

#include "app/desktop/models/text.h"
#include "app/desktop/models/verdict_text.h"
#include "simulator/analysis/wording.h"

#include <QRegularExpression>

namespace daruma {

namespace {

/// `db_sup.max_restarts = 5`, `panic conn at 4s`: names are told apart without what stands above them.
QString shortened(QString title)
{
    static const QRegularExpression above(QStringLiteral("[^ /]+/"));
    title.remove(above);
    for (const char *kind : {"supervisor.", "worker."})
        if (title.startsWith(QLatin1String(kind)))
            title.remove(0, qsizetype(qstrlen(kind)));
    return title;
}

}

ForkModel::ForkModel(Document &document, QObject *parent)
    : QAbstractTableModel(parent)
    , m_document(document)
    , m_forks(document.forks())
{
    connect(&document, &Document::forksChanged, this, &ForkModel::refresh);
    connect(&document, &Document::baselineChanged, this, [this] {
        if (!m_forks.empty())
            emit dataChanged(index(0, 0), index(rowCount() - 1, columnCountOfForks - 1));
    });
}

void ForkModel::refresh()
{
    beginResetModel();
    m_forks = m_document.forks();
    endResetModel();
}

int ForkModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_forks.size());
}

int ForkModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : columnCountOfForks;
}

QVariant ForkModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Number:
        return tr("#");
    case Changed:
        return tr("Changed");
    case Verdict:
        return tr("Verdict");
    case Restarts:
        return tr("Restarts");
    case End:
        return tr("Over at");
    default:
        return {};
    }
}

QVariant ForkModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const Fork &fork = m_forks[std::size_t(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return text(fork, index.column());
    case Qt::ToolTipRole:
        return toolTip(fork);
    case Qt::TextAlignmentRole:
        return index.column() == Changed || index.column() == Verdict
                   ? int(Qt::AlignLeft | Qt::AlignVCenter)
                   : int(Qt::AlignRight | Qt::AlignVCenter);
    case CurrentRole:
        return fork.run == m_document.run();
    case BaselineRole:
        return fork.run == m_document.baseline();
    case PassedRole:
        return isGood(*fork.run);
    default:
        return {};
    }
}

QString ForkModel::text(const Fork &fork, int column) const
{
    const RunResult &result = fork.run->result();
    switch (column) {
    case Number:
        return QString::number(fork.number);
    case Changed:
        return shortened(fork.title);
    case Verdict:
        // They all have the same root.
        return verdictName(*fork.run).remove(qt(fork.run->name(NodeId{0})) + u' ');
    case Restarts:
        return QStringLiteral("%L1").arg(result.restarts);
    case End:
        return qt(momentText((result.end - Instant::start()).ns()));
    default:
        return {};
    }
}

QString ForkModel::toolTip(const Fork &fork) const
{
    QStringList lines{fork.title};
    for (const Override &one : fork.run->source().overrides)
        lines += QStringLiteral("%1 = %2").arg(qt(one.key), qt(one.value));
    lines += tr("over at %1, seed %2, %L3 events")
                 .arg(text(fork, End))
                 .arg(fork.run->seed())
                 .arg(fork.run->eventCount());
    if (fork.run == m_document.run())
        lines += tr("This is the run that is shown.");
    if (fork.run == m_document.baseline())
        lines += tr("The run that is shown is compared with this one.");
    return lines.join(u'\n');
}

void ForkModel::compareWith(int row)
{
    if (row < 0 || row >= rowCount())
        return;
    const RunPtr run = m_forks[std::size_t(row)].run;
    m_document.compareWith(run == m_document.run() ? nullptr : run);
}

void ForkModel::goBackTo(int row)
{
    if (row >= 0 && row < rowCount())
        m_document.goBackTo(Fork(m_forks[std::size_t(row)]));
}

int ForkModel::currentRow() const
{
    for (int row = 0; row < rowCount(); ++row)
        if (m_forks[std::size_t(row)].run == m_document.run())
            return row;
    return -1;
}

}
