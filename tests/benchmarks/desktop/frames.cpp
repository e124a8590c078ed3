// How long the desktop app needs for a picture and for a step of the cursor in runs of millions. The goals
// are 8 ms a frame with a million incarnations, 16 ms with ten, 5 ms for a step in a run of ten million
// events.

#include "app/desktop/main_window.h"
#include "app/desktop/models/document.h"
#include "app/desktop/theme.h"
#include "app/desktop/views/timeline_view.h"

#include <QApplication>
#include <QSettings>
#include <QTemporaryDir>
#include <benchmark/benchmark.h>

#include <map>
#include <memory>
#include <random>

namespace {

using namespace daruma;

/// A hundred workers that live 10 ms on average under a limit that never trips: ten thousand lives a second.
RunSource flapping(int seconds)
{
    RunSource source;
    source.file = "flapping";
    source.text = "[scenario]\nhorizon = \"" + std::to_string(seconds)
                  + "s\"\n[supervisor.app]\nchildren = [\"w\"]\nmax_restarts = 1000000000\nwithin = \"1s\"\n"
                    "[worker.w]\ncount = 100\nlifetime = \"exp(10ms)\"\n";
    return source;
}

/// By the length of their runs; at most one, as each takes much memory.
std::map<int, std::unique_ptr<MainWindow>> windows;

/// A window with such a run, made once for all benchmarks.
MainWindow &windowOf(int seconds)
{
    std::unique_ptr<MainWindow> &window = windows[seconds];
    if (window)
        return *window;
    windows.clear();
    std::unique_ptr<MainWindow> &made = windows[seconds];
    made = std::make_unique<MainWindow>();
    made->resize(1600, 900);
    made->document().open(flapping(seconds), EventId{0});
    made->show();
    made->document().wait();
    if (!made->document().run())
        qFatal("the scenario of the benchmark cannot be read");
    return *made;
}

/// The timeline shows the part in the middle of the run that the state's arguments name.
TimelineView &timelineFor(const benchmark::State &state)
{
    MainWindow &window = windowOf(static_cast<int>(state.range(0)));
    TimelineView &timeline = window.timeline();
    timeline.resize(1600, 900);
    timeline.fit();
    timeline.zoom(static_cast<double>(state.range(1)));
    timeline.pan(timeline.window().width() * static_cast<double>(state.range(1) - 1) / 2);
    return timeline;
}

/// `nearer`: how many times of the whole run the window is. A whole run has nowhere to go.
void pan(benchmark::State &state)
{
    MainWindow &window = windowOf(static_cast<int>(state.range(0)));
    TimelineView &timeline = timelineFor(state);
    QImage image(timeline.size(), QImage::Format_RGB32);
    double step = 7;
    for (auto _ : state) {
        timeline.pan(step);
        step = -step;
        timeline.render(&image);
    }
    std::size_t lives = 0;
    for (std::uint32_t n = 1; n <= 100; ++n)
        for (const Stretch &one : window.document().run()->lanes()[NodeId{n}].stretches())
            lives += one.state == BarState::Running ? 1 : 0;
    state.counters["incarnations"] = static_cast<double>(lives);
}
BENCHMARK(pan)
    ->ArgsProduct({{100, 1000}, {2, 16, 300, 10'000}})
    ->ArgNames({"seconds", "nearer"})
    ->Unit(benchmark::kMillisecond);

/// As after each step of the wheel that zooms: nothing of the last picture can be kept.
void zoom(benchmark::State &state)
{
    TimelineView &timeline = timelineFor(state);
    QImage image(timeline.size(), QImage::Format_RGB32);
    double factor = 1.001;
    for (auto _ : state) {
        timeline.zoom(factor);
        factor = 1 / factor;
        timeline.render(&image);
    }
}
BENCHMARK(zoom)
    ->ArgsProduct({{100, 1000}, {2, 16, 300, 10'000}})
    ->ArgNames({"seconds", "nearer"})
    ->Unit(benchmark::kMillisecond);

/// A step of the cursor to an event anywhere, with all views open.
void cursorStep(benchmark::State &state)
{
    MainWindow &window = windowOf(static_cast<int>(state.range(0)));
    Document &document = window.document();
    std::mt19937 random(1);
    const bool isFar = state.range(1) != 0;
    QImage image(window.size(), QImage::Format_RGB32);
    document.setCursor(EventId{document.run()->eventCount() / 2});
    for (auto _ : state) {
        const std::uint32_t to =
            isFar ? random() % document.run()->eventCount() : document.focus().cursor.value + 1;
        document.setCursor(EventId{to});
        QApplication::processEvents();
    }
    state.counters["events"] = document.run()->eventCount();
}
BENCHMARK(cursorStep)
    ->ArgsProduct({{100, 250}, {0, 1}})
    ->ArgNames({"seconds", "anywhere"})
    ->Unit(benchmark::kMillisecond);

}

int main(int argc, char **argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    benchmark::Initialize(&argc, argv);
    QApplication application(argc, argv);
    const QTemporaryDir settings;
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, settings.path());
    prepareLook();
    applyTheme(ThemeChoice::Light);
    benchmark::RunSpecifiedBenchmarks();
    windows.clear();
}
