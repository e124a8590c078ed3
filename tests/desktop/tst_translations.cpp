#ifndef Q_MOC_RUN
#include "app/desktop/models/document.h"
#include "app/desktop/view_table.h"
#include "app/desktop/views/view.h"
#include "resources/resources.h"
#include "tests/desktop/campaign_window.h"
#endif

#include <QAbstractButton>
#include <QComboBox>
#include <QDirIterator>
#include <QDockWidget>
#include <QHeaderView>
#include <QLabel>
#include <QLibraryInfo>
#include <QLineEdit>
#include <QMenu>
#include <QProcess>
#include <QRegularExpression>
#include <QSet>
#include <QTableView>
#include <QTest>
#include <QTranslator>
#include <QXmlStreamReader>

using namespace daruma;

namespace {

constexpr QChar sign(u'¤');

/// Marks whatever is asked for, and remembers it.
class Marker final : public QTranslator {
public:
    QString translate(const char *context, const char *text, const char *, int) const override
    {
        m_asked.insert({QString::fromUtf8(context), QString::fromUtf8(text)});
        return sign + QString::fromUtf8(text);
    }
    bool isEmpty() const override { return false; }
    const QSet<std::pair<QString, QString>> &asked() const { return m_asked; }

private:
    mutable QSet<std::pair<QString, QString>> m_asked;
};

/// Numbers, signs and keys are the same in any language.
bool hasWords(const QString &text)
{
    static const QRegularExpression word(QStringLiteral("[a-zA-Z]{3}"));
    return text.contains(word);
}

QString folder(const char *name)
{
    return QStringLiteral(DARUMA_SOURCE_DIR "/") + QLatin1String(name);
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Context and text of all that a file of translations has.
QSet<std::pair<QString, QString>> textsOf(const QByteArray &translations)
{
    QSet<std::pair<QString, QString>> texts;
    QXmlStreamReader xml(translations);
    QString context;
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement)
            continue;
        if (xml.name() == QLatin1String("name"))
            context = xml.readElementText();
        else if (xml.name() == QLatin1String("source"))
            texts.insert({context, xml.readElementText()});
    }
    return texts;
}

}

/// All words of the window can be had in another language, and numbers have the right form in this one.
class TestTranslations : public QObject, bench::CampaignWindow {
    Q_OBJECT

    QList<QPair<QString, QString>> m_shown;  ///< where, and what

    void note(const QObject &of, const QString &text)
    {
        if (hasWords(text))
            m_shown.append({QLatin1String(of.metaObject()->className()) + u' ' + of.objectName(), text});
    }

    void noteHeaders(const QTableView &table)
    {
        for (int i = 0; table.model() && i < table.model()->columnCount(); ++i)
            note(table, table.model()->headerData(i, Qt::Horizontal).toString());
    }

    void noteTexts(QWidget &widget)
    {
        note(widget, widget.toolTip());
        note(widget, widget.accessibleName());
        if (const auto *label = qobject_cast<QLabel *>(&widget))
            note(widget, label->text());
        if (const auto *button = qobject_cast<QAbstractButton *>(&widget))
            note(widget, button->text());
        if (const auto *line = qobject_cast<QLineEdit *>(&widget))
            note(widget, line->placeholderText());
        if (const auto *dock = qobject_cast<QDockWidget *>(&widget))
            note(widget, dock->windowTitle());
        if (const auto *menu = qobject_cast<QMenu *>(&widget))
            note(widget, menu->title());
        if (const auto *table = qobject_cast<QTableView *>(&widget))
            noteHeaders(*table);
        for (const auto *box = qobject_cast<QComboBox *>(&widget); box && !box->isEditable(); box = nullptr)
            for (int i = 0; i < box->count(); ++i)
                note(widget, box->itemText(i));
    }

    /// Names of scenarios, files and formats.
    static bool isData(const QString &text)
    {
        static const QRegularExpression data(
            QStringLiteral("^(Daruma|JSON|[\\w./\\-]+\\.(toml|db)|#?[\\da-f]{6,})$"));
        const std::string name = text.toLower()
                                     .replace(u' ', u'-')
                                     .replace(QLatin1String("database"), QLatin1String("db"))
                                     .toStdString();
        return data.match(text).hasMatch()
               || std::any_of(shippedScenarios().begin(), shippedScenarios().end(),
                              [&](const Resource &scenario) { return scenario.name == name; });
    }

private slots:
    void initTestCase() { record(5, {}); }

    void nothingOfTheWindowIsForgotten()
    {
        Marker marker;
        QCoreApplication::installTranslator(&marker);
        showWindow({1280, 900});
        for (auto *widget : m_window->findChildren<QWidget *>())
            noteTexts(*widget);
        for (const auto *action : m_window->findChildren<QAction *>()) {
            note(*action, action->text());
            note(*action, action->toolTip());
        }
        m_window->openShipped(QStringLiteral("db-outage-30s"));
        open(m_recorded, 2);
        for (const ViewRow &row : viewTable()) {
            m_window->showView(QLatin1String(row.name));
            settle();
        }
        QCoreApplication::removeTranslator(&marker);
        m_window.reset();
        QVERIFY(m_shown.size() > 150);
        QStringList forgotten;
        for (const auto &[where, text] : std::as_const(m_shown))
            if (!text.contains(sign) && !isData(text))
                forgotten << where + QLatin1String(": ") + text;
        forgotten.removeDuplicates();
        QVERIFY2(forgotten.isEmpty(), qPrintable(forgotten.join(u'\n')));
        m_shown.clear();
        whatIsAskedForIsFound(marker);
    }

    void everyNumberHasItsForms()
    {
        const QByteArray english = contentOf(folder("resources/translations/daruma_en.ts"));
        QStringList known;
        for (const auto &[context, text] : textsOf(english))
            known << text;
        static const QRegularExpression counting(
            QString::fromLatin1(R"re("((?:[^"\\]|\\.)*%L?n(?:[^"\\]|\\.)*)")re"));
        int count = 0;
        QDirIterator sources(folder("app/desktop"), {QStringLiteral("*.cpp")}, QDir::Files,
                             QDirIterator::Subdirectories);
        while (sources.hasNext()) {
            const QString source =
                QString::fromUtf8(contentOf(sources.next()))
                    .replace(QRegularExpression(QStringLiteral("\"\\s*\\n\\s*\"")), QString());
            for (auto found = counting.globalMatch(source); found.hasNext(); ++count) {
                const QString text =
                    found.next().captured(1).replace(QLatin1String("\\n"), QLatin1String("\n"));
                QVERIFY2(known.contains(text), qPrintable(sources.filePath() + QStringLiteral(": ") + text));
            }
        }
        QVERIFY(count > 15);
        QVERIFY(!english.contains("unfinished"));
        QCOMPARE(english.count("<numerusform>"), 2 * english.count("<source>"));
    }

    void oneIsNoPlural()
    {
        showWindow({1280, 900});
        open(m_recorded);
        auto *runs = view<View>("runs");
        const auto count = [&] {
            settle();
            const QList<QLabel *> labels = runs->findChildren<QLabel *>();
            return std::any_of(labels.begin(), labels.end(),
                               [](const QLabel *one) { return one->text() == QLatin1String("1 run"); });
        };
        QVERIFY(!count());
        archive().setFilter({.condition = QStringLiteral("r.id = 1")});
        QVERIFY(count());
        m_window.reset();
    }

private:
    /// By the tool that makes the files of translations: it has to see the context that is asked for.
    void whatIsAskedForIsFound(const Marker &marker)
    {
        const QString tool = QLibraryInfo::path(QLibraryInfo::BinariesPath) + QStringLiteral("/lupdate");
        if (!QFile::exists(tool))
            QSKIP("there is no lupdate");
        const QString made = m_folder.filePath(QStringLiteral("all.ts"));
        QProcess lupdate;
        lupdate.start(tool, {QStringLiteral("-silent"), QStringLiteral("-I"), folder(""),
                             folder("app/desktop"), QStringLiteral("-ts"), made});
        QVERIFY(lupdate.waitForFinished(60'000));
        const QSet<std::pair<QString, QString>> found = textsOf(contentOf(made));
        QVERIFY(found.size() > 400);
        QStringList lost;
        for (const auto &asked : marker.asked())
            if (!asked.first.startsWith(u'Q') && !found.contains(asked))
                lost << asked.first + QLatin1String(": ") + asked.second;
        QVERIFY2(lost.isEmpty(), qPrintable(lost.join(u'\n')));
    }
};

QTEST_MAIN(TestTranslations)

#include "tst_translations.moc"
