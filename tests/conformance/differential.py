#!/usr/bin/env python3
"""Compares Daruma with the real supervisor of the installed Erlang/OTP on random cases.

usage: differential.py --daruma PATH [--cases N] [--seed S] [--jobs J] [--show K] [--keep FILE] [--only CLASS]

Prints the first difference of each case that disagrees, of the first K the smallest case that still does, and last
`OTP: P of N cases agree`. Exit code 0: all agree; 1: some do not; 77: there is no Erlang to compare with.
"""
import argparse
import json
import multiprocessing
import os
import sys
import tempfile
from collections import Counter

import generate
import oracle
import shrink
from compare import another_schedule, confirmed, why_skipped
from scenario import translate

SLICE = 50
NO_ERLANG = 77


def compare_slice(job):
    """Makes, records and compares a slice of the cases: (counts, [(case, record, why)])."""
    seed, first, count, only, daruma = job
    cases = generate.generate(seed, first, count, only)
    counts, bad = Counter(), []
    with tempfile.TemporaryDirectory() as folder:
        for case, record in zip(cases, oracle.record(cases, oracle.FEW)):
            why = None
            if not why_skipped(case, record):
                record, why = confirmed(daruma, case, record, folder)
            skipped = why_skipped(case, record)
            if why and "exit code" not in why and another_schedule(daruma, case, record, folder):
                counts["agree under another schedule of the same instant"] += 1
                why = None
            counts["skipped: " + skipped if skipped else "bad" if why else "good"] += 1
            counts["order " + record["order"]] += not skipped
            if why:
                bad.append((case, record, why))
    return counts, bad


def show(case, record, why, daruma):
    print("--- %s, made smaller" % case["id"])
    case, record, why = shrink.shrink(case, record, why, daruma)
    print(why)
    print(translate(case))
    print("\n".join(oracle.short(line) for line in record["log"]))
    sys.stdout.flush()
    return case, record, why


def keep(path, bad):
    """One object a line: a case, what OTP does, and where Daruma leaves it."""
    with open(path, "w") as f:
        for case, record, why in bad:
            f.write(json.dumps({"why": why, "case": case, "order": record["order"], "log": record["log"]}) + "\n")


def run(o):
    jobs = [(o.seed, first, min(SLICE, o.cases - first), o.only, o.daruma) for first in range(0, o.cases, SLICE)]
    counts, bad = Counter(), []
    with multiprocessing.Pool(o.jobs) as pool:
        for done, (more, differing) in enumerate(pool.imap(compare_slice, jobs), 1):
            counts += more
            bad += differing
            for case, _, why in differing:
                print("%s: %s" % (case["id"], why), flush=True)
            if sys.stderr.isatty():
                sys.stderr.write("\r%d of %d cases " % (min(done * SLICE, o.cases), o.cases))
    shown = [show(*entry, o.daruma) for entry in bad[:o.show]]
    if o.keep:
        keep(o.keep, shown + bad[o.show:])
    if bad:
        print("by class: %s" % dict(Counter(case["class"] for case, _, _ in bad)))
    print(", ".join("%s: %d" % (k, v) for k, v in sorted(counts.items()) if k not in ("good", "bad")))
    print("OTP: %d of %d cases agree" % (counts["good"], counts["good"] + counts["bad"]))
    return 1 if bad or not counts["good"] else 0


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--daruma", required=True)
    options.add_argument("--cases", type=int, default=300)
    options.add_argument("--seed", default="1")
    options.add_argument("--jobs", type=int, default=min(4, os.cpu_count() or 1))
    options.add_argument("--show", type=int, default=3, help="of how many the smallest case is looked for")
    options.add_argument("--only", choices=list(generate.PROFILES))
    options.add_argument("--keep", metavar="FILE", help="where the cases that disagree are written")
    o = options.parse_args()
    if not os.access(o.daruma, os.X_OK):
        options.error("no program %s" % o.daruma)
    try:
        oracle.build()
    except oracle.Unavailable as e:
        print("skipped, nothing was compared: %s" % e)
        sys.exit(NO_ERLANG)
    sys.exit(run(o))


if __name__ == "__main__":
    main()
