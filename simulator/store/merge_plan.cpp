#include "simulator/store/merge_plan.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <tuple>

namespace daruma {

namespace {

/// Takes `prefix`, a number, off the front of `text`.
std::optional<std::uint64_t> takeNumber(std::string_view &text, std::string_view prefix)
{
    std::uint64_t number = 0;
    if (!text.starts_with(prefix))
        return std::nullopt;
    const char *begin = text.data() + prefix.size();
    const auto read = std::from_chars(begin, text.data() + text.size(), number);
    if (read.ec != std::errc())
        return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
    return number;
}

/// The shards of one campaign have this in common.
using GroupKey = std::tuple<std::string, std::string, std::uint32_t, std::string, std::uint64_t,
                            std::uint64_t, std::uint64_t>;

GroupKey keyOf(const SourceCampaign &campaign)
{
    const ShardMark &shard = *campaign.shard;
    return {campaign.fingerprint, campaign.dialects, campaign.row.rulesVersion,
            shard.otherOptions,   shard.firstSeed,   shard.lastSeed,
            shard.count};
}

/// What the runs of a campaign are, and what each took: two recordings of the same runs differ in that.
struct Contents {
    std::uint64_t runs = 0;
    std::uint64_t lastSeed = 0;
    XXH64_hash_t hash = 0;
    std::int64_t wallNs = 0;
};

class Planner {
public:
    Planner(std::vector<MergeSource> &sources, std::vector<MergeProblem> &problems)
        : m_sources(sources)
        , m_problems(problems)
    {}

    std::vector<PlannedCampaign> plan()
    {
        for (std::size_t i = 0; i < m_sources.size(); ++i)
            readCampaigns(i);
        for (const SourceCampaign &campaign : m_campaigns) {
            if (campaign.shard)
                m_groups[keyOf(campaign)].push_back(campaign);
        }
        std::vector<PlannedCampaign> planned;
        std::set<GroupKey> known;
        // Copies first: a campaign that was joined before is one of them, and may stand behind its shards.
        std::vector<std::pair<std::size_t, PlannedCampaign>> placed;
        for (std::size_t i = 0; i < m_campaigns.size(); ++i) {
            if (!m_campaigns[i].shard && isNew(m_campaigns[i]))
                placed.emplace_back(i, copyOf(m_campaigns[i]));
        }
        for (const auto &[place, copy] : placed)
            m_copies.push_back(copy.parts.front());
        for (std::size_t i = 0; i < m_campaigns.size(); ++i) {
            if (!m_campaigns[i].shard || !known.insert(keyOf(m_campaigns[i])).second)
                continue;
            if (auto joined = join(m_groups[keyOf(m_campaigns[i])]))
                placed.emplace_back(i, std::move(*joined));
        }
        std::stable_sort(placed.begin(), placed.end(),
                         [](const auto &a, const auto &b) { return a.first < b.first; });
        planned.reserve(planned.size() + placed.size());
        for (auto &[place, campaign] : placed)
            planned.push_back(std::move(campaign));
        return planned;
    }

private:
    const std::string &fileOf(const SourceCampaign &campaign) const
    {
        return m_sources[campaign.source].path;
    }

    void refuse(std::string message) { m_problems.push_back({std::move(message), std::nullopt}); }

    void readCampaigns(std::size_t source)
    {
        auto rows = m_sources[source].connection.prepare(
            "SELECT c.id, c.scenario_id, name, first_seed, last_seed, options, rules_version, started_at,"
            " finished_at, host, fingerprint, (SELECT count(*) FROM run WHERE campaign_id = c.id),"
            " (SELECT coalesce(group_concat(name || ' ' || fingerprint, ' '), '') FROM"
            " (SELECT cd.name, d.fingerprint FROM campaign_dialect AS cd JOIN dialect AS d ON d.id = "
            "dialect_id"
            " WHERE campaign_id = c.id ORDER BY cd.name)), record"
            " FROM campaign AS c JOIN scenario ON scenario.id = c.scenario_id ORDER BY c.id");
        if (!rows)
            return refuse(rows.error().text());
        auto row = rows->step();
        for (; row && *row; row = rows->step()) {
            SourceCampaign campaign{.source = source};
            campaign.row = {.id = rows->integer(0),
                            .scenarioId = rows->integer(1),
                            .scenarioName = std::string(rows->text(2)),
                            .firstSeed = static_cast<std::uint64_t>(rows->integer(3)),
                            .lastSeed = static_cast<std::uint64_t>(rows->integer(4)),
                            .options = std::string(rows->text(5)),
                            .rulesVersion = static_cast<std::uint32_t>(rows->integer(6)),
                            .startedAt = std::string(rows->text(7)),
                            .host = std::string(rows->text(9)),
                            .runs = static_cast<std::uint64_t>(rows->integer(11))};
            if (!rows->isNull(8))
                campaign.row.finishedAt = std::string(rows->text(8));
            if (!rows->isNull(13))
                campaign.row.record = std::string(rows->text(13));
            campaign.fingerprint = rows->text(10);
            campaign.dialects = rows->text(12);
            campaign.shard = shardMark(campaign.row.options);
            m_campaigns.push_back(std::move(campaign));
        }
        if (!row)
            refuse(row.error().text());
    }

    /// Of the seeds of a campaign from `first` to `last`.
    Contents contentsOf(const SourceCampaign &campaign, std::uint64_t first, std::uint64_t last)
    {
        Contents contents;
        auto rows = m_sources[campaign.source].connection.prepare(
            "SELECT seed, dialect, overrides, outcome, fingerprint, wall_ns FROM run"
            " WHERE campaign_id = ? AND seed BETWEEN ? AND ? ORDER BY id");
        if (!rows) {
            refuse(rows.error().text());
            return contents;
        }
        rows->bind(1, campaign.row.id);
        rows->bind(2, first);
        rows->bind(3, last);
        auto row = rows->step();
        for (; row && *row; row = rows->step()) {
            ++contents.runs;
            contents.lastSeed = static_cast<std::uint64_t>(rows->integer(0));
            contents.wallNs += rows->integer(5);
            for (int column = 0; column < 5; ++column) {
                const std::string_view text = rows->text(column);
                contents.hash = XXH3_64bits_withSeed(text.data(), text.size(), contents.hash + 1);
            }
        }
        if (!row)
            refuse(row.error().text());
        return contents;
    }

    Contents contentsOf(const SourceCampaign &campaign)
    {
        return contentsOf(campaign, 0, static_cast<std::uint64_t>(INT64_MAX));
    }

    /// A source may hold a campaign several times over, as when the same run was made twice; what it has in
    /// common with an earlier source is counted there.
    bool isNew(const SourceCampaign &campaign)
    {
        const Contents contents = contentsOf(campaign);
        const CampaignRow &row = campaign.row;
        const std::string key =
            fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{:x}\n{}", campaign.fingerprint,
                        campaign.dialects, row.rulesVersion, row.firstSeed, row.lastSeed, row.options,
                        row.startedAt, row.finishedAt.value_or(""), row.host, contents.hash, contents.wallNs);
        return ++m_inSource[{campaign.source, key}] > m_taken[key] && ++m_taken[key] > 0;
    }

    static PlannedCampaign copyOf(const SourceCampaign &campaign)
    {
        return {{campaign}, campaign.row.firstSeed, campaign.row.lastSeed, campaign.row.options};
    }

    /// The campaign of all seeds, where it was joined before, or one machine made it.
    const SourceCampaign *wholeOf(const SourceCampaign &shard) const
    {
        const auto whole = std::find_if(m_copies.begin(), m_copies.end(), [&](const SourceCampaign &copy) {
            return copy.row.finishedAt && copy.fingerprint == shard.fingerprint
                   && copy.dialects == shard.dialects && copy.row.rulesVersion == shard.row.rulesVersion
                   && copy.row.options == shard.shard->otherOptions
                   && copy.row.firstSeed == shard.shard->firstSeed
                   && copy.row.lastSeed == shard.shard->lastSeed;
        });
        return whole == m_copies.end() ? nullptr : &*whole;
    }

    std::optional<PlannedCampaign> join(const std::vector<SourceCampaign> &shards)
    {
        if (const SourceCampaign *whole = wholeOf(shards.front())) {
            for (const SourceCampaign &shard : shards)
                compareWith(*whole, shard);
            return std::nullopt;
        }
        const ShardMark &mark = *shards.front().shard;
        PlannedCampaign joined{{}, mark.firstSeed, mark.lastSeed, mark.otherOptions};
        std::vector<std::uint64_t> missing;
        for (std::uint64_t index = 1; index <= mark.count && missing.size() < 5; ++index) {
            if (auto part = partOf(shards, index, missing))
                joined.parts.push_back(std::move(*part));
        }
        if (!missing.empty())
            tellMissing(shards, missing);
        checkSeeds(joined);
        return joined;
    }

    void compareWith(const SourceCampaign &whole, const SourceCampaign &shard)
    {
        if (shard.row.finishedAt
            && contentsOf(whole, shard.row.firstSeed, shard.row.lastSeed).hash != contentsOf(shard).hash)
            refuse(fmt::format("{} and {} have different runs of the seeds {}..{} of {}", fileOf(whole),
                               fileOf(shard), shard.row.firstSeed, shard.row.lastSeed,
                               shard.row.scenarioName));
    }

    /// The finished one of that number; where a shard was recorded several times, any of them will do.
    std::optional<SourceCampaign> partOf(const std::vector<SourceCampaign> &shards, std::uint64_t index,
                                         std::vector<std::uint64_t> &missing)
    {
        const SourceCampaign *found = nullptr;
        const SourceCampaign *unfinished = nullptr;
        for (const SourceCampaign &shard : shards) {
            if (shard.shard->index != index)
                continue;
            if (!shard.row.finishedAt)
                unfinished = &shard;
            else if (!found)
                found = &shard;
            else if (contentsOf(shard).hash != contentsOf(*found).hash)
                refuse(fmt::format("{} and {} have different runs of shard {}/{} of {}", fileOf(*found),
                                   fileOf(shard), index, shard.shard->count, shard.row.scenarioName));
        }
        if (!found && !unfinished) {
            missing.push_back(index);
            return std::nullopt;
        }
        if (!found) {
            m_problems.push_back({fmt::format("{}: shard {}/{} of {} is not finished", fileOf(*unfinished),
                                              index, unfinished->shard->count, unfinished->row.scenarioName),
                                  MergeProblem::Unfinished{fileOf(*unfinished), unfinished->row}});
            return std::nullopt;
        }
        if (const Contents contents = contentsOf(*found); contents.lastSeed != found->row.lastSeed) {
            refuse(fmt::format("{}: shard {}/{} of {} ended after seed {}, before its last, {}: what "
                               "--until-failure or --precision ended early is no part of a whole",
                               fileOf(*found), index, found->shard->count, found->row.scenarioName,
                               contents.lastSeed, found->row.lastSeed));
            return std::nullopt;
        }
        return *found;
    }

    void tellMissing(const std::vector<SourceCampaign> &shards, const std::vector<std::uint64_t> &missing)
    {
        const SourceCampaign &one = shards.front();
        std::string which;
        for (const std::uint64_t index : missing)
            which += fmt::format("{}{}/{}", which.empty() ? "" : ", ", index, one.shard->count);
        refuse(fmt::format("{}: of seeds {}..{} of {}{}, {} {} in none of the files", fileOf(one),
                           one.shard->firstSeed, one.shard->lastSeed, one.row.scenarioName,
                           one.shard->otherOptions.empty() ? "" : " (" + one.shard->otherOptions + ")",
                           missing.size() == 1 ? "shard" : "shards",
                           which + (missing.size() == 1 ? " is" : " are")));
        // Most likely it is there, and not of this campaign.
        for (const auto &[key, others] : m_groups) {
            const SourceCampaign &other = others.front();
            if (key == keyOf(one) || other.row.scenarioName != one.row.scenarioName)
                continue;
            if (m_told.insert({std::min(key, keyOf(one)), std::max(key, keyOf(one))}).second)
                refuse(fmt::format("{} and {} do not belong together: {}", fileOf(one), fileOf(other),
                                   differences(one, other)));
        }
    }

    static std::string differences(const SourceCampaign &a, const SourceCampaign &b)
    {
        std::string text;
        const auto add = [&](const std::string &what) { text += (text.empty() ? "" : ", ") + what; };
        if (a.fingerprint != b.fingerprint)
            add(fmt::format("their scenarios {} are different texts", a.row.scenarioName));
        if (a.dialects != b.dialects)
            add("their files of dialects are different texts");
        if (a.row.rulesVersion != b.row.rulesVersion)
            add(fmt::format("rules version {} and {}", a.row.rulesVersion, b.row.rulesVersion));
        if (a.shard->otherOptions != b.shard->otherOptions)
            add(fmt::format("options `{}` and `{}`", a.shard->otherOptions, b.shard->otherOptions));
        if (a.shard->firstSeed != b.shard->firstSeed || a.shard->lastSeed != b.shard->lastSeed)
            add(fmt::format("seeds {}..{} and {}..{}", a.shard->firstSeed, a.shard->lastSeed,
                            b.shard->firstSeed, b.shard->lastSeed));
        if (a.shard->count != b.shard->count)
            add(fmt::format("{} shards and {}, which overlap", a.shard->count, b.shard->count));
        return text;
    }

    /// Shards of one number of parts divide the seeds; anything else was not written by this program.
    void checkSeeds(const PlannedCampaign &joined)
    {
        std::uint64_t next = joined.firstSeed;
        for (const SourceCampaign &part : joined.parts) {
            if (joined.parts.size() == part.shard->count && part.row.firstSeed != next)
                return refuse(fmt::format("{}: shard {}/{} of {} begins with seed {}, where {} is expected: "
                                          "the shards overlap or leave seeds out",
                                          fileOf(part), part.shard->index, part.shard->count,
                                          part.row.scenarioName, part.row.firstSeed, next));
            next = part.row.lastSeed + 1;
        }
    }

    std::vector<MergeSource> &m_sources;
    std::vector<MergeProblem> &m_problems;
    std::vector<SourceCampaign> m_campaigns;
    std::map<GroupKey, std::vector<SourceCampaign>> m_groups;
    std::vector<SourceCampaign> m_copies;
    std::map<std::pair<std::size_t, std::string>, std::uint64_t> m_inSource;
    std::map<std::string, std::uint64_t> m_taken;
    std::set<std::pair<GroupKey, GroupKey>> m_told;
};

}

std::optional<ShardMark> shardMark(std::string_view options)
{
    const std::size_t at = options.rfind(" --seeds ");
    if (at == std::string_view::npos)
        return std::nullopt;
    std::string_view rest = options.substr(at);
    const auto first = takeNumber(rest, " --seeds ");
    // One seed alone may stand without its dots.
    const auto last = first && rest.starts_with("..") ? takeNumber(rest, "..") : first;
    const auto index = takeNumber(rest, " --shard ");
    const auto count = takeNumber(rest, "/");
    if (!first || !last || !index || !count || (!rest.empty() && rest.front() != ' ') || *index < 1
        || *index > *count)
        return std::nullopt;
    return ShardMark{*first, *last, *index, *count, std::string(options.substr(0, at)) + std::string(rest)};
}

std::vector<PlannedCampaign> planMerge(std::vector<MergeSource> &sources, std::vector<MergeProblem> &problems)
{
    return Planner(sources, problems).plan();
}

}
