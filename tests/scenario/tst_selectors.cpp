#ifndef Q_MOC_RUN  // moc cannot read <compare>
#include "simulator/kernel/selector.h"
#include "simulator/scenario/name_hints.h"
#endif

#include <QTest>

using namespace daruma;

class Selectors : public QObject {
    Q_OBJECT

private slots:
    void globsMatchPaths_data();
    void globsMatchPaths();
    void manyStarsStayFast();
    void hintsAreCloseOrMissing_data();
    void hintsAreCloseOrMissing();
};

void Selectors::globsMatchPaths_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QString>("path");
    QTest::addColumn<bool>("matches");
    QTest::newRow("a path is itself") << "app/web"
                                      << "app/web" << true;
    QTest::newRow("a path is not its child") << "app/web"
                                             << "app/web/pool" << false;
    QTest::newRow("a star is any child") << "app/*"
                                         << "app/web" << true;
    QTest::newRow("a star is no grandchild") << "app/*"
                                             << "app/web/pool" << false;
    QTest::newRow("two stars are two levels") << "app/*/*"
                                              << "app/web/pool" << true;
    QTest::newRow("a star may be nothing") << "app/web*"
                                           << "app/web" << true;
    QTest::newRow("brackets are themselves") << "pool[*]"
                                             << "app/web/pool[3]" << true;
    QTest::newRow("a bracket is no set") << "pool[3]"
                                         << "app/pool3" << false;
    QTest::newRow("without a slash the last name counts") << "p*l"
                                                          << "app/web/pool" << true;
    QTest::newRow("without a slash no other name counts") << "web"
                                                          << "app/web/pool" << false;
    QTest::newRow("with a slash the whole path counts") << "web/pool"
                                                        << "app/web/pool" << false;
    QTest::newRow("a question mark is one character") << "conn?"
                                                      << "app/conn7" << true;
    QTest::newRow("a question mark is not two") << "conn?"
                                                << "app/conn17" << false;
    QTest::newRow("a question mark is not none") << "conn?"
                                                 << "app/conn" << false;
    QTest::newRow("a question mark is no slash") << "app?web"
                                                 << "app/web" << false;
    QTest::newRow("a question mark is a whole character") << "b?r"
                                                          << "app/b\u00e4r" << true;
    QTest::newRow("a later star gives back what it took") << "a*b*c"
                                                          << "abxbyc" << true;
    QTest::newRow("nothing matches nothing") << ""
                                             << "" << true;
    QTest::newRow("nothing matches no path") << ""
                                             << "app" << false;
}

void Selectors::globsMatchPaths()
{
    QFETCH(QString, pattern);
    QFETCH(QString, path);
    QFETCH(bool, matches);
    QCOMPARE(globMatches(pattern.toStdString(), path.toStdString()), matches);
}

void Selectors::manyStarsStayFast()
{
    std::string pattern;
    for (int i = 0; i < 200; ++i)
        pattern += "*a";
    QVERIFY(!globMatches(pattern + "b", std::string(5000, 'a')));
}

void Selectors::hintsAreCloseOrMissing_data()
{
    QTest::addColumn<QString>("written");
    QTest::addColumn<QString>("meant");
    QTest::newRow("a letter is missing") << "max_restart"
                                         << "max_restarts";
    QTest::newRow("two letters are swapped") << "srtategy"
                                             << "strategy";
    QTest::newRow("it is only the beginning") << "max"
                                              << "max_restarts";
    QTest::newRow("it is something else") << "telemetry"
                                          << "";
    QTest::newRow("it is empty") << ""
                                 << "";
}

void Selectors::hintsAreCloseOrMissing()
{
    QFETCH(QString, written);
    QFETCH(QString, meant);
    const std::string text = written.toStdString();
    QCOMPARE(QString::fromStdString(std::string(closestName(text, {"strategy", "max_restarts", "within"}))),
             meant);
}

QTEST_APPLESS_MAIN(Selectors)
#include "tst_selectors.moc"
