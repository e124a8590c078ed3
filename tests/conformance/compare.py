"""Compares what Daruma does in a case with what OTP did."""
import json
import os
import subprocess
from collections import Counter

import oracle
from scenario import REASON, translate

# Daruma does not copy two defects of OTP 25.
DEFECTS = {"rule-63", "rule-64"}
SAME_NAME = {"init": "start", "start": "started", "init_failed": "init_failed", "ignored": "ignored", "exit": "exit",
             "terminate": "stop", "kill": "kill", "gave_up": "gave_up", "auto_shutdown": "auto_shutdown"}
WITH_REASON = ("init_failed", "exit")
INVALID = ("invalid_", "bad_combination", "duplicate_child_name", "start_spec", "supervisor_data")


def reason_text(r):
    """An exit reason of OTP's log as Daruma writes it."""
    if isinstance(r, str):
        return REASON.get(r, r)
    if isinstance(r, list) and len(r) == 2 and r[0] == "shutdown":
        inner = r[1]
        if isinstance(inner, list) and inner and inner[0] == "failed_to_start_child":
            return "shutdown:failed_to_start_child:%s:%s" % (inner[1], reason_text(inner[2]))
        return "shutdown:%s" % reason_text(inner)
    if isinstance(r, list) and r[:1] == ["bad_return"]:
        return "error"
    return json.dumps(r)


def error_result(why):
    if isinstance(why, list) and len(why) == 2 and isinstance(why[1], str) and why[1].startswith("child:"):
        return ["error", reason_text(why[0])]
    if isinstance(why, list) and why and why[0] == "already_started":
        return ["error", why]
    return ["error", reason_text(why)]


def result_text(do, r, unordered):
    """A reply in one form for both; `unordered`: OTP does not define the order of the children."""
    if do == "which_children" and isinstance(r, list) and (not r or isinstance(r[0], list)):
        rows = [[str(row[0]).split("/")[-1], row[1], row[2]] for row in r]
        r = sorted(rows, key=str) if unordered else rows
    elif do == "count_children" and isinstance(r, list) and r and isinstance(r[0], list):
        r = dict(r)
    elif isinstance(r, list) and len(r) == 2 and r[0] == "error":
        r = error_result(r[1])
    elif isinstance(r, list) and len(r) == 2 and r[0] == "exit":
        r = ["exit", reason_text(r[1])]
    return json.dumps(r, sort_keys=True)


def simple_supervisors(case):
    """Paths of the simple_one_for_one supervisors."""
    found = set()

    def look(node, path):
        if node.get("strategy") == "simple_one_for_one":
            found.add(path)
        for child in node.get("children", []):
            look(child, path + "/" + child["id"])
    look(case["tree"], "root")
    for event in case.get("events", []):
        if "child" in event:
            look(event["child"], event["sup"] + "/" + event["child"]["id"])
    return found


def otp_lines(case, log):
    horizon, simple, out = case.get("horizon_ms", 60000), simple_supervisors(case), []
    for line in log:
        t, ev = line["t_ms"], line["ev"]
        if t >= horizon or line.get("dead"):
            continue
        if ev in SAME_NAME:
            reason = reason_text(line["reason"]) if ev in WITH_REASON else None
            out.append((t, SAME_NAME[ev], line["path"], line["inc"], reason))
        elif ev == "counted" and line["allowed"]:
            out.append((t, "restart", line["child"], None, line["in_window"]))
        elif ev == "command_result" and line["do"] != "stop":
            sup = case["events"][line["n"]]["sup"]
            out.append((t, "reply", sup, line["do"], result_text(line["do"], line["result"], sup in simple)))
    return out


def daruma_lines(case, output):
    horizon, simple, out = case.get("horizon_ms", 60000), simple_supervisors(case), []
    names = set(SAME_NAME.values())
    for line in map(json.loads, filter(lambda l: l.startswith('{"seq"') or '"seq"' in l, output.splitlines())):
        t = line["t_ns"] / 1e6
        t, ev = int(t) if t == int(t) else t, line["event"]
        if t >= horizon:
            continue
        if ev in names:
            out.append((t, ev, line["node"], line["incarnation"], line.get("reason") if ev in WITH_REASON else None))
        elif ev == "restart":
            out.append((t, "restart", line["node"], None, line["in_window"]))
        elif ev == "violation":
            out.append((t, ev, line.get("expectation"), None, line.get("message")))
        elif ev == "reply" and line["command"] != "shutdown":
            do = line["command"]
            out.append((t, "reply", line["node"], do, result_text(do, line["result"], line["node"] in simple)))
    return out


class Family:
    """Which supervisor a process belongs to, and whether that has ended without stopping it first."""

    def __init__(self):
        self.latest = {}                # path: incarnation of its latest start
        self.parent = {}                # (path, incarnation): that of its supervisor
        self.dead = set()

    def note(self, ev, path, inc):
        if ev == "start":
            above = path.rpartition("/")[0]
            self.latest[path] = inc
            self.parent[path, inc] = (above, self.latest.get(above))
        elif ev in ("exit", "init_failed", "ignored"):
            self.dead.add((path, inc))

    def is_left_over(self, process):
        while process in self.parent:
            process = self.parent[process]
            if process in self.dead:
                return True
        return False

    def owner(self, ev, path, inc):
        """The supervisor that a line belongs to."""
        if ev in ("gave_up", "auto_shutdown"):
            return path, inc
        above = path.rpartition("/")[0]
        return self.parent.get((path, inc), (above, self.latest.get(above)))


def threads(lines):
    """The lines in threads of which the order is defined.

    The process that waits for the end of another, the processes linked to that one and those that wait for its reply
    hear of it by signals, and OTP defines no order between signals to different processes: what the leftovers of a
    killed supervisor do, and calls that fail, have threads of their own. Under a dead supervisor there is no order.
    """
    family, out = Family(), {"": []}
    for line in lines:
        t, ev, path, inc, result = line
        if ev == "reply":
            failed = result.startswith('["exit"')
            out.setdefault("failed calls" if failed else "", []).append(line)
            continue
        if ev == "violation":
            out[""].append(line)
            continue
        owner = family.owner(ev, path, inc)
        alone = owner in family.dead or family.is_left_over(owner)
        out.setdefault("left over of %s#%s" % owner if alone else "", []).append(line)
        family.note(ev, path, inc)
    for who, thread in out.items():
        if who == "failed calls" or who.startswith("left over") and split_name(who) in family.dead:
            thread.sort(key=lambda line: (line[0], str(line)))
    return out


def split_name(thread):
    path, _, inc = thread[len("left over of "):].rpartition("#")
    return path, int(inc) if inc.isdigit() else None


def by_supervisor(lines):
    out = {}
    for line in lines:
        own = line[1] in ("gave_up", "auto_shutdown")
        who = line[2] if own else line[1] if line[1] in ("reply", "violation") else line[2].rpartition("/")[0]
        out.setdefault(who, []).append(line)
    return out


def first_thread_difference(otp, daruma):
    for who in sorted({*otp, *daruma}):
        found = first_difference(otp.get(who, []), daruma.get(who, []), "%s, " % who if who else "")
        if found:
            return found
    return None


def shown(line):
    if line is None:
        return "nothing"
    return " ".join(str(x) for x in ("%s ms:" % line[0],) + line[1:] if x is not None)


def first_difference(otp, daruma, who=""):
    for i in range(max(len(otp), len(daruma))):
        a = otp[i] if i < len(otp) else None
        b = daruma[i] if i < len(daruma) else None
        if a != b:
            return "%sline %d: OTP %s | Daruma %s" % (who, i, shown(a), shown(b))
    return None


def difference(order, otp, daruma):
    """The first difference as far as the order is defined; None: they agree."""
    if order in ("total", "per_sup"):
        a, b = threads(otp), threads(daruma)
        if order == "per_sup":
            a, b = ({(who, sup): part for who, thread in x.items() for sup, part in by_supervisor(thread).items()}
                    for x in (a, b))
            a, b = ({"%s of %s" % key: part for key, part in x.items()} for x in (a, b))
        return first_thread_difference(a, b)
    a, b = Counter(otp), Counter(daruma)
    if a == b:
        return None
    only_a, only_b = sorted((a - b).elements(), key=str), sorted((b - a).elements(), key=str)
    return "only OTP: %s | only Daruma: %s" % (shown((only_a or [None])[0]), shown((only_b or [None])[0]))


def why_skipped(case, record):
    """Why there is nothing to compare; None: there is."""
    if case["id"] in DEFECTS:
        return "defect of OTP"
    if record["order"] in ("racy", "crashed"):
        return record["order"]
    text = json.dumps(record["log"])
    if any(l["ev"] == "end" and l["why"] == "overflow" for l in record["log"]):
        return "overflow"
    if stopped_while_starting(record["log"]):
        return "stopped while the root starts"
    if is_invalid(record) and not any(l["ev"] == "root_start" for l in record["log"]):
        return "invalid child of a command"
    return "no such key" if "invalid_child_type" in text else None


def stopped_while_starting(log):
    """OTP's parent cannot send the order before the start has returned."""
    for line in log:
        if line.get("path") == "root" and line["ev"] in ("start", "init_failed", "ignored", "exit"):
            return False
        if line["ev"] == "command" and line["do"] == "stop":
            return True
    return False


SCHEDULES = 200


def is_invalid(record):
    text = json.dumps(record["log"])
    return any(word in text for word in INVALID)


def daruma_runs(daruma, case, folder, schedule=None):
    """Runs the case, with the default order of ties or with that of a random schedule; returns (exit code, standard
    output, standard error)."""
    ties = ["--set", "scenario.ties=random", "--seed", str(schedule)] if schedule else []
    path = os.path.join(folder, "case.toml")
    with open(path, "w") as f:
        f.write(translate(case))
    try:
        r = subprocess.run([daruma, "run", path, "--format", "jsonl", "--record", "none"] + ties, stdin=subprocess.DEVNULL,
                           capture_output=True, text=True, timeout=60)
    except subprocess.TimeoutExpired:
        return None, "", "no end after 60 s"
    return r.returncode, r.stdout, r.stderr


def disagreement(daruma, case, record, folder, schedule=None):
    """The first difference between OTP's record of the case and a run of Daruma; None: they agree."""
    code, out, err = daruma_runs(daruma, case, folder, schedule)
    if is_invalid(record):
        return None if code == 3 else "OTP rejects the tree, Daruma ends with exit code %s" % code
    if code not in (0, 1):
        return "Daruma ends with exit code %s: %s" % (code, " / ".join((err or out).strip().splitlines()[:3]))
    try:
        lines = daruma_lines(case, out)
        if not any(line["ev"] == "counted" for line in record["log"]):      # none happened, or not recorded
            lines = [line for line in lines if line[1] != "restart"]
    except (KeyError, ValueError) as e:
        return "Daruma's events cannot be read: %r" % e
    return difference(record["order"], otp_lines(case, record["log"]), lines)


def another_schedule(daruma, case, record, folder):
    """The seed of a schedule (`ties = "random"`) under which Daruma does exactly what OTP did, or None. Supervisors
    that act in the same instant are independent: OTP's log is one legal order, Daruma's default another."""
    return next((seed for seed in range(1, SCHEDULES + 1)
                 if disagreement(daruma, case, record, folder, seed) is None), None)


def confirmed(daruma, case, record, folder):
    """As disagreement(), but looks again with many perturbations before it says that they disagree: the order of
    the record may promise more than OTP defines. Returns (record, why)."""
    why = disagreement(daruma, case, record, folder)
    if why and "exit code" not in why:
        record = oracle.record([case])[0]
        why = None if why_skipped(case, record) else disagreement(daruma, case, record, folder)
    return record, why
