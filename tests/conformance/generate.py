#!/usr/bin/env python3
"""Random cases for the comparison with Erlang/OTP's supervisor; the format of a case is in README.md.

usage: generate.py --seed S --cases N [--first I] [--only CLASS] > CASES.jsonl

Case I of seed S is always the same case, however many are made. Times are drawn so that slow starts, slow stops,
exits and commands overlap, while two independent things rarely share a millisecond: their order is not defined.
Left out: the patterns of two defects of OTP 25 (terminate_child of a dynamic child whose restart has failed, and
`ignore` on the restart of a dynamic child), and a stop while the root starts.
"""
import argparse
import json
import random
import sys

PERMANENT, TRANSIENT, TEMPORARY = "permanent", "transient", "temporary"
REASONS = ["normal", "shutdown", "shutdown_tuple", "crash", "kill"]
STRATEGIES = ["one_for_one", "one_for_all", "rest_for_one"]
QUERIES = ["which_children", "count_children"]


class Profile:
    """How often what happens in the cases of one class; shares are between 0 and 1."""

    def __init__(self, weight, **changes):
        self.weight = weight
        self.depth, self.width, self.nodes = 1, (1, 4), 8
        self.supervisor = 0.0           # share of supervisors among the children
        self.simple = 0.0               # share of simple_one_for_one among the supervisors below the root
        self.root_simple = 0.0
        self.lives = (20, 700)          # ms until a worker ends by itself
        self.dies = 0.5                 # share of workers that end by themselves
        self.slow_init, self.bad_init = 0.1, 0.06
        self.slow_stop, self.deaf = 0.15, 0.04
        self.shutdown = 0.35            # share of children that name their shutdown
        self.restarts = (5, 3, 2)       # weights of permanent, transient, temporary
        self.intensity = (0, 1, 1, 2, 2, 3, 3, 4, 6)
        self.period = (1, 1, 2, 3, 5, 5, 10)
        self.auto = 0.08                # share of supervisors that stop with their significant children
        self.bad_sup_init = 0.0
        self.commands = (0, 3)
        self.queries = 0.35             # share of queries among the commands
        self.bursts = 0.15              # share of commands that come right behind the one before
        self.follows = 0.3              # share of commands about the same child as the one before
        self.aimed = 0.15               # share of commands that come right after the first exit of their child
        self.injections = (0, 2)
        self.sup_kills = 0.0            # share of injections that kill a supervisor
        self.stop = 0.35
        self.span = 1500                # ms in which events are spread
        self.__dict__.update(changes)


PROFILES = {
    "basic": Profile(10, commands=(0, 2), slow_init=0.03),
    "group": Profile(10, width=(3, 6), dies=0.6, slow_stop=0.3, slow_init=0.2, bad_init=0.12,
                     intensity=(1, 2, 3, 4, 6, 9)),
    "limit": Profile(9, width=(1, 3), dies=0.9, lives=(150, 2900), intensity=(1, 2, 3, 4, 5), period=(1, 1, 2, 3, 4),
                     slow_init=0.05, span=9000, injections=(0, 3)),
    "start": Profile(8, width=(2, 5), slow_init=0.5, bad_init=0.3, depth=2, supervisor=0.2, bad_sup_init=0.1),
    "retry": Profile(9, width=(2, 5), dies=0.8, slow_init=0.5, bad_init=0.45, commands=(1, 6), intensity=(3, 5, 8, 12),
                     restarts=(7, 2, 1), aimed=0.7, bursts=0.4),
    "shutdown": Profile(9, width=(2, 5), slow_stop=0.6, deaf=0.15, shutdown=0.7, stop=0.8, depth=2, supervisor=0.15,
                        commands=(0, 4)),
    "nested": Profile(11, depth=4, width=(1, 4), nodes=16, supervisor=0.5, simple=0.1, intensity=(0, 1, 1, 2, 3),
                      injections=(0, 4), sup_kills=0.15),
    "auto": Profile(9, auto=0.85, restarts=(2, 5, 5), depth=3, supervisor=0.3, simple=0.15, dies=0.75, commands=(0, 4)),
    "command": Profile(13, commands=(4, 14), depth=2, supervisor=0.25, simple=0.1, width=(1, 4), follows=0.6, dies=0.3,
                       queries=0.25),
    "busy": Profile(11, commands=(3, 10), bursts=0.5, slow_init=0.5, slow_stop=0.5, dies=0.8, width=(2, 5),
                    bad_init=0.15, span=900, intensity=(2, 3, 4, 6, 9), aimed=0.5),
    "dynamic": Profile(13, root_simple=0.75, commands=(4, 14), depth=2, supervisor=0.25, simple=0.8, slow_stop=0.3),
    "kill": Profile(10, depth=3, width=(2, 4), nodes=14, supervisor=0.45, simple=0.15, slow_stop=0.5, deaf=0.12,
                    shutdown=0.6, injections=(1, 5), sup_kills=0.55, commands=(0, 4)),
    "mixed": Profile(14, depth=4, width=(1, 6), nodes=22, supervisor=0.35, simple=0.2, slow_init=0.2, bad_init=0.1,
                     slow_stop=0.3, deaf=0.08, auto=0.2, bad_sup_init=0.05, commands=(2, 12), injections=(0, 6),
                     sup_kills=0.25, span=2500),
    "invalid": Profile(2, width=(2, 4), bad_init=0.0, slow_init=0.0, commands=(0, 0), injections=(0, 0), stop=0.0),
}


class Generator:
    def __init__(self, seed, index, only=None):
        self.rng = random.Random("%s/%d" % (seed, index))
        names = list(PROFILES)
        self.kind = only or self.rng.choices(names, [PROFILES[n].weight for n in names])[0]
        self.id = "%s-%d-%s" % (seed, index, self.kind)
        self.p = PROFILES[self.kind]
        self.count = 0
        self.supervisors = []           # (path, node) of the static ones
        self.workers = []               # (path, node)
        self.events = []
        self.unsafe = set()             # paths of dynamic children that no terminate_child or kill may name
        self.ready = 0                  # ms that the first start takes

    def chance(self, share):
        return self.rng.random() < share

    def between(self, low, high):
        """Mostly small numbers, now and then a big one."""
        x = self.rng.random()
        return low + int((high - low) * x * x)

    # --- nodes -----------------------------------------------------------------------------------------------

    def restart_type(self, significant):
        weights = list(self.p.restarts)
        if significant:
            weights[0] = 0
        return self.rng.choices([PERMANENT, TRANSIENT, TEMPORARY], weights)[0]

    def child_fields(self, auto, is_supervisor):
        out = {}
        significant = auto != "never" and self.chance(0.55)
        restart = self.restart_type(significant)
        if restart != PERMANENT or self.chance(0.7):
            out["restart"] = restart
        if significant or (self.chance(0.03)):
            out["significant"] = significant
        if self.chance(self.p.shutdown):
            kinds = ["infinity", "brutal_kill", "short", "long"]
            weights = [5, 2, 2, 1] if is_supervisor else [2, 2, 5, 2]
            kind = self.rng.choices(kinds, weights)[0]
            out["shutdown"] = (self.rng.randrange(11, 190) if kind == "short"
                               else self.rng.randrange(300, 1900) if kind == "long" else kind)
        return out

    def run_entry(self):
        if not self.chance(self.p.dies):
            return None
        low, high = self.p.lives
        reason = self.rng.choices(REASONS, [2, 1, 1, 6, 1])[0]
        return {"after_ms": self.rng.randrange(low, high), "reason": reason}

    def init_entry(self, bad):
        out = {}
        if self.chance(self.p.slow_init):
            out["ms"] = self.rng.randrange(3, 240)
        if self.chance(bad):
            out["result"] = self.rng.choices(["error", "crash", "ignore"], [5, 2, 2])[0]
        return out

    def inits(self):
        """Mostly a good first start: a tree that cannot start shows little."""
        first_bad = self.p.bad_init * (0.8 if self.kind == "start" else 0.12)
        entries = [self.init_entry(first_bad)]
        for _ in range(self.rng.randrange(0, 5)):
            entries.append(self.init_entry(self.p.bad_init))
        if self.chance(0.8) and "result" in entries[-1]:
            entries.append(self.init_entry(0))
        return entries if any(entries) else []

    def on_shutdown(self):
        if self.chance(self.p.deaf):
            return {"mode": "ignore"}
        if not self.chance(self.p.slow_stop):
            return None
        out = {"mode": "trap", "ms": self.rng.choice([0, 1, 1, 1]) * self.rng.randrange(7, 260)}
        if self.chance(0.3):
            out["reason"] = self.rng.choice(REASONS)
        return out

    def behaviour(self):
        out = {}
        inits = self.inits()
        if inits:
            out["init"] = inits
        run = [self.run_entry() for _ in range(self.rng.choice([1, 1, 2, 3, 4, 6]))]
        if self.chance(0.45):
            run.append(None)
        if any(run):
            out["run"] = run
        stop = self.on_shutdown()
        if stop:
            out["on_shutdown"] = stop
        return out

    def worker(self, name, auto, path):
        node = {"id": name, **({"type": "worker"} if self.chance(0.2) else {}), **self.child_fields(auto, False)}
        behaviour = self.behaviour()
        if behaviour:
            node["behaviour"] = behaviour
        if path:
            self.workers.append((path, node))
        self.count += 1
        return node

    def limits(self, is_root):
        out = {}
        if self.chance(0.88):
            generous = is_root and self.chance(0.5)
            out["intensity"] = self.rng.choice((6, 8, 12) if generous else self.p.intensity)
        if self.chance(0.8):
            out["period_ms"] = 1000 * self.rng.choice(self.p.period)
        return out

    def auto_shutdown(self):
        if self.chance(self.p.auto):
            return self.rng.choice(["any_significant", "all_significant", "all_significant"])
        return "never"

    def supervisor(self, name, auto, path, depth, simple=False):
        """A supervisor that sits `depth` levels above the deepest possible one; path None: a template."""
        node = {"id": name, "type": "supervisor"}
        if path != "root":
            node.update(self.child_fields(auto, True))
        if simple:
            node["strategy"] = "simple_one_for_one"
        elif self.chance(0.85):
            node["strategy"] = self.rng.choice(STRATEGIES)
        node.update(self.limits(path == "root"))
        own_auto = self.auto_shutdown()
        if own_auto != "never" or self.chance(0.1):
            node["auto_shutdown"] = own_auto
        if self.chance(self.p.bad_sup_init if path != "root" else self.p.bad_sup_init / 4):
            node["sup_init"] = [self.rng.choice(["ok", "ok", "error", "ignore"])
                                for _ in range(self.rng.randrange(2, 5))] + (["ok"] if self.chance(0.7) else [])
        self.count += 1
        if path:
            self.supervisors.append((path, node))
        node["children"] = ([self.template(own_auto, depth)] if simple
                            else self.children(own_auto, path, depth))
        return node

    def children(self, auto, path, depth):
        low, high = self.p.width
        names = list("abcdefgh")
        out = []
        for i in range(self.rng.randrange(low, high + 1) if self.chance(0.95) else 0):
            if self.count >= self.p.nodes:
                break
            below = path and path + "/" + names[i]
            if depth > 0 and self.chance(self.p.supervisor):
                out.append(self.supervisor(names[i], auto, below, depth - 1, self.chance(self.p.simple)))
            else:
                out.append(self.worker(names[i], auto, below))
        return out

    def template(self, auto, depth):
        if depth > 0 and self.chance(0.15):
            node = self.supervisor("t", auto, None, 0)
            node.pop("sup_init", None)
            return node
        node = self.worker("t", auto, None)
        if "behaviour" in node:
            self.no_later_ignore(node["behaviour"])
        return node

    @staticmethod
    def no_later_ignore(behaviour):
        for entry in behaviour.get("init", []):
            if entry.get("result") == "ignore":
                entry["result"] = "error"

    # --- events ----------------------------------------------------------------------------------------------

    def event_time(self, last):
        if last is not None and self.chance(self.p.bursts):
            return last + self.rng.randrange(1, 40)
        return self.rng.randrange(1, self.p.span)

    def may_fail_again(self, node):
        """Whether a restart of this dynamic child can fail, so that it waits for another try."""
        if node.get("type") == "supervisor":
            return bool(node.get("sup_init")) or any(self.may_fail_again(c) or self.slow(c) for c in node["children"])
        return any(e.get("result", "ok") != "ok" for e in node.get("behaviour", {}).get("init", []))

    def slow(self, node):
        if node.get("type") == "supervisor":
            return any(self.slow(c) for c in node["children"])
        return any(e.get("ms", 0) for e in node.get("behaviour", {}).get("init", []))

    def start_instance(self, path, node):
        name = "k%d" % self.rng.randrange(1, 5)
        event = {"do": "start_child", "sup": path, "name": name}
        template = node["children"][0]
        instance = template
        if template.get("type") != "supervisor" and self.chance(0.6):
            behaviour = self.behaviour()
            if self.chance(0.06):
                behaviour["init"] = [{"result": "ignore"}]
            else:
                self.no_later_ignore(behaviour)
            event["behaviour"] = behaviour
            instance = {"behaviour": behaviour}
        below = path + "/" + name
        if self.may_fail_again(instance):
            self.unsafe.add(below)
        if self.slow(instance):
            self.unsafe.add(("kill", below))
        self.workers.append((below, template))
        return event

    def start_new(self, path, node, name=None):
        ids = [c["id"] for c in node["children"]] + ["n1", "n2", "n3", "n4", "n4"]
        name = name or self.rng.choice(ids)
        auto = node.get("auto_shutdown", "never")
        below = path + "/" + name
        if self.chance(0.2) and self.p.depth > 0 and all(p != below for p, _ in self.supervisors + self.workers):
            child = self.supervisor(name, auto, below, 0, self.chance(0.3))
        elif any(p == below for p, _ in self.supervisors):
            child = {"id": name, "type": "supervisor", "children": []}
        else:
            child = self.worker(name, auto, below)
        return {"do": "start_child", "sup": path, "child": child}

    def child_command(self, do, path, node, name=None):
        if node.get("strategy") == "simple_one_for_one":
            if do == "terminate_child" and self.chance(0.85):
                return {"do": do, "sup": path, "name": "k%d" % self.rng.randrange(1, 6)}
            return {"do": do, "sup": path, "id": "t"}
        ids = [c["id"] for c in node["children"]] * 3 + ["n1", "n2", "n3", "n4", "q"]
        return {"do": do, "sup": path, "id": name or self.rng.choice(ids)}

    def command_on(self, path, node, name=None):
        if self.chance(self.p.queries):
            return {"do": self.rng.choice(QUERIES), "sup": path}
        simple = node.get("strategy") == "simple_one_for_one"
        do = self.rng.choices(["start_child", "terminate_child", "restart_child", "delete_child"],
                              [8, 4, 1, 1] if simple else [4, 5, 4, 3])[0]
        if do == "start_child":
            return self.start_instance(path, node) if simple else self.start_new(path, node, name)
        return self.child_command(do, path, node, name)

    def aimed_command(self):
        """A command for the time at which its supervisor deals with the first exit of a child; None: nobody exits."""
        mortal = [(path, node) for path, node in self.workers
                  if (node.get("behaviour", {}).get("run") or [None])[0] and path.count("/") == 1]
        if not mortal:
            return None
        path, node = self.rng.choice(mortal)
        above, _, name = path.rpartition("/")
        end = self.ready + node["behaviour"]["run"][0]["after_ms"]
        parent = dict(self.supervisors)[above]
        return {"at_ms": end + self.rng.randrange(1, 150), **self.command_on(above, parent, name)}

    def commands(self):
        out, last = [], None
        for _ in range(self.rng.randrange(self.p.commands[0], self.p.commands[1] + 1)):
            before = out[-1] if out else None
            event = self.aimed_command() if self.chance(self.p.aimed) else None
            if event is None and before and before["sup"] in dict(self.supervisors) and self.chance(self.p.follows):
                name = before.get("id") or before.get("child", {}).get("id")
                event = self.command_on(before["sup"], dict(self.supervisors)[before["sup"]], name)
                event = {"at_ms": before["at_ms"] + self.rng.randrange(1, 300), **event}
            if event is None:
                event = {"at_ms": self.event_time(last), **self.command_on(*self.rng.choice(self.supervisors))}
            last = event["at_ms"]
            out.append(event)
        return out

    def injection(self):
        if self.chance(self.p.sup_kills):
            below = [s for s in self.supervisors if s[0] != "root"]
            path = self.rng.choice(below)[0] if below and self.chance(0.93) else "root"
            return {"do": "exit", "path": path, "reason": "kill"}
        if not self.workers:
            return None
        path, node = self.rng.choice(self.workers)
        if node.get("type") == "supervisor":
            return {"do": "exit", "path": path, "reason": "kill"}
        return {"do": "exit", "path": path, "reason": self.rng.choices(REASONS, [2, 1, 1, 6, 4])[0]}

    def start_up_time(self, node):
        if node.get("type") == "supervisor":
            return sum(map(self.start_up_time, node["children"]))
        inits = node.get("behaviour", {}).get("init") or [{}]
        return inits[0].get("ms", 0)

    def make_events(self, tree):
        self.ready = self.start_up_time(tree)
        events = self.commands()
        for _ in range(self.rng.randrange(self.p.injections[0], self.p.injections[1] + 1)):
            injection = self.injection()
            if injection:
                events.append({"at_ms": self.event_time(None), **injection})
        while self.chance(self.p.stop if not any(e["do"] == "stop" for e in events) else 0.12):
            at = self.rng.randrange(self.p.span // 3, self.p.span * 2)
            events.append({"at_ms": max(self.ready + 2, at), "do": "stop"})
        events = [e for e in events if self.is_safe(e)]
        if self.chance(0.85):
            events.sort(key=lambda e: e["at_ms"])
        self.apart(events)
        return events

    def is_safe(self, event):
        if event["do"] == "terminate_child" and "name" in event:
            return event["sup"] + "/" + event["name"] not in self.unsafe
        if event["do"] == "exit":
            return ("kill", event["path"]) not in self.unsafe or event["reason"] != "kill"
        return True

    def apart(self, events):
        """Events of one millisecond have an order, the file's: leave that to a few cases."""
        if self.chance(0.04):
            return
        taken = set()
        for event in sorted(events, key=lambda e: e["at_ms"]):
            while event["at_ms"] in taken:
                event["at_ms"] += 1
            taken.add(event["at_ms"])

    # --- whole cases -----------------------------------------------------------------------------------------

    def spoil(self, node):
        """Makes one thing of the tree invalid."""
        child = self.rng.choice(node["children"])
        what = self.rng.randrange(8)
        if what == 0:
            child["restart"] = "sometimes"
        elif what == 1:
            child["shutdown"] = self.rng.choice([-1, "later"])
        elif what == 2:
            node["children"].append({"id": child["id"]})
        elif what == 3:
            node["strategy"] = "all_for_one"
        elif what == 4:
            node["intensity"] = -1
        elif what == 5:
            node["auto_shutdown"] = "some_significant"
        elif what == 6:
            child.update(restart=PERMANENT, significant=True)
        else:
            node["strategy"] = "simple_one_for_one"
            node["children"] = node["children"] + [{"id": "z"}]

    def case(self):
        simple = self.chance(self.p.root_simple)
        tree = self.supervisor("root", "never", "root", self.p.depth, simple)
        if self.kind == "invalid" and tree["children"]:
            self.spoil(tree)
        out = {"id": self.id, "class": self.kind, "tree": tree, "events": self.make_events(tree),
               "horizon_ms": self.rng.choice([5000, 12000, 30000, 60000])}
        if self.chance(0.5):
            out["epoch_ms"] = self.rng.randrange(1000)
        return out


def generate(seed, first, count, only=None):
    return [Generator(seed, i, only).case() for i in range(first, first + count)]


def main():
    options = argparse.ArgumentParser(description="Writes random cases, one JSON object a line.")
    options.add_argument("--seed", default="1")
    options.add_argument("--cases", type=int, default=100)
    options.add_argument("--first", type=int, default=0)
    options.add_argument("--only", choices=list(PROFILES))
    o = options.parse_args()
    for case in generate(o.seed, o.first, o.cases, o.only):
        sys.stdout.write(json.dumps(case, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
