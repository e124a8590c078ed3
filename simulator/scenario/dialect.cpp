#include "simulator/scenario/dialect.h"

#include "resources/resources.h"
#include "simulator/scenario/dialect_reader.h"
#include "simulator/scenario/keys.h"
#include "simulator/scenario/name_hints.h"
#include "simulator/scenario/toml_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace daruma {

namespace {

using Names = std::vector<std::string>;

constexpr std::string_view correctedMark = ":corrected";
/// As much as a scenario may have.
constexpr std::size_t mostDialectBytes = std::size_t{1} << 20;

std::vector<Problem> inFile(std::vector<Problem> problems, const std::string &file)
{
    for (Problem &problem : problems)
        problem.file = problem.file.empty() ? file : problem.file;
    return problems;
}

Problem plain(std::string message, std::string hint = {})
{
    Problem problem;
    problem.message = std::move(message);
    problem.hint = std::move(hint);
    return problem;
}

/// What an unknown name may have meant.
std::string hintFor(const std::string &name, const std::vector<std::string_view> &known)
{
    const std::string base = name.substr(0, name.find(':'));
    if (std::find(known.begin(), known.end(), base) != known.end())
        return fmt::format(
            "\"{0}:corrected\" is {0} without its defects, \"{0}:corrected:A+B\" without A and B", base);
    const std::string_view close = closestName(base, known);
    return close.empty() ? "`daruma dialects` lists those that are; a file of your own is named by its path, "
                           "\"./ours.toml\""
                         : didYouMean(close);
}

/// `A+B` behind `NAME:corrected:`, or all where nothing stands behind.
Names correctionsOf(std::string_view text)
{
    if (text.empty())
        return {"*"};
    Names names;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find('+', at), text.size());
        names.emplace_back(text.substr(at, end - at));
        at = end + 1;
    }
    return names;
}

}

tl::expected<Dialect, std::vector<Problem>> readDialect(std::string_view text, const std::string &file,
                                                        const std::string &folder, const Names &correct)
{
    static const std::vector<Problems::Source> noOverrides;
    Problems problems(text, noOverrides);
    const auto document = parseToml(text);
    if (!document) {
        problems.error(document.error().place, document.error().message, document.error().hint);
        return tl::unexpected(inFile(problems.takeErrors(), file));
    }
    Dialect dialect;
    const auto takeBase = [&](const std::string &base) {
        // A dialect that extends itself would be read for ever; those that ship extend nothing but others.
        Dialects dialects(folder);
        std::vector<Problem> reasons;
        const Dialect *found = nullptr;
        if (base.find('/') == std::string::npos)
            found = dialects.find(base, reasons);
        else
            reasons.push_back(plain("`extends` names a shipped dialect, not a file"));
        for (const Problem &reason : reasons)
            problems.error(document->find("extends")->value.place, reason.message, reason.hint);
        if (found)
            dialect = *found;
    };
    readDialectTables(*document, correct, takeBase, dialect, problems);
    if (problems.hasErrors())
        return tl::unexpected(inFile(problems.takeErrors(), file));
    return dialect;
}

Dialects::Dialects(std::string folder, std::vector<DialectText> kept)
    : m_folder(std::move(folder))
    , m_kept(std::move(kept))
{}

bool isDialectPath(std::string_view name)
{
    return name.find('/') != std::string_view::npos || withoutCorrections(name).ends_with(".toml");
}

std::string_view withoutCorrections(std::string_view name)
{
    const std::size_t at = name.find(correctedMark);
    const std::string_view behind =
        at == std::string_view::npos ? name : name.substr(at + correctedMark.size());
    const bool isCorrected = behind.empty() || (behind.front() == ':' && behind.size() > 1);
    return at != std::string_view::npos && isCorrected ? name.substr(0, at) : name;
}

const DialectText *Dialects::fileNamed(const std::string &name, std::vector<Problem> &problems)
{
    const auto isMeant = [&](const DialectText &one) { return one.name == name; };
    if (const auto read = std::find_if(m_files.begin(), m_files.end(), isMeant); read != m_files.end())
        return &*read;
    if (const auto kept = std::find_if(m_kept.begin(), m_kept.end(), isMeant); kept != m_kept.end())
        return &m_files.emplace_back(*kept);
    const std::filesystem::path path = (std::filesystem::path(m_folder) / name).lexically_normal();
    std::ifstream file(path, std::ios::binary);
    std::error_code failed;
    if (!file || std::filesystem::is_directory(path, failed)) {
        problems.push_back(plain(fmt::format("the dialect file \"{}\" cannot be read", path.string())));
        return nullptr;
    }
    std::string text(mostDialectBytes + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (text.size() > mostDialectBytes) {
        problems.push_back(
            plain(fmt::format("the dialect file \"{}\" has more than the {} bytes that one may have",
                              path.string(), mostDialectBytes)));
        return nullptr;
    }
    return &m_files.emplace_back(DialectText{name, path.string(), std::move(text)});
}

const Dialect *Dialects::find(const std::string &name, std::vector<Problem> &problems)
{
    if (const auto known = m_known.find(name); known != m_known.end())
        return known->second.get();
    const bool isPath = isDialectPath(name);
    const std::string system(withoutCorrections(name));
    Names correct;
    if (system.size() < name.size()) {
        const std::string_view behind = std::string_view(name).substr(system.size() + correctedMark.size());
        correct = correctionsOf(behind.empty() ? behind : behind.substr(1));
    }
    std::string text;
    if (isPath) {
        const DialectText *file = fileNamed(system, problems);
        if (!file)
            return nullptr;
        text = file->text;
    } else {
        const auto shipped = dialects();
        const auto found = std::find_if(shipped.begin(), shipped.end(),
                                        [&](const Resource &one) { return one.name == system; });
        if (found == shipped.end()) {
            std::vector<std::string_view> names;
            for (const Resource &one : shipped)
                names.push_back(one.name);
            problems.push_back(
                plain(fmt::format("the dialect \"{}\" is not known", name), hintFor(system, names)));
            return nullptr;
        }
        text = found->content;
    }
    auto dialect = readDialect(text, isPath ? system : system + ".toml", m_folder, correct);
    if (!dialect) {
        problems.insert(problems.end(), dialect.error().begin(), dialect.error().end());
        return nullptr;
    }
    for (const std::string &mended : correct) {
        std::vector<std::string_view> known;
        for (const DialectDefect &defect : dialect->defects)
            known.push_back(defect.name);
        if (mended == "*" || std::find(known.begin(), known.end(), mended) != known.end())
            continue;
        problems.push_back(plain(fmt::format("the dialect \"{}\" has no defect \"{}\"", system, mended),
                                 known.empty() ? "" : "it has " + quotedList(known)));
        return nullptr;
    }
    dialect->name = name;
    return m_known.emplace(name, std::make_unique<Dialect>(std::move(*dialect))).first->second.get();
}

}
