#pragma once

namespace daruma::cli {

/// Two faults of chance, one expectation that some seeds fail, and one that is reached in some.
inline constexpr const char *poisson = "[scenario]\n"
                                       "name = 'poisson'\n"
                                       "horizon = '1h'\n"
                                       "[supervisor.app]\n"
                                       "max_restarts = 2\n"
                                       "within = '5s'\n"
                                       "children = ['db', 'web']\n"
                                       "[worker.db]\n"
                                       "init_time = 'uniform(100ms, 300ms)'\n"
                                       "[worker.web]\n"
                                       "needs = ['db']\n"
                                       "patience = '150ms'\n"
                                       "[[fault]]\n"
                                       "inject = 'panic'\n"
                                       "into = 'db'\n"
                                       "every = 'exp(5m)'\n"
                                       "[[expect]]\n"
                                       "name = 'app lives'\n"
                                       "always = 'up(app)'\n"
                                       "[[expect]]\n"
                                       "name = 'a busy hour'\n"
                                       "sometimes = 'restarts(db) > 20'\n";

}
