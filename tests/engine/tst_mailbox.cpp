#ifndef Q_MOC_RUN  // moc cannot read <compare>
#include "engine/mailbox.h"
#endif

#include <QTest>

#include <deque>
#include <random>

using namespace daruma;

namespace {

Signal exitOf(std::uint32_t node, std::uint32_t incarnation = 1)
{
    return {.kind = SignalKind::ChildExited, .child = {NodeId{node}, incarnation}};
}

Signal call(std::uint32_t cause)
{
    return {.kind = SignalKind::Command, .child = {NodeId{1}, 1}, .cause = EventId{cause}};
}

}

class TestMailbox : public QObject {
    Q_OBJECT

private slots:
    void messagesComeOutInTheOrderOfTheirArrival()  // rule 73
    {
        Mailbox mailbox;
        QVERIFY(mailbox.isEmpty());
        mailbox.push(call(1));
        mailbox.push(exitOf(5));
        mailbox.push(call(2));
        QCOMPARE(mailbox.pop().cause.value, 1u);
        mailbox.push(call(3));
        QCOMPARE(mailbox.pop().child.node.value, 5u);
        QCOMPARE(mailbox.pop().cause.value, 2u);
        QCOMPARE(mailbox.pop().cause.value, 3u);
        QVERIFY(mailbox.isEmpty());
    }

    void theExitOfOneProcessAloneIsTakenOut()  // rule 43
    {
        Mailbox mailbox;
        mailbox.push(call(1));
        mailbox.push(exitOf(1, 1));
        mailbox.push(exitOf(1, 2));
        mailbox.push(exitOf(2, 1));
        QVERIFY(mailbox.hasExitOf({NodeId{1}, 2}));
        QVERIFY(mailbox.removeExitOf({NodeId{1}, 2}));
        QVERIFY(!mailbox.hasExitOf({NodeId{1}, 2}));
        QVERIFY(!mailbox.removeExitOf({NodeId{1}, 2}));
        QVERIFY(!mailbox.removeExitOf({NodeId{3}, 1}));
        QCOMPARE(mailbox.pop().cause.value, 1u);
        QCOMPARE(mailbox.pop().child.incarnation, 1u);
        QCOMPARE(mailbox.pop().child.node.value, 2u);
        QVERIFY(mailbox.isEmpty());
    }

    void whatWasReadIsNotFoundAgain()
    {
        Mailbox mailbox;
        mailbox.push(exitOf(1));
        mailbox.push(exitOf(2));
        mailbox.pop();
        QVERIFY(!mailbox.hasExitOf({NodeId{1}, 1}));
        QVERIFY(!mailbox.removeExitOf({NodeId{1}, 1}));
        QVERIFY(mailbox.removeExitOf({NodeId{2}, 1}));
        QVERIFY(mailbox.isEmpty());
    }

    void onlyExitsAreTakenOut()
    {
        Mailbox mailbox;
        mailbox.push(call(1));
        QVERIFY(!mailbox.removeExitOf({NodeId{1}, 1}));
        QVERIFY(!mailbox.isEmpty());
    }

    void clearingForgetsEverything()
    {
        Mailbox mailbox;
        mailbox.push(call(1));
        mailbox.push(call(2));
        mailbox.pop();
        mailbox.clear();
        QVERIFY(mailbox.isEmpty());
        mailbox.push(call(3));
        QCOMPARE(mailbox.pop().cause.value, 3u);
    }

    void itBehavesAsAPlainQueue()
    {
        std::mt19937_64 random(7);
        Mailbox mailbox;
        std::deque<Signal> queue;
        for (int i = 0; i < 100'000; ++i) {
            const auto node = static_cast<std::uint32_t>(random() % 40);
            const auto found = std::find_if(queue.begin(), queue.end(), [node](const Signal &signal) {
                return signal.child == ProcessId{NodeId{node}, 1};
            });
            switch (random() % 7) {
            case 0:
                QCOMPARE(mailbox.removeExitOf({NodeId{node}, 1}), found != queue.end());
                if (found != queue.end())
                    queue.erase(found);
                break;
            case 1:
                QCOMPARE(mailbox.hasExitOf({NodeId{node}, 1}), found != queue.end());
                break;
            case 2:
            case 3:
                if (!queue.empty()) {
                    QVERIFY(mailbox.pop().child == queue.front().child);
                    queue.pop_front();
                }
                break;
            default:
                if (queue.size() < 200) {
                    mailbox.push(exitOf(node));
                    queue.push_back(exitOf(node));
                }
            }
            QCOMPARE(mailbox.isEmpty(), queue.empty());
        }
    }
};

QTEST_APPLESS_MAIN(TestMailbox)
#include "tst_mailbox.moc"
