#include "app/desktop/main_window.h"
#include "app/desktop/models/document.h"
#include "app/desktop/theme.h"
#include "app/desktop/views/timeline_view.h"
#include "app/desktop/views/view.h"
#include "resources/resources.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QSettings>
#include <QTemporaryDir>
#include <QTextStream>

#include <optional>

namespace {

using namespace daruma;

struct Wishes {
    QString file;
    QString view;
    QString at;
    std::optional<std::int64_t> run;
    QString grab;
    QSize size;
    bool isHeadless() const { return !grab.isEmpty(); }
};

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

/// Opens what is wanted and takes the picture; the exit code.
int takePicture(MainWindow &window, const Wishes &wishes)
{
    window.resize(wishes.size);
    window.show();
    window.wait();
    QWidget *shown = &window;
    if (!wishes.view.isEmpty()) {
        window.showView(wishes.view);
        if (View *view = window.view(wishes.view))
            shown = view;
        else if (wishes.view == QLatin1String("timeline"))
            shown = &window.timeline();
        else if (wishes.view != QLatin1String("window"))
            return fail(QStringLiteral("there is no view `%1`").arg(wishes.view));
    }
    // A view alone has all the room there is.
    if (shown != &window) {
        shown->setParent(nullptr);
        shown->resize(wishes.size);
        shown->show();
    }
    QApplication::processEvents();
    window.wait();
    if (!shown->grab().save(wishes.grab))
        return fail(QStringLiteral("%1 cannot be written").arg(wishes.grab));
    return 0;
}

}

int main(int argc, char **argv)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("Shows, replays, compares and forks runs of supervision trees."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(
        QStringLiteral("FILE"),
        QStringLiteral("a scenario, a database, a .repro file, or the name of an incident"));
    parser.addOptions({
        {QStringLiteral("at"), QStringLiteral("Puts the cursor behind event N."), QStringLiteral("N")},
        {QStringLiteral("run"), QStringLiteral("Opens run N of the database."), QStringLiteral("N")},
        {QStringLiteral("view"), QStringLiteral("Brings a view to the front; with --grab only it is taken."),
         QStringLiteral("NAME")},
        {QStringLiteral("grab"), QStringLiteral("Writes a picture and ends; needs no screen."),
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

    Wishes wishes;
    wishes.file = parser.positionalArguments().value(0);
    wishes.view = parser.value(QStringLiteral("view"));
    wishes.at = parser.value(QStringLiteral("at"));
    if (parser.isSet(QStringLiteral("run"))) {
        bool isNumber = false;
        wishes.run = parser.value(QStringLiteral("run")).toLongLong(&isNumber);
        if (!isNumber || wishes.file.isEmpty())
            return fail(QStringLiteral("--run takes the number of a run of the database FILE"));
    }
    wishes.grab = parser.value(QStringLiteral("grab"));
    const QStringList size = parser.value(QStringLiteral("size")).split(u'x');
    wishes.size = {size.value(0).toInt(), size.value(1).toInt()};
    if (wishes.size.width() < 100 || wishes.size.height() < 100)
        return fail(QStringLiteral("--size takes WxH, such as 1280x800"));
    // A picture shows the same whoever takes it, and leaves nothing behind.
    std::optional<QTemporaryDir> noSettings;
    if (wishes.isHeadless())
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, noSettings.emplace().path());

    prepareLook();
    const QString theme = parser.value(QStringLiteral("theme"));
    const QStringList themes{QStringLiteral("system"), QStringLiteral("light"), QStringLiteral("dark")};
    if (!theme.isEmpty() && !themes.contains(theme))
        return fail(QStringLiteral("--theme is system, light or dark, not `%1`").arg(theme));
    applyTheme(theme.isEmpty() ? ThemeChoice(QSettings().value(QStringLiteral("theme"), 0).toInt())
                               : ThemeChoice(themes.indexOf(theme)));
    MainWindow window;
    if (isShipped(wishes.file))
        window.openShipped(wishes.file);
    else if (!wishes.file.isEmpty() && !window.openFile(wishes.file, wishes.run))
        return fail(QStringLiteral("%1 cannot be opened").arg(wishes.file));
    if (wishes.run) {
        window.wait();
        if (!window.document().run())
            return fail(
                QStringLiteral("%1 has no run %2 that can be made again").arg(wishes.file).arg(*wishes.run));
    }
    for (const QString &setting : parser.values(QStringLiteral("set"))) {
        window.wait();
        const auto change = parseOverride(setting.toStdString());
        if (!change || !window.document().run())
            return fail(QStringLiteral("--set takes KEY=VALUE for a scenario, not `%1`").arg(setting));
        window.document().change(QString::fromStdString(change->key), QString::fromStdString(change->value));
        window.wait();
        window.document().compareWith(window.document().forks().front().run);
    }
    if (const QString path = parser.value(QStringLiteral("select")); !path.isEmpty()) {
        window.wait();
        const NodeId node =
            window.document().run() ? window.document().run()->find(path.toStdString()) : NodeId();
        if (!node.isValid())
            return fail(QStringLiteral("--select takes the path of a place of the run, not `%1`").arg(path));
        window.document().select(node);
    }
    if (!wishes.at.isEmpty()) {
        window.wait();
        bool isNumber = false;
        const uint event = wishes.at.toUInt(&isNumber);
        if (!isNumber || !window.document().run() || event >= window.document().run()->eventCount())
            return fail(
                QStringLiteral("--at takes the number of an event of the run, not `%1`").arg(wishes.at));
        window.document().setCursor(EventId{event});
    }
    if (wishes.isHeadless())
        return takePicture(window, wishes);
    window.show();
    return QApplication::exec();
}
