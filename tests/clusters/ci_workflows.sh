#!/usr/bin/env bash
# The workflows of the help page `ci`: they are YAML, and their commands do what the page says.
. "$(dirname "$0")/common.sh"
needs python3
python3 -c 'import yaml' 2>/dev/null || skip "python3-yaml is not installed"
page=ci
seeds=1..40
mkdir scenarios
sed 's/max_restarts = 2/max_restarts = 0/' scenario.toml >scenarios/fails.toml
sed 's/max_restarts = 2/max_restarts = 100/' scenario.toml >scenarios/holds.toml

block GitHub 1 | sed "s/1\.\.1000/$seeds/" >github.yaml
block GitLab 1 | sed "s/1\.\.1000/$seeds/" >gitlab.yaml
python3 - <<'PYTHON'
import yaml

github = yaml.safe_load(open("github.yaml"))
assert github[True] == ["push", "pull_request"]  # YAML 1.1 reads the key `on` so
[job] = github["jobs"].values()
assert any("dev build" in step.get("run", "") for step in job["steps"])
commands = [step.get("run", "") for step in job["steps"]]
ours = [command for command in commands if "daruma check" in command or "daruma sweep" in command]
assert len(ours) == 2
for number, command in enumerate(ours, 1):
    open(f"github-{number}.sh", "w").write(command)

[job] = yaml.safe_load(open("gitlab.yaml")).values()
assert any("dev build" in command for command in job["before_script"])
assert job["artifacts"]["reports"]["junit"] == "scenarios/*.xml"
open("gitlab.sh", "w").write("\n".join(job["script"]))
PYTHON

export GITHUB_STEP_SUMMARY=$folder/summary.md
status=0
sh -e github-1.sh >annotations.txt 2>notes.txt || status=$?
[[ $status -le 1 ]] || fail "the check ended with $status: $(cat notes.txt)"
status=0
sh -e github-2.sh >annotations.txt 2>notes.txt || status=$?
[[ $status -eq 1 ]] || fail "a campaign that fails ended with $status: $(cat notes.txt)"
grep -q '^::error file=scenarios/fails.toml,line=4,title=app gave up::' annotations.txt ||
    fail "no annotation where app is declared: $(cat annotations.txt)"
grep -q '^### ' "$GITHUB_STEP_SUMMARY" || fail "the step has no summary"
[[ -s scenarios/fails.toml.xml && -s scenarios/holds.toml.xml ]] ||
    fail "a report is missing: $(ls scenarios)"

rm scenarios/*.xml
status=0
sh -c 'PATH=$PATH; . ./gitlab.sh' >log.txt 2>&1 || status=$?
[[ $status -eq 1 ]] || fail "GitLab's job ended with $status: $(cat log.txt)"
[[ $(ls scenarios/*.xml | wc -l) -eq 2 ]] || fail "a report is missing: $(ls scenarios)"
echo "both workflows are YAML, and their commands run"
