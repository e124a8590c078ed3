#pragma once

#include "app/desktop/main_window.h"
#include "app/desktop/models/document.h"
#include "app/desktop/theme.h"
#include "app/desktop/views/timeline_view.h"

#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

namespace daruma {

/// A window as somebody has it in front of him, with settings of its own.
class ShownWindow {
protected:
    std::unique_ptr<MainWindow> m_window;
    QTemporaryDir m_settings;

    /// Once, before any window: nothing of the user's is read or written.
    void prepare()
    {
        QStandardPaths::setTestModeEnabled(true);
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_settings.path());
        prepareLook();
        applyTheme(ThemeChoice::Light);
    }

    void show()
    {
        QSettings().clear();
        m_window = std::make_unique<MainWindow>();
        m_window->resize(1280, 800);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        m_window->wait();
    }

    Document &document() { return m_window->document(); }
    TimelineView &timeline() { return m_window->timeline(); }
    void open(const char *name)
    {
        m_window->openShipped(QLatin1String(name));
        m_window->wait();
        QVERIFY(document().run());
    }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::keyClick(&timeline(), key, modifiers);
        m_window->wait();
    }
};

}
