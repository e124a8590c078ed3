#include "simulator/scenario/expectations.h"

#include "simulator/scenario/expression_parser.h"
#include "simulator/scenario/table_reader.h"

#include <fmt/format.h>

#include <array>
#include <map>

namespace daruma {

namespace {

constexpr std::array<std::string_view, 5> forms{"always", "never", "eventually", "finally", "sometimes"};

class ExpectationReader {
public:
    ExpectationReader(const TableReader &table, const SelectorTable &selectors)
        : m_table(table)
        , m_selectors(selectors)
        , m_problems(table.problems())
    {}

    Expectation read()
    {
        readForm();
        const auto within = m_table.duration("within");
        const auto from = m_table.duration("from");
        if (m_table.has("whenever"))
            m_expectation.whenever = expression("whenever");
        if (within)
            m_expectation.within = *within;
        if (from)
            m_expectation.from = Instant::start() + *from;
        if (m_hasForm)
            checkKeys();
        return std::move(m_expectation);
    }

private:
    void readForm()
    {
        std::string_view first;
        for (std::size_t i = 0; i < forms.size(); ++i) {
            if (!m_table.has(forms[i]))
                continue;
            if (m_hasForm) {
                m_problems.error(
                    m_table.placeOf(forms[i]),
                    fmt::format("an expectation has one form, not `{}` and `{}`", first, forms[i]),
                    "write a second [[expect]]");
                continue;
            }
            m_hasForm = true;
            first = forms[i];
            m_expectation.form = static_cast<ExpectationForm>(i);
            m_expectation.expression = expression(forms[i]);
        }
        if (!m_hasForm)
            m_problems.error(m_table.place(),
                             "an expectation needs one of `always`, `never`, `eventually`, "
                             "`finally` and `sometimes`",
                             "such as always = \"up(app)\"");
    }

    void checkKeys()
    {
        const bool isEventually = m_expectation.form == ExpectationForm::Eventually;
        const std::string_view form = toText(m_expectation.form);
        if (isEventually && !m_table.has("within"))
            m_problems.error(m_table.placeOf("eventually"), "`eventually` needs `within`",
                             "such as within = \"30s\"");
        for (const std::string_view key : {"within", "whenever"}) {
            if (!isEventually && m_table.has(key))
                m_problems.error(m_table.placeOf(key),
                                 fmt::format("`{}` belongs to `eventually`, not to `{}`", key, form));
        }
        const bool lasts =
            m_expectation.form == ExpectationForm::Always || m_expectation.form == ExpectationForm::Never;
        if (!lasts && m_table.has("from"))
            m_problems.error(m_table.placeOf("from"),
                             fmt::format("`from` belongs to `always` and `never`, not to `{}`", form));
    }

    Expression expression(std::string_view key)
    {
        const auto text = m_table.text(key);
        if (!text)
            return {};
        auto parsed = parseExpression(*text, m_selectors);
        if (parsed)
            return std::move(*parsed);
        m_problems.errorInside(m_table.find(key)->value, parsed.error().offset,
                               fmt::format("`{}`: {}", key, parsed.error().message), parsed.error().hint);
        return {};
    }

    const TableReader &m_table;
    const SelectorTable &m_selectors;
    Problems &m_problems;
    Expectation m_expectation;
    bool m_hasForm = false;
};

}

void readExpectations(const std::vector<PlacedTable> &tables, const std::vector<std::string> &names,
                      const SelectorTable &selectors, Model &model, Problems &problems)
{
    std::map<std::string, int> known;
    for (std::size_t i = 0; i < tables.size(); ++i) {
        const TableReader table(*tables[i].table, tables[i].place, "[[expect]]", expectTable, problems);
        const std::string name = table.text("name").value_or(names[i]);
        if (const TomlEntry *given = table.find("name")) {
            const auto [first, isNew] = known.emplace(name, given->place.line);
            if (name.empty())
                problems.error(given->value.place, "a `name` cannot be empty");
            else if (!isNew)
                problems.error(
                    given->value.place,
                    fmt::format("another expectation has the name \"{}\" (line {})", name, first->second));
        }
        Expectation expectation = ExpectationReader(table, selectors).read();
        expectation.name = name;
        model.expectations.push_back(std::move(expectation));
    }
}

}
