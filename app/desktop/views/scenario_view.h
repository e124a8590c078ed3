#pragma once

#include "app/desktop/views/view.h"

#include <QFileSystemWatcher>
#include <QStringList>
#include <QTimer>

#include <map>
#include <memory>
#include <string>

class QLabel;
class QListWidget;
class QSplitter;
class QToolButton;

namespace daruma {

class ScenarioEditor;

/// The text of the scenario: what is wrong with it is told while one types; Ctrl+Return runs it.
class ScenarioView : public View {
    Q_OBJECT

public:
    explicit ScenarioView(Document &document, QWidget *parent = nullptr);
    ~ScenarioView() override;

    ScenarioEditor &editor() const { return *m_editor; }
    QListWidget &problems() const { return *m_problems; }
    /// Makes a run of the text as it stands. Can be undone.
    void runText();
    /// The text as it stands, run or not.
    QString text() const;
    /// Writes it into the file that it came from, or asks before where another program wrote that. False: it
    /// came from no file.
    bool save();
    /// Says in the view where that does not work.
    bool saveTo(const QString &path);
    bool isEdited() const;
    /// Whether what the editor shows is in no file.
    bool isEditorUnsaved() const { return !isSaved(); }
    /// The names of the scenarios whose texts were typed and are in no file: that of the editor, and those of
    /// scenarios that were left for another. Who comes back to one finds it as it was.
    QStringList unsaved() const;
    QStringList unfinished() const override;
    void settle() override;

protected:
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void follow();
    void takeText();
    void check();
    void checked();
    void showProblems(const std::vector<Problem> &problems, bool areErrors);
    void showState();
    void goToProblem(int row);
    void writeSettings();
    QString fileText() const;
    bool isSaved() const;
    void watch();
    void readAgain();
    bool mayOverwrite(const QString &path);

    struct Job;
    std::unique_ptr<Job> m_job;
    bool m_isOutdated = false;
    QTimer m_later;
    QString m_taken;  ///< the text of the document that the editor's is made from
    std::string m_file;
    std::map<std::string, QString> m_drafts;  ///< of other files
    QFileSystemWatcher m_files;
    QTimer m_written;         ///< another program may still be writing
    bool m_isOnDisk = false;  ///< the scenario came from a file
    bool m_isGone = false;    ///< somebody took it away
    bool m_isOtherOnDisk = false;
    std::vector<Problem> m_found;
    ScenarioEditor *m_editor;
    QListWidget *m_problems;
    QSplitter *m_split;
    QLabel *m_state;
    QToolButton *m_run;
    QToolButton *m_take;
    QToolButton *m_write;
};

}
