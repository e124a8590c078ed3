#include "tests/desktop/action_cases.h"

#include "app/desktop/models/archive.h"
#include "app/desktop/models/campaign_job.h"
#include "app/desktop/view_table.h"
#include "app/desktop/views/command_palette.h"
#include "app/desktop/views/inject_dialog.h"
#include "app/desktop/views/scenario_editor.h"
#include "app/desktop/views/scenario_view.h"
#include "app/desktop/views/start_screen.h"
#include "app/desktop/views/text_window.h"

#include <QDockWidget>
#include <QFileDialog>
#include <QLineEdit>
#include <QTableView>

namespace daruma {

namespace {

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

}

void ActionCases::openFile()
{
    open("db-outage-30s");
    QFile::remove(path("mine.toml"));
    QVERIFY(m_window->saveScenario(path("mine.toml")));
    m_window->wait();
}

void ActionCases::openDatabase()
{
    QFile::remove(path("runs.db"));
    record();
    m_window->openFile(path("runs.db"));
    m_window->wait();
}

void ActionCases::record()
{
    CampaignRequest request;
    request.source = shippedSource(QStringLiteral("db-outage-30s"));
    request.seeds = {1, 2};
    request.database = path("runs.db");
    QVERIFY(runCampaign(request, {}));
}

void ActionCases::chooseFile(const char *name)
{
    answer<QFileDialog>([file = path(name)](QFileDialog &dialog) {
        dialog.findChild<QLineEdit *>(QStringLiteral("fileNameEdit"))->setText(file);
        static_cast<QDialog &>(dialog).accept();
    });
}

std::map<QString, Case> ActionCases::cases()
{
    std::map<QString, Case> all = casesOfFiles();
    for (auto part :
         {casesOfPlaying(), casesOfSteps(), casesOfChanges(), casesOfTheTimeline(), casesOfTheWindow()})
        all.merge(part);
    return all;
}

std::map<QString, Case> ActionCases::casesOfFiles()
{
    return {
        {"start", {{}, [this](const Before &) { return isOpen<StartScreen>(); }}},
        {"new", {{}, [this](const Before &) { return document().source().file.find("new") == 0; }}},
        {"open",
         {[this] {
              openFile();
              open("control-must-fail");
              chooseFile("mine.toml");
          },
          [this](const Before &) { return m_window->windowTitle().contains("mine.toml"); }}},
        {"reload",
         {[this] {
              openDatabase();
              record();
          },
          [this](const Before &) { return document().archive().campaigns().size() == 2; }}},
        {"save",
         {[this] {
              openFile();
              qobject_cast<ScenarioView *>(m_window->view("scenario"))->editor().appendPlainText("# typed");
          },
          [this](const Before &) { return contentOf(path("mine.toml")).contains("# typed"); }}},
        {"keep-seed",
         {[this] { openFile(); },
          [this](const Before &) { return !contentOf(path("mine.seeds")).isEmpty(); }}},
        {"save-scenario",
         {[this] {
              QFile::remove(path("other.toml"));
              chooseFile("other.toml");
          },
          [this](const Before &) { return contentOf(path("other.toml")).contains("[supervisor.db_sup]"); }}},
        {"save-picture",
         {[this] {
              QFile::remove(path("timeline.png"));
              chooseFile("timeline.png");
          },
          [this](const Before &) { return QImage(path("timeline.png")).size() == timeline().size(); }}},
        {"save-table",
         {[this] {
              QFile::remove(path("events.csv"));
              m_window->view("events")->findChild<QTableView *>()->setFocus();
              chooseFile("events.csv");
          },
          [this](const Before &) { return contentOf(path("events.csv")).startsWith("#,Time (s)"); }}},
        {"quit", {{}, [this](const Before &) { return !m_window->isVisible(); }}},
    };
}

std::map<QString, Case> ActionCases::casesOfPlaying()
{
    const auto speed = [this](double factor) {
        return [this, factor](const Before &before) { return player().speed() == before.speed * factor; };
    };
    return {
        {"play", {{}, [this](const Before &) { return player().isPlaying(); }}},
        {"faster", {{}, speed(2)}},
        {"slower", {{}, speed(0.5)}},
        {"fastest", {{}, [this](const Before &) { return player().speed() == Player::asFastAsItCan; }}},
        {"skip-idle",
         {{}, [this](const Before &before) { return player().skipsIdle() != before.skipsIdle; }}},
    };
}

std::map<QString, Case> ActionCases::casesOfSteps()
{
    const auto at = [this](std::uint32_t event) {
        return [this, event] {
            document().setCursor(EventId{event});
            document().select(document().run()->find("app/db_sup"));
        };
    };
    const auto by = [this](std::int64_t events) {
        return [this, events](const Before &before) {
            return focus().cursor.value == before.focus.cursor.value + events;
        };
    };
    /// To the nearest of that kind.
    const auto to = [this](std::initializer_list<EventKind> kinds, bool forward) {
        return [this, kinds = std::vector<EventKind>(kinds), forward](const Before &before) {
            const std::uint32_t step = forward ? 1 : std::uint32_t(-1);
            std::uint32_t wanted = before.focus.cursor.value + step;
            while (std::find(kinds.begin(), kinds.end(), document().run()->event(EventId{wanted}).kind)
                   == kinds.end())
                wanted += step;
            return focus().cursor.value == wanted;
        };
    };
    const auto here = [this](bool forward) {
        return [this, forward](const Before &before) {
            return document().run()->event(focus().cursor).node == before.focus.node
                   && (focus().cursor > before.focus.cursor) == forward
                   && focus().cursor != before.focus.cursor;
        };
    };
    const auto trouble = {EventKind::Fault, EventKind::GaveUp, EventKind::Violation};
    return {
        {"step-forward", {at(20), by(1)}},
        {"step-back", {at(20), by(-1)}},
        {"next-here", {at(20), here(true)}},
        {"previous-here", {at(20), here(false)}},
        {"next-instant", {at(20), [this](const Before &before) { return document().now() > before.now; }}},
        {"previous-instant",
         {at(20), [this](const Before &before) { return document().now() < before.now; }}},
        {"first", {at(20), [this](const Before &) { return focus().cursor.value == 0; }}},
        {"last",
         {at(20), [this](const Before &) { return focus().cursor == document().run()->lastEvent(); }}},
        {"next-restart", {at(2), to({EventKind::Restart}, true)}},
        {"previous-restart", {at(30), to({EventKind::Restart}, false)}},
        {"next-trouble", {at(2), to(trouble, true)}},
        {"previous-trouble", {at(30), to(trouble, false)}},
        {"cause",
         {{},
          [this](const Before &before) {
              return focus().cursor == document().run()->event(before.focus.cursor).cause;
          }}},
        {"consequence",
         {[this] { trigger("cause"); },
          [this](const Before &before) {
              return document().run()->event(focus().cursor).cause == before.focus.cursor;
          }}},
    };
}

std::map<QString, Case> ActionCases::casesOfChanges()
{
    const auto selected = [this] {
        document().select(document().run()->find("app/web"));
        document().setCursorTime(5'000'000'000);
    };
    const auto accepted = [selected] {
        selected();
        answer<InjectDialog>([](InjectDialog &dialog) { dialog.accept(); });
    };
    const auto injected = [this](const char *fault) {
        return [this, fault](const Before &) { return hasText(fault); };
    };
    const auto changed = [this] {
        document().change("supervisor.db_sup.max_restarts", "200");
        m_window->wait();
    };
    const auto isChanged = [this] { return document().changed("supervisor.db_sup.max_restarts") == "200"; };
    return {
        {"undo", {changed, [isChanged](const Before &) { return !isChanged(); }}},
        {"redo",
         {[this, changed] {
              changed();
              trigger("undo");
          },
          [isChanged](const Before &) { return isChanged(); }}},
        {"inject", {accepted, injected("\"panic\"")}},
        {"inject-panic", {selected, injected("\"panic\"")}},
        {"inject-kill", {selected, injected("\"kill\"")}},
        {"inject-hang", {selected, injected("\"hang\"")}},
        {"inject-delay", {accepted, injected("\"delay\"")}},
        {"run-text",
         {[this] {
              auto *view = qobject_cast<ScenarioView *>(m_window->view("scenario"));
              view->editor().appendPlainText("# typed");
          },
          [this](const Before &) {
              return document().run()->source().text.find("# typed") != std::string::npos;
          }}},
    };
}

std::map<QString, Case> ActionCases::casesOfTheTimeline()
{
    using Range = std::pair<std::int64_t, std::int64_t>;
    const auto near = [this] { timeline().zoom(4); };
    const auto marked = [this] { document().setRange(Range(10'100'000'000, 10'300'000'000)); };
    const auto shown = [this]() -> const ViewWindow & { return timeline().window(); };
    const auto length = [shown](double factor) {
        return [shown, factor](const Before &before) {
            return std::abs(double(shown().length()) - double(before.shown.length()) * factor)
                   < double(shown().length()) / 50;
        };
    };
    return {
        {"fit", {near, [shown](const Before &) { return shown().isWhole(); }}},
        {"zoom-in", {near, length(1 / 1.5)}},
        {"zoom-out", {near, length(1.5)}},
        {"earlier", {near, [shown](const Before &before) { return shown().from() < before.shown.from(); }}},
        {"later",
         {[this] {
              timeline().zoom(8);
              timeline().pan(-1000);
          },
          [shown](const Before &before) { return shown().from() > before.shown.from(); }}},
        {"axis", {{}, [this](const Before &) { return timeline().axis() == Axis::Event; }}},
        {"whole-chain",
         {{}, [this](const Before &before) { return timeline().grab().toImage() != before.picture; }}},
        {"collapse", {{}, [this](const Before &) { return timeline().rows().size() == 4; }}},
        {"expand",
         {[this] { document().foldAll(true); },
          [this](const Before &) { return timeline().rows().size() == 5; }}},
        {"range-from",
         {{}, [this](const Before &before) { return focus().range && focus().range->first == before.now; }}},
        {"range-until",
         {{}, [this](const Before &before) { return focus().range && focus().range->second == before.now; }}},
        {"show-range",
         {marked,
          [shown](const Before &) {
              return shown().from() >= 10'000'000'000 && shown().until() <= 10'400'000'000;
          }}},
        {"clear-range", {marked, [this](const Before &) { return !focus().range; }}},
    };
}

std::map<QString, Case> ActionCases::casesOfTheWindow()
{
    std::map<QString, Case> all;
    const std::pair<const char *, ThemeChoice> themes[] = {{"theme-system", ThemeChoice::System},
                                                           {"theme-light", ThemeChoice::Light},
                                                           {"theme-dark", ThemeChoice::Dark}};
    for (const auto &[id, theme] : themes)
        all[id] = {[other = theme == ThemeChoice::Dark ? ThemeChoice::Light : ThemeChoice::Dark] {
                       applyTheme(other);
                   },
                   [theme = theme](const Before &) {
                       return currentTheme() == theme && QSettings().value("theme").toInt() == int(theme);
                   }};
    const auto shown = [this](const QString &layout) {
        return [this, layout](const Before &) {
            for (const ViewRow &row : viewTable()) {
                const auto *dock = m_window->findChild<QDockWidget *>(QLatin1String(row.name));
                if (dock->isVisible() != QString::fromLatin1(row.layouts).split(u' ').contains(layout))
                    return false;
            }
            return true;
        };
    };
    for (const QString layout : {"analysis", "events", "forks", "runs", "timeline"})
        all["layout-" + layout] = {
            [this, layout] { trigger(layout == "events" ? "layout-timeline" : "layout-events"); },
            shown(layout)};
    all["reset-layout"] = {[this] { trigger("layout-timeline"); }, shown("analysis")};
    for (const ViewRow &row : viewTable()) {
        const QString name = QLatin1String(row.name);
        all["view-" + name] = {[this] { trigger("layout-timeline"); },
                               [this, name](const Before &) {
                                   const View *view = m_window->view(name);
                                   const QPoint middle = view->mapTo(m_window.get(), view->rect().center());
                                   return view->isVisible() && view->isAncestorOf(m_window->childAt(middle));
                               }};
    }
    all["help"] = {{}, [this](const Before &) { return isOpen<HelpWindow>(); }};
    all["shortcuts"] = {{}, [this](const Before &) { return isOpen<TextWindow>(); }};
    all["palette"] = {{}, [this](const Before &) { return isOpen<CommandPalette>(); }};
    return all;
}

}
