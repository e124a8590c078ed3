#pragma once

#include "app/desktop/views/view.h"

class QGridLayout;
class QLabel;
class QVBoxLayout;

namespace daruma {

class SettingRow;
struct Setting;

/// The settings of the place that is selected. Each change makes the run again at once; the verdict stands
/// above, with what it was.
class SettingsView : public View {
    Q_OBJECT

public:
    explicit SettingsView(Document &document, QWidget *parent = nullptr);

private:
    void refresh();
    void showVerdict();
    void showPlace(NodeId node);
    void showSettings(const std::vector<Setting> &settings);
    void showChanges();
    void showProblems(const std::vector<Problem> &problems);
    NodeId place() const;

    QLabel *m_verdict;
    QLabel *m_before;
    QLabel *m_problems;
    QLabel *m_place;
    QLabel *m_hint;
    QVBoxLayout *m_rowsLayout;
    std::vector<SettingRow *> m_rows;
    QLabel *m_changesTitle;
    QGridLayout *m_changes;
};

}
