#pragma once

#ifndef Q_MOC_RUN
#include "app/desktop/models/setting_fields.h"
#endif

#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QSlider;
class QSpinBox;
class QToolButton;

namespace daruma {

/// One key: its name, the control that changes it, and a button that takes the change back.
class SettingRow : public QWidget {
    Q_OBJECT

public:
    explicit SettingRow(const Setting &setting, QWidget *parent = nullptr);

    const QString &key() const { return m_key; }
    /// Whether the row can show that setting without being made anew.
    bool fits(const Setting &setting) const;
    /// What the user holds just now stays as it is.
    void show(const Setting &setting);

signals:
    void changed(const QString &key, const QString &value);
    void reset(const QString &key);
    /// What was held was let go: the next change is another one.
    void finished();

private:
    void addNumber(const Setting &setting);
    void addDuration();
    void addChoices(const Setting &setting);
    void addText();
    void showNumber(const Setting &setting);
    void showChoice(const Setting &setting);
    void say(const QString &value);

    QString m_key;
    SettingControl m_control;
    QString m_value;
    bool m_isShowing = false;
    QLabel *m_name;
    QToolButton *m_reset;
    QWidget *m_controls;
    QSlider *m_slider = nullptr;
    QSpinBox *m_number = nullptr;
    QComboBox *m_choice = nullptr;
    QLineEdit *m_text = nullptr;
};

}
