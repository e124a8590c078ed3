#include "app/desktop/models/completion.h"

#include "app/desktop/models/text.h"
#include "resources/resources.h"
#include "simulator/scenario/keys.h"

#include <QRegularExpression>

namespace daruma {

namespace {

QStringList quoted(std::span<const std::string_view> names)
{
    QStringList words;
    for (const std::string_view name : names)
        words += u'"' + qt(name) + u'"';
    return words;
}

QStringList headers()
{
    return {QStringLiteral("[scenario]"), QStringLiteral("[supervisor."), QStringLiteral("[worker."),
            QStringLiteral("[[fault]]"),  QStringLiteral("[[command]]"),  QStringLiteral("[[expect]]")};
}

/// The kind of table whose header stands nearest above; null where there is none.
const TableKind *kindAbove(const QString &text, qsizetype place)
{
    static const QRegularExpression header(QStringLiteral("^\\s*\\[+\\s*([a-z]+)"),
                                           QRegularExpression::MultilineOption);
    const TableKind *kind = nullptr;
    auto found = header.globalMatch(text.left(place));
    while (found.hasNext()) {
        const QString name = found.next().captured(1);
        kind = nullptr;
        for (const TableKind *known : tableKinds())
            if (qt(known->name) == name)
                kind = known;
    }
    return kind;
}

QStringList distributions()
{
    QStringList words;
    for (const char *word : {"never", "uniform(1s, 2s)", "exp(10s)", "normal(10s, 2s)", "lognormal(10s, 1)",
                             "weibull(10s, 1.5)"})
        words += u'"' + QLatin1String(word) + u'"';
    return words;
}

QStringList dialectNames()
{
    QStringList words;
    for (const Resource &dialect : dialects())
        words += u'"' + qt(dialect.name) + u'"';
    return words;
}

QStringList valuesOf(const Key &key, const QStringList &names)
{
    QStringList nodes;
    for (const QString &name : names)
        nodes += u'"' + name + u'"';
    switch (key.type) {
    case ValueType::OneOf:
        return quoted(key.choices);
    case ValueType::TrueOrFalse:
        return {QStringLiteral("true"), QStringLiteral("false")};
    case ValueType::Distribution:
    case ValueType::Distributions:
        return distributions();
    case ValueType::MaxRestarts:
        return {QStringLiteral("\"unlimited\"")};
    case ValueType::Within:
        return {QStringLiteral("\"lifetime\"")};
    case ValueType::Shutdown:
        return {QStringLiteral("\"infinity\""), QStringLiteral("\"brutal_kill\"")};
    case ValueType::Reason:
        return quoted(exitFaultReasonNames());
    case ValueType::Reasons:
        return quoted(reasonNames());
    case ValueType::InitResults:
        return quoted(initResultNames());
    case ValueType::SupervisorInitResults:
        return quoted(supervisorInitResultNames());
    case ValueType::Backoff:
        return {QStringLiteral("{ first = \"1s\", factor = 2, cap = \"30s\" }")};
    case ValueType::Names:
        return nodes;
    case ValueType::Text:
        if (key.name == "dialect")
            return dialectNames();
        return key.name == "into" || key.name == "to" || key.name == "child" ? nodes : QStringList();
    default:
        return {};
    }
}

QStringList startingWith(const QStringList &words, const QString &prefix)
{
    QStringList found;
    for (const QString &word : words)
        if (word.startsWith(prefix, Qt::CaseInsensitive) && word != prefix)
            found += word;
    return found;
}

bool isComment(const QString &line)
{
    bool isQuoted = false;
    for (const QChar c : line) {
        if (c == u'"')
            isQuoted = !isQuoted;
        if (c == u'#' && !isQuoted)
            return true;
    }
    return false;
}

/// Behind the last quote that is open, comma, bracket or blank.
QString valuePrefix(const QString &value)
{
    if (value.count(u'"') % 2 == 1)
        return value.mid(value.lastIndexOf(u'"'));
    static const QRegularExpression last(QStringLiteral("[^\\s,\\[{]*$"));
    return last.match(value).captured();
}

}

Completion completionAt(const QString &text, qsizetype place, const QStringList &names)
{
    const qsizetype start = text.lastIndexOf(u'\n', place - 1) + 1;
    const QString line = place > 0 ? text.mid(start, place - start) : QString();
    if (isComment(line))
        return {};
    const QString begun = line.trimmed();
    if (begun.startsWith(u'['))
        return {begun, startingWith(headers(), begun)};
    const TableKind *kind = kindAbove(text, start);
    const qsizetype equals = line.indexOf(u'=');
    if (equals < 0) {
        QStringList keys;
        if (kind)
            for (const Key &key : kind->keys)
                keys += qt(key.name);
        if (begun.isEmpty())
            keys += headers();
        return {begun, startingWith(keys, begun)};
    }
    const Key *key = kind ? kind->find(line.left(equals).trimmed().toStdString()) : nullptr;
    if (!key)
        return {};
    const QString prefix = valuePrefix(line.mid(equals + 1));
    return {prefix, startingWith(valuesOf(*key, names), prefix)};
}

}
