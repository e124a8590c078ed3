#include "simulator/store/query.h"

#include "app/cli/commands.h"
#include "app/cli/run_once.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>

namespace daruma {

namespace {

using Json = nlohmann::ordered_json;

std::string bytesText(const std::vector<std::byte> &bytes)
{
    std::string text = "x'";
    for (const std::byte byte : bytes)
        text += fmt::format("{:02x}", static_cast<unsigned>(byte));
    return text + "'";
}

std::string cellText(const SqlValue &value)
{
    if (const auto *number = std::get_if<std::int64_t>(&value))
        return fmt::format("{}", *number);
    if (const auto *number = std::get_if<double>(&value))
        return fmt::format("{}", *number);
    if (const auto *bytes = std::get_if<std::vector<std::byte>>(&value))
        return bytesText(*bytes);
    if (const auto *text = std::get_if<std::string>(&value)) {
        // A table has one line for each row.
        std::string line = *text;
        std::replace(line.begin(), line.end(), '\n', ' ');
        return line;
    }
    return {};
}

Json cellDocument(const SqlValue &value)
{
    if (const auto *number = std::get_if<std::int64_t>(&value))
        return *number;
    if (const auto *number = std::get_if<double>(&value))
        return *number;
    if (const auto *text = std::get_if<std::string>(&value))
        return *text;
    if (std::holds_alternative<std::vector<std::byte>>(value))
        return cellText(value);
    return nullptr;
}

bool isNumber(const SqlValue &value)
{
    return std::holds_alternative<std::int64_t>(value) || std::holds_alternative<double>(value);
}

std::size_t columnsOf(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

/// Numbers stand at the right of their column, texts at the left; no line ends in blanks.
std::string tableText(const QueryResult &result)
{
    const std::size_t columns = result.columns.size();
    std::vector<std::size_t> widths;
    for (const std::string &name : result.columns)
        widths.push_back(columnsOf(name));
    std::vector<std::vector<std::string>> cells;
    for (const auto &row : result.rows) {
        auto &line = cells.emplace_back();
        for (std::size_t i = 0; i < columns; ++i) {
            line.push_back(cellText(row[i]));
            widths[i] = std::max(widths[i], columnsOf(line.back()));
        }
    }
    std::string text;
    const auto add = [&](const std::vector<std::string> &line, const std::vector<SqlValue> *values) {
        std::string shown;
        for (std::size_t i = 0; i < columns; ++i) {
            const std::string blanks(widths[i] - columnsOf(line[i]), ' ');
            shown += i > 0 ? "  " : "";
            shown += values && isNumber((*values)[i]) ? blanks + line[i] : line[i] + blanks;
        }
        shown.erase(shown.find_last_not_of(' ') + 1);
        text += shown + "\n";
    };
    add(result.columns, nullptr);
    std::string rule;
    for (std::size_t i = 0; i < columns; ++i)
        rule += (i > 0 ? "  " : "") + std::string(widths[i], '-');
    text += rule + "\n";
    for (std::size_t row = 0; row < cells.size(); ++row)
        add(cells[row], &result.rows[row]);
    return text;
}

std::string rowsJson(const QueryResult &result)
{
    Json document{{"columns", result.columns}};
    Json rows = Json::array();
    for (const auto &row : result.rows) {
        Json line = Json::array();
        for (const SqlValue &value : row)
            line.push_back(cellDocument(value));
        rows.push_back(std::move(line));
    }
    document["rows"] = std::move(rows);
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

struct Options {
    std::string database;
    std::string sql;
};

ExitCode runQuery(const Options &options, Context &context)
{
    const auto result = query(options.database, options.sql);
    if (!result) {
        if (result.error().code == StoreErrorCode::Query)
            throw Failure(ExitCode::Usage, result.error().text());
        refuseStore(result.error());
    }
    context.out.write(context.format == Format::Json ? rowsJson(*result) : tableText(*result));
    return ExitCode::Met;
}

Subcommand::Action declare(CLI::App &app)
{
    const auto options = std::make_shared<Options>();
    app.add_option("DB", options->database, "The database")->required();
    app.add_option("SQL", options->sql, "One statement that only reads")->required();
    return [options](Context &context) { return runQuery(*options, context); };
}

}

Subcommand queryCommand()
{
    return {
        "query",
        "Asks a database in SQL, events included",
        "`daruma help database` explains the tables. The views restarts, escalations and downtime are for\n"
        "people; the table event holds the events of recorded runs.\n\n"
        "Example:\n"
        "  daruma query daruma.db \"select * from restarts limit 5\"\n",
        {Format::Text, Format::Json},
        declare};
}

}
