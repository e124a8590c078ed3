#include "simulator/scenario/finding_parser.h"

#include "simulator/scenario/selectors.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace daruma {

namespace {

using Term = FindingSentence::Term;
using Function = FindingSentence::Function;
using Unit = FindingSentence::Unit;

enum class Argument : std::uint8_t { Place, Event, State };

struct FunctionRow {
    std::string_view name;
    Function function;
    Unit unit;
    Argument argument;
};
constexpr std::array functions{
    FunctionRow{"name", Function::Name, Unit::Text, Argument::Place},
    FunctionRow{"path", Function::Path, Unit::Text, Argument::Place},
    FunctionRow{"first", Function::First, Unit::Time, Argument::Event},
    FunctionRow{"last", Function::Last, Unit::Time, Argument::Event},
    FunctionRow{"count", Function::Count, Unit::Count, Argument::Event},
    FunctionRow{"restarts", Function::Restarts, Unit::Count, Argument::Place},
    FunctionRow{"total", Function::Total, Unit::Time, Argument::State},
    FunctionRow{"longest", Function::Longest, Unit::Time, Argument::State},
    FunctionRow{"share", Function::Share, Unit::Share, Argument::State},
};
constexpr std::array<std::string_view, 4> stateNames{"down", "starting", "up", "stopping"};

std::vector<StartRequest> startRequests(const Model &model)
{
    std::vector<StartRequest> requests;
    for (const Command &command : model.commands) {
        if (command.startable >= model.startables.size())
            continue;
        const Startable &startable = model.startables[command.startable];
        requests.push_back({command.to.text, idText(startable.spec.id, model.texts), startable.from});
    }
    return requests;
}

class SlotParser {
public:
    SlotParser(std::string_view text, const Model &model)
        : m_text(text)
        , m_selectors(model, startRequests(model))
    {}

    tl::expected<std::vector<Term>, TextProblem> read()
    {
        std::vector<Term> terms;
        bool isNegative = false;
        do {
            std::optional<Term> term = readTerm();
            if (!term)
                return tl::unexpected(m_problem);
            term->isNegative = isNegative;
            terms.push_back(std::move(*term));
            skipBlanks();
            isNegative = next() == '-';
        } while (take('+') || take('-'));
        if (m_at < m_text.size())
            fail("expected + or - or the end of the slot");
        else if (!unitsMatch(terms))
            fail("only times with times and counts with counts add up", 0);
        if (!m_problem.message.empty())
            return tl::unexpected(m_problem);
        return terms;
    }

private:
    static bool unitsMatch(const std::vector<Term> &terms)
    {
        const Unit unit = terms.front().unit;
        const bool addsUp = unit == Unit::Time || unit == Unit::Count;
        return terms.size() == 1 || (addsUp && std::all_of(terms.begin(), terms.end(), [&](const Term &t) {
                                         return t.unit == unit;
                                     }));
    }

    std::optional<Term> readTerm()
    {
        skipBlanks();
        const std::size_t start = m_at;
        if (next() >= '0' && next() <= '9')
            return readLiteral();
        const std::string_view word = readWord();
        if (word == "end") {
            Term term;
            term.function = Function::End;
            term.unit = Unit::Time;
            return term;
        }
        const auto row = std::find_if(functions.begin(), functions.end(),
                                      [&](const FunctionRow &known) { return known.name == word; });
        if (row == functions.end())
            return fail(
                "unknown function \"" + std::string(word)
                    + "\"; there are name, path, first, last, count, restarts, total, longest, share, end",
                start);
        Term term;
        term.function = row->function;
        term.unit = row->unit;
        if (!expect('(') || !readArgument(row->argument, term) || !expect(')'))
            return std::nullopt;
        return term;
    }

    std::optional<Term> readLiteral()
    {
        const std::size_t start = m_at;
        while (m_at < m_text.size() && m_text[m_at] != ' ' && m_text[m_at] != '+' && m_text[m_at] != '-')
            ++m_at;
        const std::string_view text = m_text.substr(start, m_at - start);
        Term term;
        const auto [last, error] = std::from_chars(text.data(), text.data() + text.size(), term.number);
        if (error == std::errc() && last == text.data() + text.size())
            return term;
        const auto duration = parseDuration(text);
        if (!duration)
            return fail(duration.error().message, start + duration.error().offset);
        term.unit = Unit::Time;
        term.number = duration->ns();
        return term;
    }

    bool readArgument(Argument argument, Term &term)
    {
        if (argument == Argument::Place)
            return readPlace(term);
        skipBlanks();
        const std::size_t start = m_at;
        const std::string_view word = readWord();
        if (argument == Argument::State) {
            const auto state = std::find(stateNames.begin(), stateNames.end(), word);
            if (state == stateNames.end())
                return fails("unknown state \"" + std::string(word)
                                 + "\"; there are up, down, starting, stopping",
                             start);
            term.state = static_cast<FindingSentence::State>(state - stateNames.begin());
            return expect('(') && readPlace(term) && expect(')');
        }
        std::size_t kind = 0;
        while (kind < eventKindCount && toText(static_cast<EventKind>(kind)) != word)
            ++kind;
        if (kind == eventKindCount)
            return fails("unknown kind of event \"" + std::string(word) + "\"", start);
        term.event = static_cast<EventKind>(kind);
        return expect('(') && readPlace(term) && readReason(term) && expect(')');
    }

    bool readReason(Term &term)
    {
        skipBlanks();
        if (!take(','))
            return true;
        if (term.event != EventKind::Exit && term.event != EventKind::InitFailed)
            return fails("only exit and init_failed take a reason", m_at);
        skipBlanks();
        const std::size_t start = m_at;
        const std::string_view word = readWord();
        for (std::size_t i = 0; i <= static_cast<std::size_t>(ReasonKind::Noproc); ++i)
            if (toText(static_cast<ReasonKind>(i)) == word) {
                term.hasReason = true;
                term.reason = static_cast<ReasonKind>(i);
                return true;
            }
        return fails("unknown reason \"" + std::string(word) + "\"", start);
    }

    bool readPlace(Term &term)
    {
        skipBlanks();
        const std::size_t start = m_at;
        std::string name;
        if (take('"')) {
            const std::size_t close = m_text.find('"', m_at);
            if (close == std::string_view::npos)
                return fails("the quote is never closed", start);
            name = m_text.substr(m_at, close - m_at);
            m_at = close + 1;
        } else {
            const std::size_t close = std::min(m_text.find_first_of("),", m_at), m_text.size());
            name = m_text.substr(m_at, close - m_at);
            m_at = close;
            name.erase(name.find_last_not_of(' ') + 1);
        }
        term.selector = m_selectors.resolve(name);
        if (m_selectors.canEverMatch(term.selector))
            return true;
        const auto known = m_selectors.closest(name);
        return fails(
            "there is no node \"" + name + "\"" + (known ? "; did you mean \"" + *known + "\"?" : ""), start);
    }

    std::string_view readWord()
    {
        skipBlanks();
        const std::size_t start = m_at;
        while (m_at < m_text.size() && ((m_text[m_at] >= 'a' && m_text[m_at] <= 'z') || m_text[m_at] == '_'))
            ++m_at;
        return m_text.substr(start, m_at - start);
    }

    char next() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }
    void skipBlanks()
    {
        while (next() == ' ')
            ++m_at;
    }
    bool take(char c)
    {
        if (next() != c)
            return false;
        ++m_at;
        return true;
    }
    bool expect(char c)
    {
        skipBlanks();
        return take(c) || fails(std::string("expected ") + c, m_at);
    }
    std::nullopt_t fail(std::string message, std::size_t offset)
    {
        if (m_problem.message.empty())
            m_problem = {std::move(message), offset};
        return std::nullopt;
    }
    void fail(std::string message) { fail(std::move(message), m_at); }
    bool fails(std::string message, std::size_t offset)
    {
        fail(std::move(message), offset);
        return false;
    }

    std::string_view m_text;
    SelectorTable m_selectors;
    std::size_t m_at = 0;
    TextProblem m_problem;
};

}  // namespace

tl::expected<std::vector<Term>, TextProblem> parseSlot(std::string_view text, const Model &model)
{
    return SlotParser(text, model).read();
}

}  // namespace daruma
