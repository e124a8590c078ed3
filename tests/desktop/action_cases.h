#pragma once

#include "app/desktop/actions.h"
#include "app/desktop/models/player.h"
#include "tests/desktop/shown_window.h"

#include <QApplication>
#include <QTimer>

#include <functional>
#include <map>

namespace daruma {

/// So much of the window as it was before something was done.
struct Before {
    Focus focus;
    std::int64_t now = 0;
    ViewWindow shown;
    double speed = 0;
    bool skipsIdle = true;
    QImage picture;
};

/// An action: what there has to be for it, and whether it did what it is for.
struct Case {
    std::function<void()> given;
    std::function<bool(const Before &)> isDone;
};

/// Every action of the window with a case, by its name.
class ActionCases : protected ShownWindow {
protected:
    std::map<QString, Case> cases();

    QTemporaryDir m_folder{QDir::tempPath() + "/actions-XXXXXX"};

    QString path(const char *name) { return m_folder.filePath(QLatin1String(name)); }
    QAction &action(const QString &id) { return *m_window->actions()[id]; }
    void trigger(const char *id)
    {
        action(QLatin1String(id)).trigger();
        m_window->wait();
    }
    Player &player() { return *m_window->findChild<Player *>(); }
    const Focus &focus() { return document().focus(); }

private:
    std::map<QString, Case> casesOfFiles();
    std::map<QString, Case> casesOfPlaying();
    std::map<QString, Case> casesOfSteps();
    std::map<QString, Case> casesOfChanges();
    std::map<QString, Case> casesOfTheTimeline();
    std::map<QString, Case> casesOfTheWindow();

    bool hasText(const char *text) { return document().source().text.find(text) != std::string::npos; }
    template <typename Wanted> bool isOpen()
    {
        const QList<Wanted *> found = m_window->findChildren<Wanted *>();
        return std::any_of(found.begin(), found.end(), [](const Wanted *one) { return one->isVisible(); });
    }

    void openFile();
    void openDatabase();
    /// Two runs more into the database.
    void record();

    /// Once a dialog is there.
    template <typename Dialog> static void answer(std::function<void(Dialog &)> act)
    {
        auto *timer = new QTimer(qApp);
        QObject::connect(timer, &QTimer::timeout, timer, [timer, act = std::move(act)] {
            auto *dialog = qobject_cast<Dialog *>(QApplication::activeModalWidget());
            if (!dialog)
                return;
            timer->deleteLater();
            timer->stop();
            act(*dialog);
        });
        timer->start(5);
    }
    void chooseFile(const char *name);
};

}
