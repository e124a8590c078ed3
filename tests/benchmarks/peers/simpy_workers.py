"""The pattern of the flat prototype on SimPy, for ./dev bench: each worker is a process that waits.

python3 simpy_workers.py process WORKERS RESTARTS prints the events and the processor's nanoseconds.
The lives come from Python's own generator, as the kernel's cannot be had from here.
"""

import random
import sys
import time

import simpy

INIT = 0.005


def live(env, draw, mean_life, worker, events):
    yield env.timeout(INIT * (worker + 1))
    while True:
        events[0] += 1
        yield env.timeout(draw.expovariate(1 / mean_life))
        events[0] += 1
        yield env.timeout(INIT)


def main(workers, restarts):
    env = simpy.Environment()
    draw = random.Random(1)
    events = [0]
    for worker in range(workers):
        env.process(live(env, draw, 0.1 * workers, worker, events))
    begun = time.process_time_ns()
    env.run(until=0.1 * restarts + INIT * workers)
    print(events[0], time.process_time_ns() - begun)


main(int(sys.argv[2]), int(sys.argv[3]))
