#include "resources/resources.h"

#include <QDir>
#include <QTest>

using namespace daruma;

namespace {

QByteArray read(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

}

class TestResources : public QObject {
    Q_OBJECT

private slots:
    void whatIsCompiledInIsWhatTheFilesHold_data();
    void whatIsCompiledInIsWhatTheFilesHold();
    void theSchemaIsTheFile();
};

void TestResources::whatIsCompiledInIsWhatTheFilesHold_data()
{
    QTest::addColumn<QString>("folder");
    QTest::addColumn<QString>("ending");
    QTest::addColumn<std::span<const Resource>>("table");
    QTest::newRow("help topics") << "resources/help"
                                 << ".md" << helpTopics();
    QTest::newRow("dialects") << "resources/dialects"
                              << ".toml" << dialects();
    QTest::newRow("shipped scenarios") << "scenarios"
                                       << ".toml" << shippedScenarios();
}

void TestResources::whatIsCompiledInIsWhatTheFilesHold()
{
    QFETCH(QString, folder);
    QFETCH(QString, ending);
    QFETCH(std::span<const Resource>, table);
    const QDir files(QStringLiteral(DARUMA_SOURCE_DIR "/") + folder);
    QCOMPARE(qsizetype(table.size()), files.entryList({'*' + ending}, QDir::Files).size());
    for (const Resource &resource : table) {
        const auto name = QString::fromUtf8(resource.name.data(), qsizetype(resource.name.size()));
        const QByteArray content(resource.content.data(), qsizetype(resource.content.size()));
        QCOMPARE(content, read(files.filePath(name + ending)));
    }
}

void TestResources::theSchemaIsTheFile()
{
    const QDir files(QStringLiteral(DARUMA_SOURCE_DIR "/resources"));
    const QStringList names = files.entryList({"schema*.json"}, QDir::Files);
    QVERIFY(names.size() <= 1);
    const QByteArray content(schema().data(), qsizetype(schema().size()));
    QCOMPARE(content, names.isEmpty() ? QByteArray() : read(files.filePath(names.first())));
}

QTEST_APPLESS_MAIN(TestResources)
#include "tst_resources.moc"
