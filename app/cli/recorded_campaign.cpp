#include "app/cli/recorded_campaign.h"

#include "app/cli/columns.h"
#include "app/cli/sweep_report.h"
#include "simulator/analysis/wording.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace daruma {

namespace {

using Json = nlohmann::ordered_json;

/// Of a swarm nearly every run has settings of its own.
constexpr std::size_t mostSettings = 100;

std::string oneLine(std::string overrides)
{
    std::replace(overrides.begin(), overrides.end(), '\n', ' ');
    return overrides;
}

std::string tableText(const Output &out, const Columns &table)
{
    const std::vector<std::string> lines = table.lines();
    std::string text = "\n" + styled(out, Style::Dim, lines.front());
    for (std::size_t i = 1; i < lines.size(); ++i)
        text += lines[i];
    return text;
}

Share survivalOf(const CampaignSummary::Setting &setting)
{
    return {setting.runs - setting.rootEnded, setting.runs};
}

Share passedOf(const CampaignSummary::Setting &setting)
{
    return {setting.passed + setting.gaveUp, setting.runs};
}

std::string settingsText(const Output &out, const CampaignSummary &summary)
{
    Columns table({"setting", "survived", "met all", "restarts a run", "first failing seed"});
    for (std::size_t i = 0; i < std::min(summary.settings.size(), mostSettings); ++i) {
        const CampaignSummary::Setting &one = summary.settings[i];
        table.add({oneLine(one.overrides), shareText(survivalOf(one)), shareText(passedOf(one)),
                   fmt::format("{:.4g}", static_cast<double>(one.restarts) / static_cast<double>(one.runs)),
                   one.firstFailingSeed ? std::to_string(*one.firstFailingSeed) : ""});
    }
    std::string text = tableText(out, table);
    if (summary.settings.size() > mostSettings)
        text += fmt::format("  and {} more, with --format json\n",
                            grouped(summary.settings.size() - mostSettings));
    return text;
}

Json shareJson(const Share &share)
{
    return {{"runs", share.count},
            {"share", share.value()},
            {"low", share.interval().low},
            {"high", share.interval().high}};
}

Json settingJson(const CampaignSummary::Setting &one)
{
    Json json{{"runs", one.runs},      {"passed", one.passed},       {"failed", one.failed},
              {"gave_up", one.gaveUp}, {"truncated", one.truncated}, {"restarts", one.restarts}};
    json["survived"] = shareJson(survivalOf(one));
    json["met_all"] = shareJson(passedOf(one));
    json["first_failing_seed"] = one.firstFailingSeed ? Json(*one.firstFailingSeed) : Json(nullptr);
    return json;
}

}

std::string summaryText(const Output &out, const CampaignSummary &summary)
{
    const CampaignSummary::Setting all = summary.all();
    std::string text = fmt::format("{}: {} passed", counted(all.runs, "run"), grouped(all.passed));
    for (const auto &[count, what] : {std::pair(all.gaveUp, "gave up"), std::pair(all.failed, "failed"),
                                      std::pair(all.truncated, "truncated")}) {
        if (count > 0)
            text += fmt::format(", {} {}", grouped(count), what);
    }
    text += "\n";
    if (all.runs == 0)
        return text;
    if (isSameForAllSeeds(summary.settings))
        text += sameRunsText(summary.settings.size() > 1);
    text += fmt::format("the root survived in {}, and all expectations were met in {}\n",
                        shareText(survivalOf(all)), shareText(passedOf(all)));
    for (const CampaignSummary::Breach &one : summary.breaches)
        text += fmt::format("  {} {}: failed in {}, first with seed {}\n", mark(out, false), one.name,
                            shareText(Share{one.runs, all.runs}), one.firstSeed);
    if (!summary.giveUps.empty()) {
        Columns table({"supervisor", "gave up in"});
        for (const CampaignSummary::GiveUp &one : summary.giveUps)
            table.add({one.path, shareText(Share{one.runs, all.runs})});
        text += tableText(out, table);
    }
    return summary.settings.size() > 1 ? text + settingsText(out, summary) : text;
}

std::string summaryJson(const CampaignRow &campaign, const CampaignSummary &summary)
{
    const CampaignSummary::Setting all = summary.all();
    Json json{{"campaign", campaign.id},
              {"scenario", campaign.scenarioName},
              {"seeds", {{"first", campaign.firstSeed}, {"last", campaign.lastSeed}}},
              {"options", campaign.options},
              {"finished", campaign.finishedAt.has_value()}};
    json.update(settingJson(all));
    json["violations"] = Json::array();
    for (const CampaignSummary::Breach &one : summary.breaches) {
        Json breach{{"name", one.name}, {"first_seed", one.firstSeed}};
        breach.update(shareJson({one.runs, all.runs}));
        json["violations"].push_back(std::move(breach));
    }
    json["give_ups"] = Json::array();
    for (const CampaignSummary::GiveUp &one : summary.giveUps) {
        Json giveUp{{"path", one.path}};
        giveUp.update(shareJson({one.runs, all.runs}));
        json["give_ups"].push_back(std::move(giveUp));
    }
    json["settings"] = Json::array();
    for (const CampaignSummary::Setting &one : summary.settings) {
        Json setting{{"dialect", one.dialect}, {"overrides", one.overrides}};
        setting.update(settingJson(one));
        json["settings"].push_back(std::move(setting));
    }
    return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

}
