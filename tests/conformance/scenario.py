"""Writes a case as a scenario file of Daruma."""
import json

REASON = {"crash": "panic", "kill": "kill", "killed": "killed", "normal": "normal", "shutdown": "shutdown",
          "shutdown_tuple": "shutdown:x", "init_error": "error"}


def quoted(s):
    return json.dumps(s)


def ms(n):
    return quoted("%dms" % n)


def duration(v):
    return ms(v) if isinstance(v, int) else quoted(v)


def boolean(v):
    return {True: "true", False: "false"}[v] if isinstance(v, bool) else quoted(v)


def by_incarnation(values):
    return values[0] if len(values) == 1 else "[" + ", ".join(values) + "]"


def behaviour_lines(behaviour):
    out = []
    behaviour = behaviour or {}
    inits = behaviour.get("init")
    if inits:
        if any(i.get("ms", 0) for i in inits):
            out.append("init_time = " + by_incarnation([ms(i.get("ms", 0)) for i in inits]))
        results = [i.get("result", "ok") for i in inits]
        out.append("init_result = " + by_incarnation([quoted(REASON.get(r, r)) for r in results]))
    run = behaviour.get("run")
    if run:
        out.append("lifetime = " + by_incarnation([quoted("never") if r is None else ms(r["after_ms"]) for r in run]))
        out.append("exit_reason = " + by_incarnation([quoted(REASON[r["reason"]] if r else "panic") for r in run]))
    stop = behaviour.get("on_shutdown") or {"mode": "die"}
    if stop["mode"] == "trap":
        out.append("stop_time = " + ms(stop.get("ms", 0)))
        out.append("stop_reason = " + quoted(REASON[stop.get("reason", "shutdown")]))
    elif stop["mode"] == "ignore":
        out.append('stop_time = "never"')
    return out


def child_lines(node):
    fields = (("restart", quoted), ("shutdown", duration), ("significant", boolean))
    return ["%s = %s" % (key, write(node[key])) for key, write in fields if key in node]


def supervisor_lines(node):
    fields = (("strategy", "strategy", quoted), ("intensity", "max_restarts", json.dumps),
              ("period_ms", "within", duration), ("auto_shutdown", "auto_shutdown", quoted))
    out = ["%s = %s" % (theirs, write(node[ours])) for ours, theirs, write in fields if ours in node]
    if node.get("sup_init"):
        out.append("init_result = " + by_incarnation(list(map(quoted, node["sup_init"]))))
    return out


def tables(node, name, is_root=False):
    """The tables of a node and of those below it, the names being paths with dots."""
    head = ["id = " + quoted(node["id"])] + ([] if is_root else child_lines(node))
    if node.get("type") != "supervisor":
        return [["[worker.%s]" % quoted(name)] + head + behaviour_lines(node.get("behaviour"))]
    children = node.get("children", [])
    names = [name + "." + c["id"] for c in children]
    if len(set(names)) != len(names):           # the same id twice: an error that is to be found in the ids
        names = ["%s~%d" % (n, i) for i, n in enumerate(names)]
    out = [["[supervisor.%s]" % quoted(name)] + head + supervisor_lines(node)
           + ["children = [" + ", ".join(map(quoted, names)) + "]"]]
    for child, child_name in zip(children, names):
        out += tables(child, child_name)
    return out


def fault_lines(event):
    reason = REASON[event["reason"]]
    how = ['inject = "kill"'] if reason == "kill" else ['inject = "exit"', "reason = " + quoted(reason)]
    return ["[[fault]]", "at = " + ms(event["at_ms"]), "into = " + quoted(event["path"])] + how


def command_lines(event, table):
    """`table`: the name of the table of the child that a start_child brings along."""
    if event["do"] == "stop":
        return ["[[command]]", "at = " + ms(event["at_ms"]), 'do = "shutdown"', 'to = "root"']
    out = ["[[command]]", "at = " + ms(event["at_ms"]), "do = " + quoted(event["do"]), "to = " + quoted(event["sup"])]
    if "child" in event:
        out.append("child = " + quoted(table))
    elif event["do"] not in ("which_children", "count_children"):
        out.append("child = " + quoted(event.get("id", event.get("name"))))
    if "behaviour" in event:
        out.append("behaviour = { " + ", ".join(behaviour_lines(event["behaviour"])) + " }")
    return out


def translate(case):
    head = ["[scenario]", "name = " + quoted(case["id"]), 'dialect = "otp"',
            "horizon = " + ms(case.get("horizon_ms", 60000)), "clock_phase = " + ms(case.get("epoch_ms", 0))]
    nodes, events = tables(case["tree"], "root", True), []
    for i, event in enumerate(case.get("events", [])):
        if event["do"] == "exit":
            events.append(fault_lines(event))
            continue
        table = None
        if "child" in event:
            table = "event%d.%s" % (i, event["child"]["id"])
            nodes += tables(event["child"], table)
        events.append(command_lines(event, table))
    return "\n\n".join("\n".join(lines) for lines in [head] + nodes + events) + "\n"
