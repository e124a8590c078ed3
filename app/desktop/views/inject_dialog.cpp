#include "app/desktop/views/inject_dialog.h"

#include "app/desktop/models/text.h"
#include "app/desktop/theme.h"
#include "simulator/kernel/distribution_text.h"

#include <QComboBox>
#include <QCompleter>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

namespace daruma {

namespace {

/// A list of more places than this is no list that anybody reads: only the one that is selected is offered.
constexpr std::size_t mostPlaces = 2000;

}

InjectDialog::InjectDialog(RunPtr run, const Injection &proposal, QWidget *parent)
    : QDialog(parent)
    , m_run(std::move(run))
    , m_form(new QFormLayout(this))
    , m_kind(new QComboBox)
    , m_place(new QComboBox)
    , m_at(new QLineEdit(qt(momentKey(proposal.at))))
    , m_step(new QComboBox)
    , m_by(new QLineEdit(qt(proposal.by)))
    , m_problem(new QLabel)
{
    setWindowTitle(tr("Inject a fault"));
    m_kind->addItem(tr("panic: it crashes"), int(FaultKind::Panic));
    m_kind->addItem(tr("kill: it is ended from outside"), int(FaultKind::Kill));
    m_kind->addItem(tr("hang: it lives, and answers nothing"), int(FaultKind::Hang));
    m_kind->addItem(tr("exit: it ends by itself"), int(FaultKind::Exit));
    m_kind->addItem(tr("delay: from then on a step takes longer"), int(FaultKind::Delay));
    m_kind->setCurrentIndex(m_kind->findData(int(proposal.kind)));
    for (std::uint32_t i = 0; i < m_run->nodeCount(); ++i)
        if (m_run->nodeCount() <= mostPlaces || NodeId{i} == proposal.into)
            m_place->addItem(qt(m_run->path(NodeId{i})), i);
    m_place->setCurrentIndex(m_place->findData(proposal.into.value));
    for (const char *step : {"init", "stop", "exit_signal", "reload"})
        m_step->addItem(QLatin1String(step));
    m_problem->setWordWrap(true);
    m_problem->setStyleSheet(QStringLiteral("color: %1").arg(colors().bad.name()));
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    buttons->button(QDialogButtonBox::Ok)->setText(tr("&Inject"));
    m_form->addRow(tr("&What"), m_kind);
    m_form->addRow(tr("&Into"), m_place);
    m_form->addRow(tr("&At"), m_at);
    m_form->addRow(tr("&Step"), m_step);
    m_form->addRow(tr("&By"), m_by);
    m_form->addRow(m_problem);
    m_form->addRow(buttons);
    m_kind->setAccessibleName(tr("What is injected"));
    m_place->setAccessibleName(tr("Place"));
    m_at->setAccessibleName(tr("Moment"));
    m_step->setAccessibleName(tr("Step that takes longer"));
    m_by->setAccessibleName(tr("How much longer"));
    connect(buttons, &QDialogButtonBox::accepted, this, &InjectDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &InjectDialog::reject);
    connect(m_kind, &QComboBox::currentIndexChanged, this, &InjectDialog::showFields);
    showFields();
    m_kind->setFocus();
}

void InjectDialog::showFields()
{
    const bool isDelay = m_kind->currentData().toInt() == int(FaultKind::Delay);
    for (QWidget *field : {static_cast<QWidget *>(m_step), static_cast<QWidget *>(m_by)}) {
        field->setVisible(isDelay);
        m_form->labelForField(field)->setVisible(isDelay);
    }
    m_problem->hide();
    adjustSize();
}

Injection InjectDialog::injection() const
{
    Injection injection;
    injection.kind = FaultKind(m_kind->currentData().toInt());
    injection.into = NodeId{m_place->currentData().toUInt()};
    if (const auto at = parseDuration(m_at->text().toStdString()))
        injection.at = at->ns();
    injection.step = DelayedStep(m_step->currentIndex());
    injection.by = m_by->text().trimmed().toStdString();
    return injection;
}

QString InjectDialog::problem() const
{
    const auto at = parseDuration(m_at->text().toStdString());
    if (!at)
        return qt(at.error().message);
    if (m_run->model().horizon < Instant::start() + *at)
        return tr("The run ends at %1: that would never take place.")
            .arg(qt(momentKey((m_run->model().horizon - Instant::start()).ns())));
    if (m_kind->currentData().toInt() != int(FaultKind::Delay))
        return {};
    const auto by = parseDistribution(m_by->text().toStdString());
    return by ? QString() : qt(by.error().message);
}

void InjectDialog::accept()
{
    const QString found = problem();
    m_problem->setText(found);
    m_problem->setVisible(!found.isEmpty());
    if (found.isEmpty())
        QDialog::accept();
}

}
