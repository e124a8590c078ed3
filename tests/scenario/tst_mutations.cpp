#include "simulator/kernel/random.h"
#include "tests/scenario/reading.h"

#include <QTest>

#include <algorithm>

using namespace daruma;
using namespace daruma::test;

namespace {

/// A scenario with every kind of table and most keys.
std::string richText()
{
    return contentOf(QStringLiteral(DARUMA_SOURCE_DIR "/tests/scenario/good/everything.toml"));
}

/// One character changed, removed, doubled or swapped, or two lines exchanged.
std::string mutated(std::string text, StreamKey stream, std::uint64_t &counter)
{
    static constexpr std::string_view interesting = "\"'[]{}=.,#\n\\ :*?()-0179aZ\xff\xc3\t";
    const auto below = [&](std::size_t bound) {
        return static_cast<std::size_t>(scaleToBound(draw(stream, counter++), bound));
    };
    const std::size_t at = below(text.size());
    switch (below(5)) {
    case 0:
        text[at] = interesting[below(interesting.size())];
        break;
    case 1:
        text.erase(at, 1 + below(20));
        break;
    case 2:
        text.insert(at, text.substr(below(text.size()), below(40)));
        break;
    case 3:
        text.insert(at, 1, interesting[below(interesting.size())]);
        break;
    default: {
        const std::size_t begin = text.rfind('\n', at) + 1;
        const std::string line = text.substr(begin, text.find('\n', at) - begin + 1);
        text.erase(begin, line.size());
        text.insert(text.rfind('\n', below(text.size() + 1)) + 1, line);
        break;
    }
    }
    return text;
}

}

/// Reading ends with a scenario or with problems that have a message, whatever the text is.
class Mutations : public QObject {
    Q_OBJECT

private slots:
    void everyBeginningOfAFileIsAnswered();
    void changedFilesAreAnswered();
    void readingTwiceGivesTheSameAnswer();
};

void Mutations::everyBeginningOfAFileIsAnswered()
{
    const std::string text = richText();
    QVERIFY(!text.empty());
    QCOMPARE(problemsOf(text), QString());
    for (std::size_t length = 0; length < text.size(); length += 7) {
        const auto scenario = readScenario(text.substr(0, length), "x.toml");
        if (!scenario)
            QVERIFY(!scenario.error().empty() && !scenario.error().front().message.empty());
    }
}

void Mutations::changedFilesAreAnswered()
{
    constexpr int rounds = 1500;
    const StreamKey stream = streamKey(20240601, nameHash("mutations"), Purpose::Swarm);
    std::uint64_t counter = 0;
    const std::string original = richText();
    int broken = 0;
    for (int round = 0; round < rounds; ++round) {
        std::string text = original;
        for (int changes = 0; changes <= round % 4; ++changes)
            text = mutated(text, stream, counter);
        const auto scenario = readScenario(text, "x.toml");
        if (scenario)
            continue;
        ++broken;
        QVERIFY2(!scenario.error().empty(), text.c_str());
        for (const Problem &problem : scenario.error())
            QVERIFY2(!problem.message.empty(), text.c_str());
    }
    QVERIFY2(broken > rounds / 4 && broken < rounds,
             "the changes are too mild, or too wild, to test anything");
}

void Mutations::readingTwiceGivesTheSameAnswer()
{
    for (const QString &path : filesIn("tests/scenario/bad", "*.toml")) {
        const std::string text = contentOf(path);
        QCOMPARE(problemsOf(text), problemsOf(text));
    }
}

QTEST_APPLESS_MAIN(Mutations)
#include "tst_mutations.moc"
