#pragma once

#include "app/desktop/models/run.h"

#include <QStringList>

#include <string>
#include <vector>

namespace daruma {

/// How a key is set.
enum class SettingControl : std::uint8_t { Number, Duration, Choice, Text };

/// One key of the table behind a place of the tree, as it is and as it may be changed.
struct Setting {
    std::string name;  ///< `max_restarts`
    std::string key;   ///< `supervisor.app.max_restarts`, as `--set` takes it
    SettingControl control = SettingControl::Text;
    std::string value;       ///< as it is run; of a key that nobody wrote, its default
    std::string inText;      ///< what the text of the scenario says; empty where it says nothing
    bool isChanged = false;  ///< it is not as the text has it
    struct Choice {
        std::string name;
        std::string refusal;
    };
    std::vector<Choice> choices;
    int least = 0;              ///< of a number
    bool hasUnlimited = false;  ///< a number may be "unlimited"
    std::string refusal;        ///< why the dialect does not take it; empty: it does
    std::string help;
};

/// The keys of the place that change what becomes of a run: of a supervisor its limits, of a worker what it
/// is to its supervisor and how it behaves.
std::vector<Setting> settingsOf(const Run &run, NodeId node);

/// The keys of all places that are numbers or lengths of time, as `--set` takes them; the limits of
/// supervisors first, which most sweeps are about. Of a run of very many places only the first.
QStringList keysToVary(const Run &run);

}
