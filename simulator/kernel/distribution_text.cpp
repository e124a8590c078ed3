#include "simulator/kernel/distribution_text.h"

#include "engine/contract.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace daruma {

namespace {

/// A piece of the text with its place in the whole, so that problems point at it.
struct Piece {
    std::string_view text;
    std::size_t offset = 0;
};

bool isBlank(char c)
{
    return c == ' ' || c == '\t';
}

Piece trimmed(Piece piece)
{
    while (!piece.text.empty() && isBlank(piece.text.front())) {
        piece.text.remove_prefix(1);
        ++piece.offset;
    }
    while (!piece.text.empty() && isBlank(piece.text.back()))
        piece.text.remove_suffix(1);
    return piece;
}

tl::unexpected<TextProblem> problem(const Piece &at, std::string message)
{
    return tl::unexpected(TextProblem{std::move(message), at.offset});
}

std::string numberText(double value)
{
    std::array<char, 32> buffer{};
    const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    return {buffer.data(), result.ptr};
}

using Read = tl::expected<Distribution, TextProblem>;

struct Form {
    std::string_view name;
    std::string_view usage;
    std::size_t arguments;
    Read (*read)(std::span<const Piece> arguments);
};

tl::expected<Duration, TextProblem> readDuration(const Piece &piece)
{
    auto duration = parseDuration(piece.text);
    if (!duration)
        duration.error().offset += piece.offset;
    return duration;
}

tl::expected<Duration, TextProblem> readPositive(const Piece &piece)
{
    auto duration = readDuration(piece);
    if (duration && duration->isZero())
        return problem(piece, "must be longer than 0");
    return duration;
}

tl::expected<double, TextProblem> readNumber(const Piece &piece, std::string_view name, double least,
                                             double most)
{
    double value = 0;
    const char *end = piece.text.data() + piece.text.size();
    // Unlike strtod this knows no locale.
    const auto [stop, error] = std::from_chars(piece.text.data(), end, value);
    if (error != std::errc() || stop != end)
        return problem(piece, fmt::format("{} is a plain number, such as 0.5", name));
    if (!(value >= least && value <= most))
        return problem(
            piece, fmt::format("{} must lie between {} and {}", name, numberText(least), numberText(most)));
    // A minus before a zero would make two values of one meaning that differ in their bits.
    return value == 0 ? 0.0 : value;
}

Read readUniform(std::span<const Piece> arguments)
{
    const auto low = readDuration(arguments[0]);
    const auto high = readDuration(arguments[1]);
    if (!low || !high)
        return tl::unexpected(low ? high.error() : low.error());
    if (*low > *high)
        return problem(arguments[1], "the upper end is shorter than the lower one");
    return Distribution::uniform(*low, *high);
}

Read readExponential(std::span<const Piece> arguments)
{
    const auto mean = readPositive(arguments[0]);
    return mean ? Read(Distribution::exponential(*mean)) : tl::unexpected(mean.error());
}

Read readNormal(std::span<const Piece> arguments)
{
    const auto mean = readDuration(arguments[0]);
    const auto deviation = readDuration(arguments[1]);
    if (!mean || !deviation)
        return tl::unexpected(mean ? deviation.error() : mean.error());
    return Distribution::normal(*mean, *deviation);
}

Read readLognormal(std::span<const Piece> arguments)
{
    const auto median = readPositive(arguments[0]);
    const auto sigma = readNumber(arguments[1], "sigma", 0.0, Distribution::maxSigma);
    if (!median || !sigma)
        return tl::unexpected(median ? sigma.error() : median.error());
    return Distribution::lognormal(*median, *sigma);
}

Read readWeibull(std::span<const Piece> arguments)
{
    const auto scale = readPositive(arguments[0]);
    const auto shape = readNumber(arguments[1], "the shape", Distribution::minShape, Distribution::maxShape);
    if (!scale || !shape)
        return tl::unexpected(scale ? shape.error() : scale.error());
    return Distribution::weibull(*scale, *shape);
}

constexpr std::array<Form, 5> forms{{{"uniform", "uniform(a, b)", 2, readUniform},
                                     {"exp", "exp(mean)", 1, readExponential},
                                     {"normal", "normal(mean, sd)", 2, readNormal},
                                     {"lognormal", "lognormal(median, sigma)", 2, readLognormal},
                                     {"weibull", "weibull(scale, shape)", 2, readWeibull}}};

std::vector<Piece> splitAtCommas(Piece list)
{
    std::vector<Piece> pieces;
    for (;;) {
        const std::size_t comma = list.text.find(',');
        pieces.push_back(trimmed({list.text.substr(0, comma), list.offset}));
        if (comma == std::string_view::npos)
            return pieces;
        list = {list.text.substr(comma + 1), list.offset + comma + 1};
    }
}

Read readForm(const Piece &whole, std::size_t open)
{
    const Piece name = trimmed({whole.text.substr(0, open), whole.offset});
    const Form *form = nullptr;
    for (const Form &candidate : forms) {
        if (candidate.name == name.text)
            form = &candidate;
    }
    if (!form)
        return problem(name, fmt::format("unknown distribution \"{}\": there are uniform(a, b), exp(mean), "
                                         "normal(mean, sd), lognormal(median, sigma), weibull(scale, shape)",
                                         name.text));
    const std::size_t close = whole.text.find(')', open);
    if (close == std::string_view::npos)
        return problem({{}, whole.offset + whole.text.size()}, "a \")\" is missing");
    if (close + 1 != whole.text.size())
        return problem({{}, whole.offset + close + 1}, "nothing may follow the \")\"");
    const std::vector<Piece> arguments =
        splitAtCommas({whole.text.substr(open + 1, close - open - 1), whole.offset + open + 1});
    if (arguments.size() != form->arguments)
        return problem(name, fmt::format("it is written {}", form->usage));
    return form->read(arguments);
}

}  // namespace

tl::expected<Distribution, TextProblem> parseDistribution(std::string_view text)
{
    const Piece whole = trimmed({text, 0});
    if (whole.text == "never")
        return Distribution::never();
    if (const std::size_t open = whole.text.find('('); open != std::string_view::npos)
        return readForm(whole, open);
    const auto duration = readDuration(whole);
    if (duration)
        return Distribution::fixed(*duration);
    const bool isNumber = !whole.text.empty() && whole.text[0] >= '0' && whole.text[0] <= '9';
    if (isNumber || (!whole.text.empty() && whole.text[0] == '-'))
        return tl::unexpected(duration.error());
    return problem(whole, "meant is a duration such as 1m30s, a distribution such as exp(30s), or never");
}

std::string toText(const Distribution &distribution)
{
    std::string first = toText(distribution.first());
    switch (distribution.kind()) {
    case Distribution::Kind::Fixed:
    case Distribution::Kind::Never:
        return first;
    case Distribution::Kind::Uniform:
        return fmt::format("uniform({}, {})", first, toText(distribution.second()));
    case Distribution::Kind::Exponential:
        return fmt::format("exp({})", first);
    case Distribution::Kind::Normal:
        return fmt::format("normal({}, {})", first, toText(distribution.second()));
    case Distribution::Kind::Lognormal:
        return fmt::format("lognormal({}, {})", first, numberText(distribution.factor()));
    case Distribution::Kind::Weibull:
        return fmt::format("weibull({}, {})", first, numberText(distribution.factor()));
    }
    DARUMA_UNREACHABLE("every kind is handled");
}

}  // namespace daruma
