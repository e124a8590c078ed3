#!/usr/bin/env bash
# No cluster is started: the job file is read, and its command run once for each index as a pod would.
. "$(dirname "$0")/common.sh"
needs python3
python3 -c 'import yaml' 2>/dev/null || skip "python3-yaml is not installed"
block Kubernetes 1 | smaller | sed "s|/scenario/|$folder/|; s|/shards/|$folder/|" >job.yaml
python3 - >pod.sh <<'PYTHON'
import shlex
import yaml

job = yaml.safe_load(open("job.yaml"))
spec = job["spec"]
assert job["kind"] == "Job" and spec["completionMode"] == "Indexed"
[container] = spec["template"]["spec"]["containers"]
for variable in container["env"]:
    print("export", shlex.quote(variable["name"] + "=" + variable["value"]))
    if variable["name"] == "JOB_COMPLETIONS":
        assert variable["value"] == str(spec["completions"])
names = {volume["name"] for volume in spec["template"]["spec"]["volumes"]}
assert {mount["name"] for mount in container["volumeMounts"]} == names
print("exec", shlex.join(container["command"] + container["args"]))
PYTHON
for ((index = 0; index < shards; ++index)); do
    JOB_COMPLETION_INDEX=$index sh -eu pod.sh >pod.txt
done
daruma merge whole.db shard-*.db
compare
