#include "tests/tidy/rules.h"

#include <QRegularExpression>

#include <array>

namespace daruma::tidy {

namespace {

constexpr int maxLines = 500;
constexpr int maxColumns = 110;

QString at(const File &file, qsizetype line, const QString &message)
{
    return QStringLiteral("%1:%2: %3").arg(file.path).arg(line).arg(message);
}

/// One breach for each line that matches; MATCH in the message is what matched.
QStringList linesThatMatch(const File &file, const QString &text, const QString &pattern,
                           const QString &message)
{
    const QRegularExpression expression(pattern);
    QStringList breaches;
    const QStringList lines = text.split(u'\n');
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const auto match = expression.match(lines[i]);
        if (match.hasMatch())
            breaches << at(file, i + 1, QString(message).replace("MATCH", match.captured().trimmed()));
    }
    return breaches;
}

bool isSource(const File &file)
{
    return file.path.endsWith(u".h") || file.path.endsWith(u".cpp");
}

struct Include {
    qsizetype line;
    bool quoted;
    QString target;
};

QList<Include> includesOf(const File &file)
{
    static const QRegularExpression expression(QStringLiteral("^\\s*#\\s*include\\s*([<\"])([^>\"]+)[>\"]"));
    QList<Include> includes;
    const QStringList lines = file.text.split(u'\n');
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const auto match = expression.match(lines[i]);
        if (match.hasMatch())
            includes << Include{i + 1, match.captured(1) == u"\"", match.captured(2)};
    }
    return includes;
}

/// A room and the other rooms that it may include.
struct Room {
    QString folder;
    QStringList below;
};

const Room *roomOf(const QString &path)
{
    static const std::array rooms{
        Room{"resources", {}},
        Room{"engine", {}},
        Room{"simulator/kernel", {"engine"}},
        Room{"simulator/scenario", {"engine", "simulator/kernel", "resources"}},
        Room{"simulator/analysis", {"engine", "simulator/kernel", "simulator/scenario"}},
        Room{"simulator/store", {"engine", "simulator/kernel", "simulator/scenario"}},
        Room{"simulator/campaign",
             {"engine", "simulator/kernel", "simulator/scenario", "simulator/analysis", "simulator/store"}},
        Room{"app/cli",
             {"engine", "simulator/kernel", "simulator/scenario", "simulator/analysis", "simulator/store",
              "simulator/campaign", "resources"}},
        Room{"app/desktop/layout",
             {"engine", "simulator/kernel", "simulator/scenario", "simulator/analysis"}},
        Room{"app/desktop/models",
             {"engine", "simulator/kernel", "simulator/scenario", "simulator/analysis", "simulator/store",
              "simulator/campaign", "resources", "app/desktop/layout"}},
        Room{"app/desktop",
             {"engine", "simulator/kernel", "simulator/scenario", "simulator/analysis", "simulator/store",
              "simulator/campaign", "resources", "app/desktop/layout", "app/desktop/models"}},
    };
    for (const Room &room : rooms) {
        if (path.startsWith(room.folder + u'/'))
            return &room;
    }
    return nullptr;
}

bool isDeterministic(const File &file)
{
    static const QStringList folders{"engine", "simulator/kernel", "simulator/scenario",
                                     "simulator/analysis"};
    const Room *room = isSource(file) ? roomOf(file.path) : nullptr;
    return room && folders.contains(room->folder);
}

}

QStringList brokenLayers(const File &file)
{
    const Room *room = isSource(file) ? roomOf(file.path) : nullptr;
    QStringList breaches;
    if (!room)
        return breaches;
    for (const Include &include : includesOf(file)) {
        if (!include.quoted)
            continue;
        const Room *target = roomOf(include.target);
        if (!target)
            breaches << at(file, include.line, include.target + " is no path from the top into a room");
        else if (target != room && !room->below.contains(target->folder))
            breaches << at(file, include.line, room->folder + " must not include " + target->folder);
    }
    return breaches;
}

QStringList librariesOutOfPlace(const File &file)
{
    struct Library {
        QString pattern;
        QStringList rooms;      ///< that may include it
        bool inHeaders = true;  ///< whether their headers may
    };
    static const QStringList aboveKernel{
        "simulator/scenario", "simulator/analysis", "simulator/store", "simulator/campaign", "app/cli",
        "app/desktop/layout", "app/desktop/models", "app/desktop"};
    static const QStringList aboveEngine = QStringList{"simulator/kernel"} + aboveKernel;
    static const std::array libraries{
        Library{"^Q(?!tConcurrent)", {"app/desktop/models", "app/desktop"}},
        Library{"^QtConcurrent", {"simulator/campaign", "app/desktop/models", "app/desktop"}, false},
        Library{"^sqlite3", {"simulator/store"}, false},
        Library{"^zstd", {"simulator/store"}, false},
        Library{"^toml\\+\\+", {"simulator/scenario"}, false},
        Library{"^CLI/", {"app/cli"}},
        Library{"^nlohmann/", aboveKernel},
        Library{"^(fmt|tl)/|^xxhash", aboveEngine},
    };
    const Room *room = isSource(file) ? roomOf(file.path) : nullptr;
    QStringList breaches;
    if (!room)
        return breaches;
    for (const Include &include : includesOf(file)) {
        for (const Library &library : libraries) {
            if (include.quoted || !QRegularExpression(library.pattern).match(include.target).hasMatch())
                continue;
            if (!library.rooms.contains(room->folder))
                breaches << at(file, include.line, room->folder + " must not include " + include.target);
            else if (!library.inHeaders && file.path.endsWith(u".h"))
                breaches << at(file, include.line, include.target + " belongs into a .cpp file");
        }
    }
    return breaches;
}

QStringList bannedNames(const File &file)
{
    if (!isDeterministic(file))
        return {};
    static const QStringList banned{
        // the clock of the machine
        "\\b(steady_clock|system_clock|high_resolution_clock|clock_gettime|gettimeofday)\\b",
        "(\\bstd::|(?<![\\w:])::)time\\s*\\(|(?<![\\w.>:])time\\s*\\(\\s*(nullptr|NULL|0|&)",
        // threads
        "\\bstd::(thread|jthread|async|(\\w+_)?mutex|condition_variable|atomic)\\b|\\bpthread_\\w+",
        // an order that depends on the library or on addresses
        "\\bunordered_\\w+",
        "\\bstd::hash\\b",
        "\\bstd::(map|set)<[^,<>]*\\*",
        // randomness that is not the run's own
        "\\b\\w+_distribution\\b",
        "\\brandom_device\\b",
        "\\bs?rand\\s*\\(",
        "\\bmt19937",
        // functions whose last bit depends on the processor
        "\\bstd::(log(2|10|1p)?|exp(2|m1)?|pow|cbrt|hypot|erfc?|[lt]gamma)[fl]?\\b",
        "\\bstd::(a?(sin|cos|tan)h?|atan2)[fl]?\\b",
        "(?<![\\w.>:])(log(f|2f?|10f?|1pf?)|exp(f|2f?|m1f?)|powf?|sinf?|cosf?|tanf?)\\s*\\(",
    };
    const QString code = codeOnly(file.text);
    QStringList breaches;
    for (const QString &pattern : banned)
        breaches << linesThatMatch(file, code, pattern, "MATCH makes runs differ or is not for this room");
    return breaches;
}

QStringList longFiles(const File &file)
{
    const qsizetype lines = file.text.count(u'\n');
    if (!isSource(file) || lines <= maxLines)
        return {};
    return {at(file, lines, QStringLiteral("%1 lines, the limit is %2").arg(lines).arg(maxLines))};
}

QStringList longLines(const File &file)
{
    QStringList breaches;
    if (!isSource(file))
        return breaches;
    const QStringList lines = file.text.split(u'\n');
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const qsizetype columns = lines[i].toUcs4().size();
        if (columns > maxColumns && !lines[i].contains(u"://"))
            breaches << at(file, i + 1,
                           QStringLiteral("%1 columns, the limit is %2").arg(columns).arg(maxColumns));
    }
    return breaches;
}

QStringList leftovers(const File &file)
{
    // Written in two halves, so that this file keeps its own rule.
    static const QString words = "(?i)\\b(to"
                                 "do|fix"
                                 "me|x"
                                 "xx|ha"
                                 "ck|st"
                                 "ub|place"
                                 "holder|dum"
                                 "my|"
                                 "not imple"
                                 "mented|imple"
                                 "ment later)s?\\b";
    return linesThatMatch(file, file.text, words, "MATCH is left over");
}

QStringList headersWithoutPragmaOnce(const File &file)
{
    if (!file.path.endsWith(u".h") || file.text.startsWith(u"#pragma once\n"))
        return {};
    return {at(file, 1, "a header begins with #pragma once")};
}

QStringList untidySpaces(const File &file)
{
    QStringList breaches = linesThatMatch(file, file.text, "\\t", "a tab");
    breaches << linesThatMatch(file, file.text, "[ \\t\\r]+$", "spaces at the end of the line");
    if (!file.text.isEmpty() && !file.text.endsWith(u'\n'))
        breaches << at(file, file.text.count(u'\n') + 1, "no line end at the end of the file");
    return breaches;
}

QStringList machinePaths(const File &file)
{
    // A path of the supervision tree, such as app/work/x, has a name before its first slash.
    return linesThatMatch(file, file.text,
                          "(?<![\\w.\\]*}])/([h]ome/\\w|[r]oot/|[U]sers/\\w|[w]ork/|[t]mp/b-)",
                          "MATCH is a path of one machine");
}

QStringList misnamedScenarios(const File &file)
{
    static const QRegularExpression shipped(QStringLiteral("^scenarios/([^/]+)\\.toml$"));
    static const QRegularExpression named(QStringLiteral("^\\[scenario\\][^\\[]*?^name\\s*=\\s*\"([^\"]*)\""),
                                          QRegularExpression::MultilineOption);
    const auto path = shipped.match(file.path);
    if (!path.hasMatch() || named.match(file.text).captured(1) == path.captured(1))
        return {};
    return {at(file, 1, "[scenario] name must be \"" + path.captured(1) + '"')};
}

QStringList dialectNames(const File &file)
{
    static const QStringList rooms{"engine", "simulator/kernel"};
    const Room *room = isSource(file) ? roomOf(file.path) : nullptr;
    if (!room || !rooms.contains(room->folder))
        return {};
    static const QString names =
        "\\b\\w*(Otp|OTP|Elixir|Spry|AshFlare|ash_flare|Tokio|ProcessManager|Rusm|Systemd|Suture)\\w*"
        "|\\b(otp|elixir|spry|tokio|rusm|systemd|suture)\\w*|\\bdialect\\s*[=!]=";
    return linesThatMatch(file, codeOnly(file.text), names,
                          "MATCH: a dialect is a shape and its policies here");
}

QString codeOnly(const QString &text)
{
    static const QRegularExpression blanked(
        QStringLiteral(
            R"re(//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<!\w)'(?:\\.|[^'\\\n])+')re"),
        QRegularExpression::DotMatchesEverythingOption);
    QString code = text;
    auto matches = blanked.globalMatch(text);
    while (matches.hasNext()) {
        const auto match = matches.next();
        for (qsizetype i = match.capturedStart(); i < match.capturedEnd(); ++i) {
            if (code[i] != u'\n')
                code[i] = u' ';
        }
    }
    return code;
}

std::span<const Rule> rules()
{
    static constexpr std::array table{
        Rule{"includes point down", brokenLayers},
        Rule{"libraries stay in their rooms", librariesOutOfPlace},
        Rule{"runs depend on nothing but their seed", bannedNames},
        Rule{"the engine knows no dialect", dialectNames},
        Rule{"files are short", longFiles},
        Rule{"lines are short", longLines},
        Rule{"nothing is left over", leftovers},
        Rule{"headers are read once", headersWithoutPragmaOnce},
        Rule{"spaces are tidy", untidySpaces},
        Rule{"no path of one machine", machinePaths},
        Rule{"shipped scenarios have the names of their files", misnamedScenarios},
    };
    return table;
}

}
