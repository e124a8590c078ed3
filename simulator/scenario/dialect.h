#pragma once

#include "engine/signal.h"
#include "engine/spec.h"
#include "simulator/scenario/dialect_text.h"
#include "simulator/scenario/problem.h"

#include <tl/expected.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace daruma {

struct LogBook;

/// Of a dialect that chooses otherwise than what it extends tells in words.
inline constexpr std::string_view pastLimitUnknown = "see its choices";

/// A defect that a dialect copies from its system, and the rules that would mend it.
struct DialectDefect {
    std::string name;
    std::string about;
    std::string scenario;  ///< of scenarios/dialects, that shows it; may be empty
    /// The choices that mend it: axes of dialectAxes(), and choices of each.
    std::vector<std::pair<std::size_t, std::size_t>> corrections;
    bool isMended = false;
};

/// Whose rules a supervisor follows: a shape with a choice on each axis, the defaults of what a scenario
/// leaves out, and what the system has at all. Read from a file of resources/dialects or of the user's.
struct Dialect {
    std::string name;  ///< as scenarios name it
    std::string title;
    Rules rules;
    std::uint32_t promises = 0xffff'ffff;  ///< bits of `Invariant`

    Strategy strategy = Strategy::OneForOne;
    RestartLimitSpec limit;
    AutoShutdown autoShutdown = AutoShutdown::Never;
    RestartType restart = RestartType::Permanent;
    ShutdownPolicy shutdown = ShutdownPolicy::after(Duration::seconds(5));
    ShutdownPolicy shutdownOfSupervisors = ShutdownPolicy::infinity();
    std::optional<BackoffSpec> backoff;
    BackoffSpec pause;  ///< of all restarts, where the limit does that

    /// Bits of what a scenario may ask for.
    std::uint32_t strategies = 0;
    std::uint32_t restartTypes = 0;
    std::uint32_t commands = 0;
    std::uint32_t options = 0;  ///< in the order of dialectOptionNames()
    std::uint32_t leastChildren = 0;
    std::uint32_t mostChildren = 0xffff'ffff;
    bool hasLimit = true;       ///< max_restarts and within
    bool hasUnlimited = false;  ///< max_restarts = "unlimited"
    bool hasLifetime = false;   ///< within = "lifetime"
    bool hasZero = true;        ///< max_restarts = 0
    bool zeroIsUnlimited = false;
    bool hasShutdown = true;  ///< a child may say how it is stopped
    bool hasBrutalKill = true;
    bool hasAutoShutdown = true;
    bool hasIgnore = true;          ///< a start may succeed without a process
    bool hasDuplicateIds = false;   ///< children of one supervisor may have the same id
    bool startsSupervisors = true;  ///< start_child takes supervisors too

    std::vector<DialectDefect> defects;
    std::string pastLimit;               ///< its rule about what happens past the limit, in words
    std::shared_ptr<const LogBook> log;  ///< nothing where it writes none

    bool has(Strategy one) const { return contains(strategies, static_cast<unsigned>(one)); }
    bool has(RestartType one) const { return contains(restartTypes, static_cast<unsigned>(one)); }
    bool has(CommandKind one) const { return contains(commands, static_cast<unsigned>(one)); }

private:
    static bool contains(std::uint32_t set, unsigned bit) { return (set >> bit & 1U) != 0; }
};

/// The dialects that a scenario names, each read once. They live as long as this.
class Dialects {
public:
    /// `folder`: where the paths of dialect files begin. `kept`: what is read in the place of files.
    explicit Dialects(std::string folder = {}, std::vector<DialectText> kept = {});

    /// `otp`, `otp:corrected` (without its defects), `otp:corrected:A+B` (without these), or a path. Nothing,
    /// with the reasons in `problems`, where that cannot be had; a problem without a file is for the caller
    /// to place.
    const Dialect *find(const std::string &name, std::vector<Problem> &problems);

    /// What of the user's was read, each file once.
    const std::vector<DialectText> &files() const { return m_files; }

private:
    const DialectText *fileNamed(const std::string &name, std::vector<Problem> &problems);

    std::string m_folder;
    std::vector<DialectText> m_kept;
    std::vector<DialectText> m_files;
    std::map<std::string, std::unique_ptr<Dialect>> m_known;
};

/// Whether that names a file: `./ours.toml`.
bool isDialectPath(std::string_view name);
/// `./ours.toml` of `./ours.toml:corrected`.
std::string_view withoutCorrections(std::string_view name);

/// Reads a dialect. `file` is for messages, `correct` names the defects to mend ("*": all of them).
tl::expected<Dialect, std::vector<Problem>> readDialect(std::string_view text, const std::string &file,
                                                        const std::string &folder,
                                                        const std::vector<std::string> &correct = {});

}
