#pragma once

#ifndef Q_MOC_RUN
#include "app/desktop/models/injection.h"
#endif

#include <QDialog>

#include <vector>

class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;

namespace daruma {

/// Asks for a fault at a moment of a run: what is to happen, to whom and when.
class InjectDialog : public QDialog {
    Q_OBJECT

public:
    InjectDialog(RunPtr run, const Injection &proposal, QWidget *parent = nullptr);

    /// As it stands; only once the dialog was accepted it is sure to be in order.
    Injection injection() const;
    void accept() override;

private:
    void showFields();
    QString problem() const;

    RunPtr m_run;
    QFormLayout *m_form;
    QComboBox *m_kind;
    QComboBox *m_place;
    QLineEdit *m_at;
    QComboBox *m_step;
    QLineEdit *m_by;
    QLabel *m_problem;
};

}
