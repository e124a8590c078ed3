#include "app/desktop/export.h"
#include "app/desktop/main_window.h"
#include "app/desktop/models/archive.h"
#include "app/desktop/models/document.h"
#include "app/desktop/theme.h"
#include "app/desktop/view_table.h"
#include "app/desktop/views/timeline_view.h"
#include "app/desktop/views/view.h"
#include "resources/resources.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QScopeGuard>
#include <QSettings>
#include <QTemporaryDir>
#include <QTextStream>
#include <tl/expected.hpp>

#include <optional>

namespace {

using namespace daruma;

/// What the command line asks for.
struct Wishes {
    QString file;
    QString view;
    QString at;
    QString select;
    QStringList settings;
    std::optional<std::int64_t> run;
    QString grab;
    QSize size;
    bool isHeadless() const { return !grab.isEmpty(); }
};

using Done = tl::expected<void, QString>;

tl::unexpected<QString> refused(const QString &text)
{
    return tl::unexpected(text);
}

bool isShipped(const QString &name)
{
    for (const Resource &resource : shippedScenarios())
        if (name == QString::fromUtf8(resource.name.data(), qsizetype(resource.name.size())))
            return true;
    return false;
}

int fail(const QString &text)
{
    QTextStream(stderr) << "daruma-desktop: " << text << '\n';
    return 3;
}

QStringList viewNames()
{
    QStringList names{QStringLiteral("window"), QStringLiteral("timeline")};
    for (const ViewRow &row : viewTable())
        names << QLatin1String(row.name);
    return names;
}

tl::expected<Wishes, QString> wishesOf(const QCommandLineParser &parser)
{
    Wishes wishes;
    wishes.file = parser.positionalArguments().value(0);
    wishes.view = parser.value(QStringLiteral("view"));
    wishes.at = parser.value(QStringLiteral("at"));
    wishes.select = parser.value(QStringLiteral("select"));
    wishes.settings = parser.values(QStringLiteral("set"));
    wishes.grab = parser.value(QStringLiteral("grab"));
    if (parser.positionalArguments().size() > 1)
        return refused(QStringLiteral("one FILE is opened in a window, not also `%1`")
                           .arg(parser.positionalArguments().value(1)));
    if (!wishes.view.isEmpty() && !viewNames().contains(wishes.view))
        return refused(QStringLiteral("there is no view `%1`; there are %2")
                           .arg(wishes.view, viewNames().join(QStringLiteral(", "))));
    if (parser.isSet(QStringLiteral("run"))) {
        bool isNumber = false;
        wishes.run = parser.value(QStringLiteral("run")).toLongLong(&isNumber);
        if (!isNumber || wishes.file.isEmpty())
            return refused(QStringLiteral("--run takes the number of a run of the database FILE"));
    }
    const QStringList size = parser.value(QStringLiteral("size")).split(u'x');
    wishes.size = {size.value(0).toInt(), size.value(1).toInt()};
    if (wishes.size.width() < 100 || wishes.size.height() < 100)
        return refused(QStringLiteral("--size takes WxH, such as 1280x800"));
    return wishes;
}

Done open(MainWindow &window, const Wishes &wishes)
{
    if (wishes.file.isEmpty())
        return {};
    if (isShipped(wishes.file))
        window.openShipped(wishes.file);
    else if (!window.openFile(wishes.file, wishes.run))
        return refused(window.message());
    if (!wishes.run)
        return {};
    window.wait();
    if (!window.document().run())
        return refused(
            QStringLiteral("%1 has no run %2 that can be made again").arg(wishes.file).arg(*wishes.run));
    return {};
}

Done change(MainWindow &window, const QStringList &settings)
{
    Document &document = window.document();
    QString problem;
    const auto told = QObject::connect(&document, &Document::problemsChanged, [&](const auto &problems) {
        problem = problems.empty() ? QString() : QString::fromStdString(problems.front().message);
    });
    const auto untold = qScopeGuard([&] { QObject::disconnect(told); });
    for (const QString &setting : settings) {
        window.wait();
        const auto change = parseOverride(setting.toStdString());
        if (!change || !document.run())
            return refused(QStringLiteral("--set takes KEY=VALUE for a scenario, not `%1`").arg(setting));
        document.change(QString::fromStdString(change->key), QString::fromStdString(change->value));
        window.wait();
        if (document.isRefused())
            return refused(QStringLiteral("--set %1: %2").arg(setting, problem));
        document.compareWith(document.forks().front().run);
    }
    return {};
}

Done look(MainWindow &window, const Wishes &wishes)
{
    Document &document = window.document();
    if (!wishes.select.isEmpty() || !wishes.at.isEmpty())
        window.wait();
    if (!wishes.select.isEmpty()) {
        const NodeId node = document.run() ? document.run()->find(wishes.select.toStdString()) : NodeId();
        if (!node.isValid())
            return refused(
                QStringLiteral("--select takes the path of a place of the run, not `%1`").arg(wishes.select));
        document.select(node);
    }
    if (!wishes.at.isEmpty()) {
        bool isNumber = false;
        const uint event = wishes.at.toUInt(&isNumber);
        if (!isNumber || !document.run() || event >= document.run()->eventCount())
            return refused(
                QStringLiteral("--at takes the number of an event of the run, not `%1`").arg(wishes.at));
        document.setCursor(EventId{event});
    }
    return {};
}

Done takePicture(MainWindow &window, const Wishes &wishes)
{
    window.show();
    window.wait();
    window.showView(wishes.view);
    QWidget *shown = window.view(wishes.view);
    if (wishes.view == QLatin1String("timeline"))
        shown = &window.timeline();
    // A view alone has all the room there is.
    if (shown) {
        shown->setParent(nullptr);
        shown->resize(wishes.size);
        shown->show();
    } else {
        shown = &window;
    }
    QApplication::processEvents();
    window.wait();
    if (!exportPicture(*shown, wishes.grab))
        return refused(QStringLiteral("%1 cannot be written").arg(wishes.grab));
    const bool isOpen = window.document().run() || !window.document().archive().path().isEmpty()
                        || !window.document().archive().keptSeeds().empty();
    if (!wishes.file.isEmpty() && !isOpen)
        return refused(QStringLiteral("%1 could not be read: the picture shows why").arg(wishes.file));
    return {};
}

void addOptions(QCommandLineParser &parser)
{
    parser.setApplicationDescription(
        QStringLiteral("Shows, replays, compares and forks runs of supervision trees."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(
        QStringLiteral("FILE"),
        QStringLiteral("a scenario, a database, a .repro or .seeds file, or the name of an incident"));
    parser.addOptions({
        {QStringLiteral("at"), QStringLiteral("Puts the cursor behind event N."), QStringLiteral("N")},
        {QStringLiteral("run"), QStringLiteral("Opens run N of the database."), QStringLiteral("N")},
        {QStringLiteral("view"), QStringLiteral("Brings a view to the front; with --grab only it is taken."),
         QStringLiteral("NAME")},
        {QStringLiteral("grab"), QStringLiteral("Writes a picture (.png, .svg) and ends; needs no screen."),
         QStringLiteral("OUT.png")},
        {QStringLiteral("size"), QStringLiteral("Of the window of --grab."), QStringLiteral("WxH"),
         QStringLiteral("1280x800")},
        {QStringLiteral("set"),
         QStringLiteral("Changes a key, as `daruma run --set` does; the run is compared "
                        "with the file's. May be given several times."),
         QStringLiteral("KEY=VALUE")},
        {QStringLiteral("select"), QStringLiteral("Selects a place."), QStringLiteral("PATH")},
        {QStringLiteral("theme"), QStringLiteral("system, light or dark."), QStringLiteral("NAME")},
    });
}

}

int main(int argc, char **argv)
{
    QCommandLineParser parser;
    addOptions(parser);
    // What prints, and what takes a picture, needs no screen.
    const bool isUnderstood = parser.parse(QStringList(argv, argv + argc));
    const bool needsScreen = isUnderstood && !parser.isSet(QStringLiteral("help"))
                             && !parser.isSet(QStringLiteral("version"))
                             && !parser.isSet(QStringLiteral("grab"));
    if (!needsScreen && qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    QApplication::setOrganizationName(QStringLiteral("daruma"));
    QApplication::setApplicationName(QStringLiteral("daruma-desktop"));
    QApplication::setApplicationVersion(QStringLiteral(DARUMA_VERSION));
    if (!isUnderstood) {
        QTextStream(stderr) << "daruma-desktop: " << parser.errorText() << "\nSee daruma-desktop --help.\n";
        return 2;
    }
    parser.process(application);
    const auto wishes = wishesOf(parser);
    if (!wishes)
        return fail(wishes.error());
    // A picture shows the same whoever takes it, and leaves nothing behind.
    std::optional<QTemporaryDir> noSettings;
    if (wishes->isHeadless())
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, noSettings.emplace().path());
    prepareLook();
    const QString theme = parser.value(QStringLiteral("theme"));
    const QStringList themes{QStringLiteral("system"), QStringLiteral("light"), QStringLiteral("dark")};
    if (!theme.isEmpty() && !themes.contains(theme))
        return fail(QStringLiteral("--theme is system, light or dark, not `%1`").arg(theme));
    applyTheme(theme.isEmpty() ? ThemeChoice(QSettings().value(QStringLiteral("theme"), 0).toInt())
                               : ThemeChoice(themes.indexOf(theme)));
    MainWindow window;
    if (wishes->isHeadless())
        window.resize(wishes->size);
    const Done opened =
        open(window, *wishes).and_then([&] { return change(window, wishes->settings); }).and_then([&] {
            return look(window, *wishes);
        });
    if (!opened)
        return fail(opened.error());
    if (wishes->isHeadless()) {
        const Done taken = takePicture(window, *wishes);
        return taken ? 0 : fail(taken.error());
    }
    window.show();
    window.showView(wishes->view);
    return QApplication::exec();
}
