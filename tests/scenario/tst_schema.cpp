#ifndef Q_MOC_RUN  // moc cannot read <compare>
#include "resources/resources.h"
#include "simulator/scenario/keys.h"
#include "simulator/scenario/scenario.h"
#endif

#include <QRegularExpression>
#include <QSet>
#include <QTest>
#include <nlohmann/json.hpp>

using namespace daruma;
using Json = nlohmann::json;

namespace {

const Json &schemaJson()
{
    static const Json json = Json::parse(schema());
    return json;
}

QString text(std::string_view view)
{
    return QString::fromUtf8(view.data(), static_cast<qsizetype>(view.size()));
}

Json ref(const char *name)
{
    return {{"$ref", std::string("#/$defs/") + name}};
}

Json byIncarnation(const char *name)
{
    return {{"anyOf", {ref(name), {{"type", "array"}, {"items", ref(name)}, {"minItems", 1}}}}};
}

/// What the schema has to say of a key of that type; nothing where the key has more to say than its type.
Json expectedOf(const Key &key)
{
    switch (key.type) {
    case ValueType::WholeNumber:
        return {{"type", "integer"}, {"minimum", 0}};
    case ValueType::Count:
        return {{"type", "integer"}, {"minimum", 1}};
    case ValueType::Factor:
        return {{"type", "number"}};
    case ValueType::Share:
        return {{"type", "number"}, {"minimum", 0}, {"maximum", 1}};
    case ValueType::TrueOrFalse:
        return {{"type", "boolean"}};
    case ValueType::Duration:
        return ref("duration");
    case ValueType::Distribution:
        return ref("distribution");
    case ValueType::OneOf:
        return {{"type", "string"},
                {"enum", std::vector<std::string>(key.choices.begin(), key.choices.end())}};
    case ValueType::Names:
        return {{"type", "array"}};
    case ValueType::Shutdown:
        return {{"anyOf", {ref("duration"), {{"type", "string"}, {"enum", {"infinity", "brutal_kill"}}}}}};
    case ValueType::Reason:
        return ref("exitFaultReason");
    case ValueType::Moments:
        return {{"type", "array"}, {"items", ref("duration")}, {"minItems", 2}, {"maxItems", 2}};
    case ValueType::Distributions:
        return byIncarnation("distribution");
    case ValueType::Reasons:
        return byIncarnation("reason");
    case ValueType::InitResults:
        return byIncarnation("initResult");
    case ValueType::SupervisorInitResults:
        return byIncarnation("supervisorInitResult");
    case ValueType::Backoff:
        return {{"anyOf", {ref("duration"), ref("backoff")}}};
    case ValueType::Behaviour:
        return ref("behaviour");
    case ValueType::Options:
        return {{"type", "object"}};
    case ValueType::MaxRestarts:
        return {
            {"anyOf", {{{"type", "integer"}, {"minimum", 0}}, {{"type", "string"}, {"const", "unlimited"}}}}};
    case ValueType::Within:
        return {{"anyOf", {ref("duration"), {{"type", "string"}, {"const", "lifetime"}}}}};
    case ValueType::Text:
        break;
    }
    return Json::object();
}

/// The pattern of a named set of values.
QRegularExpression patternOf(const char *name)
{
    const Json &definition = schemaJson()["$defs"][name];
    const Json &texts = definition.contains("anyOf") ? definition["anyOf"][0] : definition;
    return QRegularExpression(text(texts["pattern"].get<std::string>()));
}

}

/// The schema and the reader know the same tables, keys and values.
class Schema : public QObject {
    Q_OBJECT

private slots:
    void tablesAreTheSame();
    void keysAreTheSame_data();
    void keysAreTheSame();
    void valuesAreOfTheSameType_data();
    void valuesAreOfTheSameType();
    void namedValuesAreTheSame_data();
    void namedValuesAreTheSame();
    void durationsLookTheSame();
    void everyKeyIsExplained();
    void whatADialectDefaultsToIsNoDefaultOfTheSchema();
    void everyReferenceLeadsSomewhere();
    void theHelpNamesEveryKey();
    void theExamplesOfTheHelpAreScenarios();

private:
    static void addTables();
};

void Schema::addTables()
{
    QTest::addColumn<int>("table");
    for (std::size_t i = 0; i < tableKinds().size(); ++i)
        QTest::newRow(qPrintable(text(tableKinds()[i]->title))) << int(i);
}

void Schema::whatADialectDefaultsToIsNoDefaultOfTheSchema()
{
    const Json definitions = schemaJson()["$defs"];
    for (const char *table : {"supervisor", "worker"})
        for (const char *key : {"strategy", "max_restarts", "within", "restart", "shutdown"}) {
            const Json &properties = definitions[table]["properties"];
            if (!properties.contains(key))
                continue;
            QVERIFY2(!properties[key].contains("default"), key);
            const QString description = text(properties[key]["description"].get<std::string>());
            QVERIFY2(description.contains("dialect"), qPrintable(description));
        }
}

void Schema::tablesAreTheSame()
{
    QSet<QString> inSchema;
    for (const auto &entry : schemaJson()["properties"].items())
        inSchema << text(entry.key());
    QSet<QString> inReader;
    for (const TableKind *kind : tableKinds()) {
        if (kind != &behaviourTable && kind != &backoffTable)
            inReader << text(kind->name);
        QVERIFY2(schemaJson()["$defs"].contains(std::string(kind->name)), kind->name.data());
    }
    QCOMPARE(inSchema, inReader);
}

void Schema::keysAreTheSame_data()
{
    addTables();
}

void Schema::keysAreTheSame()
{
    QFETCH(int, table);
    const TableKind &kind = *tableKinds()[static_cast<std::size_t>(table)];
    const Json &definition = schemaJson()["$defs"][std::string(kind.name)];
    QCOMPARE(definition["additionalProperties"].get<bool>(), false);
    QSet<QString> inSchema;
    for (const auto &entry : definition["properties"].items())
        inSchema << text(entry.key());
    QSet<QString> requiredInSchema;
    const Json required = definition.value("required", Json::array());
    for (const Json &name : required)
        requiredInSchema << text(name.get<std::string>());
    QSet<QString> inReader;
    QSet<QString> requiredInReader;
    for (const Key &key : kind.keys) {
        inReader << text(key.name);
        if (key.isRequired)
            requiredInReader << text(key.name);
    }
    QCOMPARE(inSchema, inReader);
    QCOMPARE(requiredInSchema, requiredInReader);
}

void Schema::valuesAreOfTheSameType_data()
{
    addTables();
}

void Schema::valuesAreOfTheSameType()
{
    QFETCH(int, table);
    const TableKind &kind = *tableKinds()[static_cast<std::size_t>(table)];
    for (const Key &key : kind.keys) {
        const Json &property =
            schemaJson()["$defs"][std::string(kind.name)]["properties"][std::string(key.name)];
        if (key.type == ValueType::Text) {
            const std::string target = property.value("$ref", "");
            const bool isText = property.value("type", "") == "string" || target == "#/$defs/selector"
                                || target == "#/$defs/expression";
            QVERIFY2(isText && !property.contains("enum"), key.name.data());
            continue;
        }
        const Json expected = expectedOf(key);
        for (const auto &entry : expected.items()) {
            QVERIFY2(property.contains(entry.key()), key.name.data());
            QVERIFY2(property[entry.key()] == entry.value(), key.name.data());
        }
    }
}

void Schema::namedValuesAreTheSame_data()
{
    QTest::addColumn<QString>("definition");
    QTest::addColumn<QStringList>("names");
    const auto add = [](const char *definition, std::span<const std::string_view> names) {
        QStringList list;
        for (const std::string_view name : names)
            list << text(name);
        QTest::newRow(definition) << QString(definition) << list;
    };
    add("reason", reasonNames());
    add("exitFaultReason", exitFaultReasonNames());
    add("initResult", initResultNames());
    add("supervisorInitResult", supervisorInitResultNames());
}

void Schema::namedValuesAreTheSame()
{
    QFETCH(QString, definition);
    QFETCH(QStringList, names);
    const QRegularExpression pattern = patternOf(qPrintable(definition));
    QVERIFY(pattern.isValid());
    const QStringList all{"ok", "error", "ignore", "panic", "hang", "normal", "shutdown", "kill"};
    for (const QString &name : all) {
        QCOMPARE(pattern.match(name).hasMatch(), names.contains(name));
        const bool takesText = name == "panic" || name == "error" || name == "shutdown";
        QCOMPARE(pattern.match(name + ":a text").hasMatch(), names.contains(name) && takesText);
        QVERIFY(!pattern.match(name + ":").hasMatch());
        QVERIFY(!pattern.match("x" + name).hasMatch());
    }
}

void Schema::durationsLookTheSame()
{
    const QRegularExpression duration = patternOf("duration");
    for (const char *good : {"1s", "1m30s", "1.5s", "10us", "3d", " 1h "})
        QVERIFY2(duration.match(good).hasMatch(), good);
    for (const char *bad : {"", "1", "1 s", "-1s", "s", "1.s", "never", "1min"})
        QVERIFY2(!duration.match(bad).hasMatch(), bad);
    const QRegularExpression distribution = patternOf("distribution");
    for (const char *good : {"1s", "never", "uniform(1s, 2s)", "exp(30s)", "weibull(1h, 0.7)"})
        QVERIFY2(distribution.match(good).hasMatch(), good);
    for (const char *bad : {"", "expo(1h)", "exp(1h", "1", "Never"})
        QVERIFY2(!distribution.match(bad).hasMatch(), bad);
}

void Schema::everyKeyIsExplained()
{
    for (const auto &definition : schemaJson()["$defs"].items()) {
        QVERIFY2(!definition.value()["description"].get<std::string>().empty(), definition.key().c_str());
        const Json properties = definition.value().value("properties", Json::object());
        for (const auto &property : properties.items()) {
            const std::string said = property.value().value("description", "");
            QVERIFY2(said.size() > 3 && said.back() == '.', property.key().c_str());
        }
    }
}

void Schema::everyReferenceLeadsSomewhere()
{
    int references = 0;
    const Json flat = schemaJson().flatten();
    for (const auto &entry : flat.items()) {
        if (!QString::fromStdString(entry.key()).endsWith("/$ref"))
            continue;
        ++references;
        const std::string target = entry.value().get<std::string>();
        QVERIFY2(schemaJson().contains(Json::json_pointer(target.substr(1))), target.c_str());
    }
    QVERIFY(references > 20);
}

namespace {

std::string_view scenarioHelp()
{
    for (const Resource &topic : helpTopics()) {
        if (topic.name == "scenario")
            return topic.content;
    }
    return {};
}

}

void Schema::theHelpNamesEveryKey()
{
    const QString help = text(scenarioHelp());
    for (const TableKind *kind : tableKinds()) {
        for (const Key &key : kind->keys) {
            QVERIFY2(help.contains(u'`' + text(key.name) + u'`')
                         || help.contains(u'`' + text(key.name) + " ="),
                     key.name.data());
            for (const std::string_view choice : key.choices)
                QVERIFY2(help.contains(u'"' + text(choice) + u'"')
                             || help.contains(u'`' + text(choice) + u'`'),
                         choice.data());
        }
    }
}

void Schema::theExamplesOfTheHelpAreScenarios()
{
    const QString help = text(scenarioHelp());
    static const QRegularExpression block(QStringLiteral("```toml\n(.*?)```"),
                                          QRegularExpression::DotMatchesEverythingOption);
    // What an example speaks of without showing it.
    static const std::string tree =
        "[supervisor.app]\nchildren = [\"db\", \"web\"]\n[worker.db]\n[worker.web]\n";
    static const std::string above = "[supervisor.app]\nchildren = [\"conns\"]\n";
    int examples = 0;
    auto matches = block.globalMatch(help);
    while (matches.hasNext()) {
        const std::string example = matches.next().captured(1).toStdString();
        const bool isWhole = example.find("[supervisor.app]") != std::string::npos;
        const bool hasConns = example.find("[supervisor.conns]") != std::string::npos;
        const auto scenario = readScenario((isWhole    ? ""
                                            : hasConns ? above
                                                       : tree)
                                               + example,
                                           "example.toml");
        QVERIFY2(scenario,
                 scenario ? "" : (example + toText(scenario.error().front(), "example.toml")).c_str());
        ++examples;
    }
    QVERIFY(examples >= 5);
}

QTEST_APPLESS_MAIN(Schema)
#include "tst_schema.moc"
