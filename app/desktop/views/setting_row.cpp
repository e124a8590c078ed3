#include "app/desktop/views/setting_row.h"

#include "app/desktop/models/text.h"
#include "app/desktop/theme.h"
#include "simulator/kernel/duration_text.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QScopedValueRollback>
#include <QSlider>
#include <QSpinBox>
#include <QStandardItemModel>
#include <QToolButton>

#include <algorithm>

namespace daruma {

namespace {

/// What a slider reaches at least; where the value is large, some times that.
constexpr int leastReach = 50;
constexpr int leastReachOfSeconds = 120;
constexpr int reachFactor = 3;
constexpr int mostNumber = 1'000'000'000;

/// Whole seconds, rounded down; nothing where the text is no duration.
std::optional<int> secondsOf(const QString &text)
{
    const auto duration = parseDuration(text.toStdString());
    if (!duration || duration->isNever())
        return {};
    return int(std::min<std::int64_t>(duration->ns() / 1'000'000'000, mostNumber));
}

}

SettingRow::SettingRow(const Setting &setting, QWidget *parent)
    : QWidget(parent)
    , m_key(qt(setting.key))
    , m_control(setting.control)
    , m_name(new QLabel(qt(setting.name)))
    , m_reset(new QToolButton)
    , m_controls(new QWidget)
{
    m_name->setMinimumWidth(86);
    m_reset->setIcon(icon(QStringLiteral("reset")));
    m_reset->setAutoRaise(true);
    m_reset->setAccessibleName(tr("%1 as the file has it").arg(qt(setting.name)));
    auto *controls = new QHBoxLayout(m_controls);
    controls->setContentsMargins(0, 0, 0, 0);
    switch (setting.control) {
    case SettingControl::Number:
        addNumber(setting);
        break;
    case SettingControl::Duration:
        addDuration();
        break;
    case SettingControl::Choice:
        addChoices(setting);
        break;
    case SettingControl::Text:
        addText();
        break;
    }
    for (QWidget *control : m_controls->findChildren<QWidget *>(QString(), Qt::FindDirectChildrenOnly)) {
        control->setAccessibleName(qt(setting.name));
        control->setObjectName(qt(setting.name) + QLatin1Char('-')
                               + QLatin1String(control->metaObject()->className()));
    }
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_name);
    layout->addWidget(m_controls, 1);
    layout->addWidget(m_reset);
    connect(m_reset, &QToolButton::clicked, this, [this] { emit reset(m_key); });
    show(setting);
}

bool SettingRow::fits(const Setting &setting) const
{
    return m_key == qt(setting.key) && m_control == setting.control
           && (!m_choice || m_choice->count() == int(setting.choices.size()));
}

void SettingRow::say(const QString &value)
{
    if (m_isShowing || value == m_value || value.isEmpty())
        return;
    m_value = value;
    emit changed(m_key, value);
}

void SettingRow::addNumber(const Setting &setting)
{
    m_slider = new QSlider(Qt::Horizontal);
    m_number = new QSpinBox;
    // The least of the box means "unlimited" where there is such a thing.
    m_number->setRange(setting.hasUnlimited ? setting.least - 1 : setting.least, mostNumber);
    if (setting.hasUnlimited)
        m_number->setSpecialValueText(QStringLiteral("unlimited"));
    m_number->setFixedWidth(86);
    m_slider->setRange(setting.least, leastReach);
    m_controls->layout()->addWidget(m_slider);
    m_controls->layout()->addWidget(m_number);
    connect(m_slider, &QSlider::sliderReleased, this, &SettingRow::finished);
    connect(m_number, &QSpinBox::editingFinished, this, &SettingRow::finished);
    connect(m_slider, &QSlider::valueChanged, this, [this](int value) {
        if (m_isShowing)
            return;
        const QScopedValueRollback showing(m_isShowing, true);
        m_number->setValue(value);
        m_isShowing = false;
        say(QString::number(value));
    });
    connect(m_number, &QSpinBox::valueChanged, this, [this](int value) {
        const bool isUnlimited = !m_number->specialValueText().isEmpty() && value == m_number->minimum();
        say(isUnlimited ? QStringLiteral("unlimited") : QString::number(value));
    });
}

void SettingRow::addDuration()
{
    m_slider = new QSlider(Qt::Horizontal);
    m_slider->setRange(1, leastReachOfSeconds);
    addText();
    m_text->setFixedWidth(86);
    static_cast<QHBoxLayout *>(m_controls->layout())->insertWidget(0, m_slider);
    connect(m_slider, &QSlider::sliderReleased, this, &SettingRow::finished);
    connect(m_slider, &QSlider::valueChanged, this, [this](int seconds) {
        if (m_isShowing)
            return;
        const QString text = qt(toText(Duration::seconds(seconds)));
        m_text->setText(text);
        say(text);
    });
}

void SettingRow::addChoices(const Setting &setting)
{
    m_choice = new QComboBox;
    for (const Setting::Choice &choice : setting.choices) {
        m_choice->addItem(qt(choice.name));
        if (choice.refusal.empty())
            continue;
        const int row = m_choice->count() - 1;
        static_cast<QStandardItemModel *>(m_choice->model())->item(row)->setEnabled(false);
        m_choice->setItemData(row, qt(choice.refusal), Qt::ToolTipRole);
    }
    m_controls->layout()->addWidget(m_choice);
    connect(m_choice, &QComboBox::textActivated, this, &SettingRow::say);
}

void SettingRow::addText()
{
    m_text = new QLineEdit;
    m_controls->layout()->addWidget(m_text);
    connect(m_text, &QLineEdit::editingFinished, this, [this] {
        if (m_text->isModified())
            say(m_text->text().trimmed());
        m_text->setModified(false);
        emit finished();
    });
}

void SettingRow::show(const Setting &setting)
{
    const QScopedValueRollback showing(m_isShowing, true);
    m_value = qt(setting.value);
    QString tip = qt(setting.help);
    if (setting.isChanged)
        tip += u'\n'
               + (setting.inText.empty() ? tr("The file does not say it.")
                                         : tr("The file has %1.").arg(qt(setting.inText)));
    if (!setting.refusal.empty())
        tip = qt(setting.refusal);
    setToolTip(tip);
    m_controls->setEnabled(setting.refusal.empty());
    m_reset->setEnabled(setting.isChanged);
    m_reset->setToolTip(setting.isChanged ? tr("As the file has it") : QString());
    QFont font = m_name->font();
    font.setWeight(setting.isChanged ? QFont::DemiBold : QFont::Normal);
    m_name->setFont(font);
    if (m_number)
        showNumber(setting);
    if (m_choice)
        showChoice(setting);
    if (m_text && !(m_text->hasFocus() && m_text->isModified()))
        m_text->setText(m_value);
    if (m_text)
        m_text->setPlaceholderText(tr("none"));
    if (const auto seconds = secondsOf(m_value); m_slider && m_text && seconds && !m_slider->isSliderDown()) {
        m_slider->setMaximum(std::max({leastReachOfSeconds, m_slider->maximum(), *seconds * reachFactor}));
        m_slider->setValue(*seconds);
    }
}

void SettingRow::showNumber(const Setting &setting)
{
    bool isNumber = false;
    const int value = qt(setting.value).toInt(&isNumber);
    if (m_slider->isSliderDown())
        return;
    if (isNumber) {
        if (!m_number->hasFocus() || m_number->value() != value)
            m_number->setValue(value);
        const qint64 reach = std::min<qint64>(qint64{value} * reachFactor, mostNumber);
        m_slider->setMaximum(std::max({leastReach, m_slider->maximum(), int(reach)}));
        m_slider->setValue(value);
    } else if (setting.hasUnlimited) {
        m_number->setValue(m_number->minimum());
        m_slider->setValue(m_slider->maximum());
    }
}

void SettingRow::showChoice(const Setting &)
{
    m_choice->setCurrentIndex(m_choice->findText(m_value));
}

}
