#include "simulator/kernel/expectation_checker.h"

#include "simulator/kernel/duration_text.h"

#include <algorithm>

namespace daruma {

namespace {

bool isAboutEveryState(ExpectationForm form)
{
    return form == ExpectationForm::Always || form == ExpectationForm::Never;
}

Selector rootSelector(const Model &model)
{
    Selector root;
    if (model.nodes.size() == 0)
        return root;
    root.text = model.nodes.path(NodeId{0}, model.texts);
    root.nodes = {NodeId{0}};
    return root;
}

}  // namespace

ExpectationChecker::ExpectationChecker(const Model &model)
    : m_model(&model)
    , m_root(std::make_shared<const Selector>(rootSelector(model)))
    , m_state(model)
    , m_texts(&model.texts)
{
    m_watches.reserve(model.expectations.size());
    for (const Expectation &expectation : model.expectations) {
        const auto index = static_cast<std::uint32_t>(m_watches.size());
        Watch &watch = m_watches.emplace_back();
        watch.expectation = &expectation;
        watch.expression = ExpressionEvaluator(expectation.expression, m_state);
        watch.whenever = ExpressionEvaluator(expectation.whenever, m_state);
        watch.awaitsStartUp = isAboutEveryState(expectation.form) && !expectation.from;
        watch.from = expectation.from.value_or(Instant::start());
        watch.expression.watch(m_state, index);
        watch.whenever.watch(m_state, index);
        if (watch.awaitsStartUp)
            m_state.watch(m_state.group(*m_root), 1U << static_cast<unsigned>(EventKind::Started), index);
    }
    m_state.seal();
    reset();
}

void ExpectationChecker::reset()
{
    m_state.reset();
    m_texts = &m_model->texts;
    m_last = EventId{};
    m_startUpOver = false;
    m_results.assign(m_model->expectations.size(), {});
    for (Watch &watch : m_watches) {
        watch.begun = false;
        watch.settled = watch.expectation->form == ExpectationForm::Finally;
        watch.isDue = false;
        watch.deadline = Instant::never();
        watch.next = watch.awaitsStartUp || watch.settled ? Instant::never() : watch.from;
        if (watch.whenever.isEmpty())
            continue;
        // What holds from the outset does not become true.
        const Truth truth = watch.whenever.evaluate(m_state, *m_texts, Instant::start());
        watch.wheneverHeld = truth.holds;
        watch.next = std::min(watch.next, truth.until);
    }
    findNext();
}

void ExpectationChecker::touched(const Event &event, const NodeTable &nodes, std::vector<Finding> &findings)
{
    m_touched.clear();
    m_state.apply(event, nodes, m_touched);
    m_startUpOver = m_startUpOver || (event.kind == EventKind::Started && event.node == NodeId{0});
    if (m_touched.empty())
        return;
    for (const std::uint32_t index : m_touched)
        evaluate(index, Instant::fromNs(event.t), false, findings);
    findNext();
}

void ExpectationChecker::timePassed(Instant now, const TextTable &texts, std::vector<Finding> &findings)
{
    m_texts = &texts;
    for (std::uint32_t i = 0; i < m_watches.size(); ++i)
        if (m_watches[i].next <= now)
            evaluate(i, now, true, findings);
    findNext();
}

void ExpectationChecker::findNext()
{
    m_next = Instant::never();
    for (const Watch &watch : m_watches)
        m_next = std::min(m_next, watch.next);
}

bool ExpectationChecker::hasBegun(const Watch &watch, Instant now) const
{
    return watch.awaitsStartUp ? m_startUpOver : now >= watch.from;
}

/// `instantOver`: nothing else happens in this instant.
void ExpectationChecker::evaluate(std::uint32_t index, Instant now, bool instantOver,
                                  std::vector<Finding> &findings)
{
    Watch &watch = m_watches[index];
    watch.next = Instant::never();
    if (watch.settled)
        return;
    const bool isFirst = !watch.begun;
    watch.begun = hasBegun(watch, now);
    if (watch.expectation->form == ExpectationForm::Eventually) {
        judgeObligation(index, now, instantOver, findings);
    } else if (watch.begun) {
        judgeState(index, now, isFirst, findings);
    }
    if (!watch.begun && !watch.awaitsStartUp)
        watch.next = std::min(watch.next, watch.from);
}

void ExpectationChecker::judgeState(std::uint32_t index, Instant now, bool isFirst,
                                    std::vector<Finding> &findings)
{
    Watch &watch = m_watches[index];
    const Truth truth = watch.expression.evaluate(m_state, *m_texts, now);
    watch.next = truth.until;
    const ExpectationForm form = watch.expectation->form;
    if (form == ExpectationForm::Sometimes) {
        if (truth.holds) {
            m_results[index].reached = true;
            watch.settled = true;
            watch.next = Instant::never();
        }
        return;
    }
    if (truth.holds == (form == ExpectationForm::Always))
        return;
    const std::string word = truth.holds ? "true" : "false";
    std::string sentence = watch.expectation->expression.text;
    if (!isFirst)
        sentence += " became " + word;
    else if (watch.awaitsStartUp)
        sentence += " was " + word + " at the end of the first start-up";
    else
        sentence += " was " + word + " at " + toText(watch.from - Instant::start());
    fail(index, withValues(watch, std::move(sentence), now), findings);
}

void ExpectationChecker::judgeObligation(std::uint32_t index, Instant now, bool instantOver,
                                         std::vector<Finding> &findings)
{
    Watch &watch = m_watches[index];
    const bool once = watch.whenever.isEmpty();
    bool opens = once && watch.begun && watch.deadline.isNever() && !watch.isDue;
    if (!once) {
        const Truth truth = watch.whenever.evaluate(m_state, *m_texts, now);
        opens = truth.holds && !watch.wheneverHeld && watch.begun && !watch.isDue;
        watch.wheneverHeld = truth.holds;
        watch.next = truth.until;
    }
    if (opens) {
        watch.isDue = true;
        watch.deadline = (once ? watch.from : now) + watch.expectation->within;
    }
    if (!watch.isDue)
        return;
    const Truth truth = watch.expression.evaluate(m_state, *m_texts, now);
    if (truth.holds && now <= watch.deadline) {
        watch.isDue = false;
        watch.settled = once;
        return;
    }
    if (now > watch.deadline || (instantOver && now == watch.deadline))
        return fail(index, withValues(watch, unmetSentence(watch), now), findings);
    watch.next = std::min({watch.next, truth.until, watch.deadline});
}

std::string ExpectationChecker::unmetSentence(const Watch &watch) const
{
    const Expectation &expectation = *watch.expectation;
    std::string sentence = expectation.expression.text + " was not true";
    if (expectation.within.isNever() && watch.whenever.isEmpty())
        return sentence + " by the end of the run";
    sentence += " within " + toText(expectation.within) + " of ";
    if (!watch.whenever.isEmpty())
        return sentence + expectation.whenever.text;
    if (expectation.from)
        return sentence + toText(*expectation.from - Instant::start()) + " into the run";
    return sentence + "the start of the run";
}

void ExpectationChecker::finish(Instant now, EventId last, const TextTable &texts,
                                std::vector<Finding> &findings)
{
    timePassed(now, texts, findings);
    m_last = last;
    for (std::uint32_t i = 0; i < m_watches.size(); ++i) {
        Watch &watch = m_watches[i];
        const ExpectationForm form = watch.expectation->form;
        if (form == ExpectationForm::Eventually && !watch.settled && watch.whenever.isEmpty()) {
            const std::string sentence =
                watch.expectation->expression.text + " was not true by the end of the run";
            if (!watch.expression.evaluate(m_state, *m_texts, now).holds)
                fail(i, withValues(watch, sentence, now), findings);
            continue;
        }
        // What never began is judged by how the run ended, so that a failed start fails `always up(app)`.
        const bool isOpen = isAboutEveryState(form) && !watch.settled && !watch.begun;
        if (!isOpen && form != ExpectationForm::Finally)
            continue;
        const bool holds = watch.expression.evaluate(m_state, *m_texts, now).holds;
        if (holds == (form != ExpectationForm::Never))
            continue;
        const std::string sentence = watch.expectation->expression.text + (holds ? " was true" : " was false")
                                     + " at the end of the run";
        fail(i, withValues(watch, sentence, now), findings);
    }
    m_next = Instant::never();
}

void ExpectationChecker::cut()
{
    for (std::uint32_t i = 0; i < m_watches.size(); ++i) {
        const Watch &watch = m_watches[i];
        const bool isOpen = !watch.settled || watch.expectation->form == ExpectationForm::Finally;
        // One run alone never fails `sometimes`.
        if (!isOpen || watch.expectation->form == ExpectationForm::Sometimes)
            continue;
        m_results[i].passed = false;
        m_results[i].undecided = true;
    }
    m_next = Instant::never();
}

std::string ExpectationChecker::withValues(const Watch &watch, std::string sentence, Instant now)
{
    const std::string values = watch.expression.values(m_state, *m_texts, now);
    if (!values.empty())
        sentence += ": " + values;
    return sentence;
}

void ExpectationChecker::fail(std::uint32_t index, std::string message, std::vector<Finding> &findings)
{
    Watch &watch = m_watches[index];
    watch.settled = true;
    watch.isDue = false;
    watch.next = Instant::never();
    m_results[index].passed = false;
    m_results[index].message = message;
    findings.push_back({index, m_last, std::move(message)});
}

void ExpectationChecker::reported(std::uint32_t expectation, Instant at, EventId violation)
{
    m_results[expectation].at = at;
    m_results[expectation].event = violation;
}

}  // namespace daruma
