#!/usr/bin/env python3
"""Compares Daruma with recorded logs of OTP; needs no Erlang.

usage: replay.py --daruma PATH            the rules (rules/) and the named cases (cases/)
       replay.py --daruma PATH CASES LOGS files of cases and logs, line by line, as oracle.py record writes them
       replay.py --record                 records the logs of the rules and the named cases again, with Erlang
"""
import argparse
import glob
import json
import os
import sys
import tempfile

import oracle
from compare import another_schedule, disagreement, why_skipped

RULES = os.path.join(oracle.HERE, "rules", "handmade.jsonl")
RULE_LOGS = os.path.join(oracle.HERE, "rules", "handmade.log.jsonl")
# A named case: {"about": what it shows, "case": …, "order": …, "log": […]}
NAMED = os.path.join(oracle.HERE, "cases", "*.json")


def named():
    out = []
    for path in sorted(glob.glob(NAMED)):
        with open(path) as f:
            found = json.load(f)
        found["case"]["id"] = os.path.splitext(os.path.basename(path))[0]
        out.append((path, found))
    return out


def all_recorded(o):
    if o.cases:
        return list(zip(oracle.load(o.cases), oracle.load(o.logs)))
    return list(zip(oracle.load(RULES), oracle.load(RULE_LOGS))) + [(found["case"], found) for _, found in named()]


def compare(o):
    good = bad = skipped = 0
    with tempfile.TemporaryDirectory() as folder:
        for case, record in all_recorded(o):
            if why_skipped(case, record):
                skipped += 1
                continue
            why = disagreement(o.daruma, case, record, folder)
            if why and "exit code" not in why and another_schedule(o.daruma, case, record, folder):
                why = None
            good, bad = good + (not why), bad + bool(why)
            if why:
                print("%s: %s" % (case["id"], why))
    print("%d skipped\nOTP: %d of %d cases agree" % (skipped, good, good + bad))
    return 1 if bad or not good else 0


def lines_of(log):
    return "[\n" + ",\n".join("    " + json.dumps(line) for line in log) + "\n  ]"


def write_named(path, found):
    with open(path, "w") as f:
        f.write('{\n  "about": %s,\n  "case": %s,\n  "order": %s,\n  "log": %s\n}\n'
                % (json.dumps(found["about"]), json.dumps(found["case"], indent=2).replace("\n", "\n  "),
                   json.dumps(found["order"]), lines_of(found["log"])))


def record_again():
    with open(RULE_LOGS, "w") as f:
        for r in oracle.record(oracle.load(RULES)):
            f.write(json.dumps(r, separators=(",", ":")) + "\n")
    found = named()
    for (path, entry), r in zip(found, oracle.record([entry["case"] for _, entry in found])):
        write_named(path, {**entry, "order": r["order"], "log": r["log"]})
    return 0


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--daruma")
    options.add_argument("--record", action="store_true")
    options.add_argument("cases", nargs="?")
    options.add_argument("logs", nargs="?")
    o = options.parse_args()
    if not o.record and not (o.daruma and os.access(o.daruma, os.X_OK)):
        options.error("--daruma must name the program")
    sys.exit(record_again() if o.record else compare(o))


if __name__ == "__main__":
    main()
