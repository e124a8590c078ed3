#include "simulator/store/merge.h"

#include "simulator/store/merge_copy.h"
#include "simulator/store/merge_plan.h"
#include "simulator/store/schema.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <set>
#include <system_error>
#include <unistd.h>

namespace daruma {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view unfinishedMark = ".merging-";

bool isThere(const std::string &path)
{
    std::error_code failed;
    return fs::exists(path, failed) && fs::file_size(path, failed) > 0;
}

void removeDatabase(const std::string &path)
{
    std::error_code ignored;
    for (const char *ending : {"", "-wal", "-shm"})
        fs::remove(path + ending, ignored);
}

/// What a merge into the same file left behind when it was killed.
void removeLeftovers(const std::string &out)
{
    std::error_code failed;
    const fs::path folder = fs::absolute(out, failed).parent_path();
    const std::string begin = fs::path(out).filename().string() + std::string(unfinishedMark);
    for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end;
         entry.increment(failed)) {
        const std::string name = entry->path().filename().string();
        int pid = 0;
        if (!name.starts_with(begin))
            continue;
        const auto read = std::from_chars(name.data() + begin.size(), name.data() + name.size(), pid);
        if (read.ec == std::errc() && ::kill(pid, 0) != 0 && errno == ESRCH)
            fs::remove(entry->path(), failed);
    }
}

/// Puts the contents of one database in the place of another's, in one transaction.
StoreResult<void> replaceContents(const std::string &from, const std::string &to, OpenOptions options)
{
    auto source = sqlite::Connection::open(from, sqlite::Connection::Mode::Read, options.busyTimeoutMs);
    if (!source)
        return tl::unexpected(source.error());
    auto target = openForWriting(to, options);
    if (!target)
        return tl::unexpected(target.error());
    sqlite3_backup *backup = sqlite3_backup_init(target->handle(), "main", source->handle(), "main");
    if (!backup)
        return tl::unexpected(target->error());
    const int stepped = sqlite3_backup_step(backup, -1);
    const int finished = sqlite3_backup_finish(backup);
    if (stepped != SQLITE_DONE || finished != SQLITE_OK)
        return tl::unexpected(
            sqlite::explain(stepped != SQLITE_DONE ? stepped : finished, to, sqlite3_errstr(stepped)));
    return {};
}

StoreResult<void> publish(const std::string &unfinished, const std::string &out, OpenOptions options)
{
    std::error_code failed;
    if (isThere(out)) {
        auto replaced = replaceContents(unfinished, out, options);
        removeDatabase(unfinished);
        return replaced;
    }
    fs::rename(unfinished, out, failed);
    if (failed)
        return tl::unexpected(StoreError{StoreErrorCode::Other, out + ": " + failed.message(), ""});
    return {};
}

StoreResult<void> build(const std::string &path, std::vector<MergeSource> &sources,
                        const std::vector<PlannedCampaign> &planned, OpenOptions options)
{
    auto target = openForWriting(path, options);
    if (!target)
        return tl::unexpected(target.error());
    // Nobody sees this file before it is whole.
    auto built = target->execute("PRAGMA synchronous = OFF").and_then([&] {
        return CampaignCopier::create(*target, sources);
    });
    if (!built)
        return tl::unexpected(built.error());
    for (const PlannedCampaign &campaign : planned) {
        if (auto copied = (*built)->copy(campaign); !copied)
            return copied;
    }
    return (*built)->commit().and_then([&] {
        built->reset();
        return target->execute("PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE)");
    });
}

std::vector<MergeSource> openSources(const std::string &out, const std::vector<std::string> &inputs,
                                     OpenOptions options, std::vector<MergeProblem> &problems)
{
    std::vector<MergeSource> sources;
    std::set<fs::path> known;
    const auto open = [&](const std::string &path) {
        std::error_code failed;
        if (!known.insert(fs::weakly_canonical(path, failed)).second)
            return;
        auto connection = openForReading(path, options);
        // What is read stays as it is until all of it has been read.
        const auto begun = connection ? connection->execute("BEGIN") : StoreResult<void>();
        if (connection && begun)
            sources.push_back({path, std::move(*connection)});
        else
            problems.push_back({connection ? begun.error().text() : connection.error().text(), std::nullopt});
    };
    if (isThere(out))
        open(out);
    std::for_each(inputs.begin(), inputs.end(), open);
    return sources;
}

/// Whether the plan is what the first source holds.
bool isDone(const std::vector<PlannedCampaign> &planned, std::vector<MergeSource> &sources)
{
    const auto has = sources.front().connection.integer("SELECT count(*) FROM campaign");
    return has && static_cast<std::size_t>(*has) == planned.size()
           && std::all_of(planned.begin(), planned.end(), [](const PlannedCampaign &campaign) {
                  return campaign.parts.size() == 1 && campaign.parts.front().source == 0
                         && !campaign.parts.front().shard;
              });
}

}

tl::expected<MergeReport, std::vector<MergeProblem>>
mergeDatabases(const std::string &out, const std::vector<std::string> &inputs, OpenOptions options)
{
    std::vector<MergeProblem> problems;
    std::vector<MergeSource> sources = openSources(out, inputs, options, problems);
    if (!problems.empty())
        return tl::unexpected(std::move(problems));
    const std::vector<PlannedCampaign> planned = planMerge(sources, problems);
    if (!problems.empty())
        return tl::unexpected(std::move(problems));
    MergeReport report;
    report.campaigns = planned.size();
    for (const PlannedCampaign &campaign : planned) {
        report.joined += campaign.parts.front().shard ? 1 : 0;
        for (const SourceCampaign &part : campaign.parts)
            report.runs += part.row.runs;
    }
    removeLeftovers(out);
    if (isThere(out) && isDone(planned, sources)) {
        report.changed = false;
        return report;
    }
    const std::string unfinished = fmt::format("{}{}{}", out, unfinishedMark, getpid());
    removeDatabase(unfinished);
    const auto done = build(unfinished, sources, planned, options).and_then([&] {
        sources.clear();
        return publish(unfinished, out, options);
    });
    if (!done) {
        removeDatabase(unfinished);
        return tl::unexpected(std::vector{MergeProblem{done.error().text(), std::nullopt}});
    }
    return report;
}

}
