#include "simulator/kernel/expectation_checker.h"

namespace daruma {

ExpectationChecker::ExpectationChecker(const Model &model)
    : m_model(&model)
{
    reset();
}
void ExpectationChecker::reset() { m_results.assign(m_model->expectations.size(), {}); }
void ExpectationChecker::observe(const Event &, EventId, const NodeTable &, const TextTable &, std::vector<Finding> &) {}
void ExpectationChecker::timePassed(Instant, std::vector<Finding> &) {}
void ExpectationChecker::finish(Instant, EventId, std::vector<Finding> &) {}
void ExpectationChecker::reported(std::uint32_t expectation, Instant at, EventId violation)
{
    m_results[expectation].at = at;
    m_results[expectation].event = violation;
}

} // namespace daruma
