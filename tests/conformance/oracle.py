"""Runs cases on the real supervisor of the installed Erlang/OTP, in virtual time. README.md says how.

usage: oracle.py run FILE [--id ID]    prints what OTP does, for people
       oracle.py record FILE           prints {"case", "ties", "order", "log"} for each case
       oracle.py repeat FILE [-n N]    runs each case N times in separate machines and compares
"""
import argparse
import glob
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
FEW, MANY = [11, 23, 37], list(range(101, 141))     # perturbations of a first look, and where it matters


class Unavailable(Exception):
    """There is no Erlang here, or one whose supervisor is not known."""


def build_folder():
    return os.environ.get("DARUMA_ORACLE_BUILD") or os.path.join(tempfile.gettempdir(),
                                                                 "daruma-oracle-%d" % os.getuid())


def is_fresh(folder, sources):
    made = os.path.join(folder, "virtual_supervisor.beam")
    return os.path.exists(made) and all(os.path.getmtime(s) <= os.path.getmtime(made) for s in sources)


def build():
    """Compiles the Erlang modules where that is due; returns the folder of the compiled ones."""
    if not shutil.which("erl") or not shutil.which("erlc"):
        raise Unavailable("erl is not installed (Debian: apt-get install erlang-base)")
    folder = build_folder()
    sources = sorted(glob.glob(os.path.join(HERE, "erlang", "*.erl")))
    if is_fresh(folder, sources):
        return folder
    os.makedirs(folder, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as fresh:
        for command in (["erlc", "-o", fresh] + sources,
                        ["erl", "-noshell", "-pa", fresh, "-eval", 'build_supervisor:main(["%s"]), halt(0).' % fresh]):
            r = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
            if r.returncode:
                raise Unavailable("the oracle cannot be built:\n" + (r.stdout + r.stderr)[-2000:])
        for name in sorted(os.listdir(fresh), key=lambda n: n == "virtual_supervisor.beam"):
            os.replace(os.path.join(fresh, name), os.path.join(folder, name))
    return folder


def term(x):
    """The case as an Erlang term: objects are maps, strings binaries."""
    if x is None or isinstance(x, bool):
        return {None: "null", True: "true", False: "false"}[x]
    if isinstance(x, int):
        return str(x)
    if isinstance(x, str):
        assert x.isascii(), x
        return '<<"' + x.replace("\\", "\\\\").replace('"', '\\"') + '">>'
    if isinstance(x, list):
        return "[" + ",".join(map(term, x)) + "]"
    return "#{" + ",".join(term(k) + "=>" + term(v) for k, v in x.items()) + "}"


def run_many(jobs, timeout=900):
    """jobs: (case, perturbation or 0). Returns {"case", "ties", "log"} for each, in order."""
    folder = build()
    with tempfile.TemporaryDirectory() as d:
        given, made = os.path.join(d, "in.term"), os.path.join(d, "out.jsonl")
        with open(given, "w") as f:
            f.writelines("{%s,%d}.\n" % (term(case), p) for case, p in jobs)
        r = subprocess.run(["erl", "+S", "1:1", "+SDcpu", "1:1", "+A", "1", "-noshell", "-pa", folder, "-eval",
                            'case_runner:main(["%s","%s"]), halt(0).' % (given, made)],
                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout)
        if r.returncode:
            raise RuntimeError(r.stdout.decode()[-4000:])
        sys.stderr.write(r.stdout.decode()[-4000:])
        with open(made) as f:
            return [json.loads(line) for line in f]


def text(x):
    return json.dumps(x, sort_keys=True)


def supervisor_of(line):
    """The supervisor that a line of the log belongs to; None: the case itself."""
    if line["ev"] in ("report", "gave_up", "auto_shutdown", "counted"):
        return line["path"]
    return line["path"].rpartition("/")[0] if "path" in line and "inc" in line else None


def by_supervisor(log):
    out = {}
    for line in log:
        out.setdefault(str(supervisor_of(line)), []).append(line)
    return text(out)


def order_of(logs):
    """How far the order of the lines is defined: it is what all perturbed runs have in common."""
    views = {"total": text, "per_sup": by_supervisor, "per_ms": lambda log: text(sorted(map(text, log)))}
    for name, view in views.items():
        if len({view(log) for log in logs}) == 1:
            return name
    return "racy"


def record(cases, perturbations=tuple(MANY)):
    """Runs each case as it is and perturbed: {"case", "ties", "order", "log"}."""
    tries = [0] + list(perturbations)
    results = run_many([(case, p) for case in cases for p in tries])
    out = []
    for i in range(0, len(results), len(tries)):
        group = results[i:i + len(tries)]
        order = "crashed" if any(r.get("crashed") for r in group) else order_of([r["log"] for r in group])
        out.append({"case": group[0]["case"], "ties": group[0].get("ties", 0), "order": order, "log": group[0]["log"]})
    return out


def short(line):
    """A line of the log for people."""
    skip = ("t_ms", "ev", "inc", "path", "n")
    who = "%s#%d" % (line["path"], line["inc"]) if "inc" in line else line.get("path", "")
    rest = ["%s=%s" % (k, v if isinstance(v, str) else json.dumps(v)) for k, v in line.items() if k not in skip]
    return " ".join(filter(None, [str(line["t_ms"]), line["ev"], who] + rest))


def load(path):
    with sys.stdin if path == "-" else open(path) as f:
        content = f.read()
    try:
        found = json.loads(content)
        return found if isinstance(found, list) else [found.get("case", found)]
    except json.JSONDecodeError:
        return [json.loads(line) for line in content.splitlines() if line.strip()]


def repeat(cases, times):
    first = None
    for _ in range(times):
        logs = [text(r["log"]) for r in run_many([(c, 0) for c in cases])]
        first = first or logs
        for case, a, b in zip(cases, first, logs):
            if a != b:
                sys.exit("%s: not the same in every run" % case["id"])
    digest = hashlib.sha256("".join(first).encode()).hexdigest()[:16]
    print("%d cases, %d runs each, all the same (%s)" % (len(cases), times, digest))


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("do", choices=["run", "record", "repeat"])
    options.add_argument("file")
    options.add_argument("--id")
    options.add_argument("-n", type=int, default=5)
    options.add_argument("--quick", action="store_true", help="fewer perturbations: `order` may promise too much")
    o = options.parse_args()
    cases = [c for c in load(o.file) if o.id in (None, c["id"])]
    if o.do == "repeat":
        repeat(cases, o.n)
    elif o.do == "record":
        for r in record(cases, FEW if o.quick else MANY):
            print(json.dumps(r, separators=(",", ":")))
    else:
        for r in record(cases):
            print("== %s (order: %s)" % (r["case"], r["order"]))
            print("\n".join(map(short, r["log"])))


if __name__ == "__main__":
    main()
