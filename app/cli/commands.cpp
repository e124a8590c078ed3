#include "app/cli/commands.h"

#include "app/cli/comparing_commands.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace daruma {

std::span<const Subcommand> commands()
{
    static const std::array table{
        demoCommand(),   runCommand(),    sweepCommand(),    tuneCommand(),     explainCommand(),
        shrinkCommand(), replayCommand(), diffCommand(),     compareCommand(),  showCommand(),
        queryCommand(),  schemaCommand(), dialectsCommand(), scheduleCommand(), helpCommand(),
        checkCommand(),  exportCommand(), mergeCommand(),
    };
    return table;
}

const Subcommand *findCommand(std::string_view name)
{
    const auto table = commands();
    const auto found = std::find_if(table.begin(), table.end(),
                                    [name](const Subcommand &command) { return command.name == name; });
    return found == table.end() ? nullptr : &*found;
}

namespace {

/// How many letters must be added, dropped or changed.
std::size_t editDistance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
        }
    }
    return row[b.size()];
}

}

std::vector<std::string_view> nearestFew(std::string_view word, std::span<const std::string_view> names)
{
    constexpr std::size_t most = 3;
    const std::size_t limit = std::max<std::size_t>(1, word.size() / 3);
    std::vector<std::pair<std::size_t, std::string_view>> near;
    for (const std::string_view name : names) {
        // What was not written to its end is nearer than what was written wrong.
        const bool begins = word.size() >= 2 && name.substr(0, word.size()) == word;
        const std::size_t distance = begins ? 0 : editDistance(word, name);
        if (distance <= limit)
            near.emplace_back(distance, name);
    }
    std::stable_sort(near.begin(), near.end(),
                     [](const auto &a, const auto &b) { return a.first < b.first; });
    std::vector<std::string_view> few;
    for (std::size_t i = 0; i < std::min(near.size(), most); ++i)
        few.push_back(near[i].second);
    return few;
}

std::string_view nearest(std::string_view word, std::span<const std::string_view> names)
{
    const auto few = nearestFew(word, names);
    return few.empty() ? std::string_view() : few.front();
}

}
