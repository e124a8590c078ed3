"""Makes a case on which OTP and Daruma disagree as small as possible: greedy removal while they still disagree."""
import copy
import tempfile

import oracle
from compare import confirmed, why_skipped

CHILD_FIELDS = ("restart", "shutdown", "significant", "type")
SUPERVISOR_FIELDS = ("strategy", "auto_shutdown", "sup_init", "intensity", "period_ms")


def nodes_of(case):
    """Ways from the case to its nodes: lists of keys."""
    def below(node, way):
        yield way
        for i, child in enumerate(node.get("children", [])):
            yield from below(child, way + ["children", i])
    yield from below(case["tree"], ["tree"])
    for i, event in enumerate(case.get("events", [])):
        if "child" in event:
            yield from below(event["child"], ["events", i, "child"])
        elif "behaviour" in event:
            yield ["events", i]


def at(case, way):
    for key in way:
        case = case[key]
    return case


def without(case, way, key):
    """A copy in which `key` (or the entries of a slice) of what is at `way` is gone."""
    out = copy.deepcopy(case)
    del at(out, way)[key]
    return out


def runs_of(length):
    """Slices of a list to remove: halves, quarters …, single entries; big ones first."""
    size = max(1, length // 2)
    while True:
        for start in range(0, length, size):
            yield slice(start, min(length, start + size))
        if size == 1:
            return
        size //= 2


def smaller_nodes(case):
    for way in list(nodes_of(case)):
        node = at(case, way)
        for s in runs_of(len(node.get("children", []))) if node.get("children") else []:
            yield without(case, way + ["children"], s)
        for key in CHILD_FIELDS + SUPERVISOR_FIELDS + ("behaviour",):
            if key in node and not (key in ("type", "strategy") and (node.get("children") or way == ["tree"])):
                yield without(case, way, key)
        for key, entries in node.get("behaviour", {}).items():
            yield without(case, way + ["behaviour"], key)
            for i in range(len(entries) if isinstance(entries, list) and len(entries) > 1 else 0):
                yield without(case, way + ["behaviour", key], i)


def smaller(case):
    """All cases that are one step smaller."""
    events = case.get("events", [])
    for s in runs_of(len(events)) if events else []:
        yield without(case, ["events"], s)
    yield from smaller_nodes(case)
    if "epoch_ms" in case:
        yield without(case, [], "epoch_ms")


def size(case):
    return len(repr(case))


def kind(why):
    """A case that Daruma rejects must not stand for one in which it does something else."""
    return why.split(":")[0] if "exit code" in why else "events"


def still_disagree(cases, wanted, daruma, folder):
    """The smallest of the cases on which they still disagree in the wanted way, as (case, record, why), or None."""
    for case, record in sorted(zip(cases, oracle.record(cases, oracle.FEW)), key=lambda x: size(x[0])):
        if not why_skipped(case, record):
            record, why = confirmed(daruma, case, record, folder)
            if why and kind(why) == wanted:
                return case, record, why
    return None


def shrink(case, record, why, daruma, rounds=80):
    """Returns (case, record, why) of the smallest case found."""
    best = case, record, why
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds):
            candidates = list(smaller(best[0]))
            if not candidates:
                break
            found = still_disagree(candidates, kind(why), daruma, folder)
            if not found:
                break
            best = found
    return best
