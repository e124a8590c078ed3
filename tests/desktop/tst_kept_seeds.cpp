#ifndef Q_MOC_RUN
#include "app/desktop/actions.h"
#include "app/desktop/models/archive.h"
#include "app/desktop/models/loader.h"
#include "tests/desktop/shown_window.h"
#endif

#include <QFile>

using namespace daruma;

class TestKeptSeeds : public QObject, protected ShownWindow {
    Q_OBJECT

private slots:
    void initTestCase() { prepare(); }
    void init() { show(); }
    void cleanup() { m_window.reset(); }

    void theSeedOfARunIsKeptBesideItsScenario()
    {
        const QString path = m_settings.filePath(QStringLiteral("mine.toml"));
        const QString beside = m_settings.filePath(QStringLiteral("mine.seeds"));
        const auto write = [](const QString &name, const QByteArray &text) {
            QFile file(name);
            QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
        };
        const auto textOf = [](const QString &name) {
            QFile file(name);
            return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        };
        write(path, QByteArray::fromStdString(shippedSource(QStringLiteral("db-outage-30s")).text));
        write(beside, "# by hand\n7");
        QVERIFY(m_window->openFile(path));
        m_window->wait();
        document().change(QStringLiteral("supervisor.app.max_restarts"), QStringLiteral("40"));
        m_window->wait();
        for (int i = 0; i < 2; ++i)
            m_window->actions()["keep-seed"]->trigger();
        const QByteArray text = textOf(beside);
        QVERIFY2(text.startsWith("# by hand\n7\n1  # the application gives up"), text.constData());
        QVERIFY(text.contains("supervisor.app.max_restarts=40, rules version"));
        QCOMPARE(text.count('\n'), 3);
        QVERIFY(m_window->openFile(beside));
        m_window->wait();
        QCOMPARE(document().archive().keptSeeds().size(), std::size_t{2});
        // What cannot be read is left as it is.
        write(beside, "no seed\n");
        QVERIFY(document().archive().keepSeed().contains("mine.seeds"));
        QCOMPARE(textOf(beside), QByteArray("no seed\n"));
    }
};

QTEST_MAIN(TestKeptSeeds)
#include "tst_kept_seeds.moc"
