#pragma once

#include "app/desktop/main_window.h"
#include "app/desktop/models/archive.h"
#include "app/desktop/models/campaign_job.h"
#include "app/desktop/models/document.h"
#include "app/desktop/theme.h"

#include <QPushButton>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

namespace daruma::bench {

/// A window, and a database for it with a recorded sweep of db-outage-30s, in a folder of its own.
class CampaignWindow {
protected:
    QTemporaryDir m_folder;
    QString m_recorded;
    std::unique_ptr<MainWindow> m_window;

    /// Once, before any window: nothing of the user's is read or written.
    void record(int seeds, std::vector<std::string> vary, RecordPolicy policy = RecordPolicy::Restarts)
    {
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_folder.path());
        prepareLook();
        applyTheme(ThemeChoice::Light);
        m_recorded = m_folder.filePath(QStringLiteral("recorded.db"));
        CampaignRequest request;
        request.source = shippedSource(QStringLiteral("db-outage-30s"));
        request.seeds = {1, std::uint64_t(seeds)};
        request.vary = std::move(vary);
        request.database = m_recorded;
        request.policy = policy;
        const auto campaign = runCampaign(request, {});
        QVERIFY2(campaign, campaign ? "" : qPrintable(campaign.error()));
    }

    void showWindow(QSize size)
    {
        QSettings().clear();
        m_window = std::make_unique<MainWindow>();
        m_window->resize(size);
        m_window->show();
    }

    Document &document() { return m_window->document(); }
    Archive &archive() { return document().archive(); }
    void open(const QString &path, std::optional<std::int64_t> run = {})
    {
        m_window->openFile(path, run);
        settle();
    }
    /// What is taken may begin other work.
    void settle()
    {
        for (int i = 0; i < 3; ++i)
            m_window->wait();
    }

    template <typename Wanted> Wanted *view(const char *name)
    {
        m_window->showView(QLatin1String(name));
        return qobject_cast<Wanted *>(m_window->view(QLatin1String(name)));
    }
    template <typename Wanted> static Wanted *named(QWidget *in, const QString &name)
    {
        for (Wanted *one : in->findChildren<Wanted *>())
            if (one->accessibleName() == name)
                return one;
        return nullptr;
    }
    static QPushButton *button(QWidget *in, const QString &text)
    {
        for (QPushButton *one : in->findChildren<QPushButton *>())
            if (one->text().remove(u'&') == text)
                return one;
        return nullptr;
    }
};

}
