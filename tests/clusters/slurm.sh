#!/usr/bin/env bash
# A Slurm of one node, started here with its own configuration, keys and ports.
. "$(dirname "$0")/common.sh"
needs munged mungekey slurmctld slurmd sbatch squeue sinfo
user=$(id -un)
host=$(hostname -s)
pids=()

cleanup() {
    local pid
    for pid in ${pids[@]+"${pids[@]}"}; do kill "$pid" 2>/dev/null || true; done
    sleep 0.5
    for pid in ${pids[@]+"${pids[@]}"}; do kill -KILL "$pid" 2>/dev/null || true; done
}

last_lines() { tail -q -n 1 "$@" 2>/dev/null | tr '\n' ' '; }

# munged insists on folders that nobody else may write, from the root down.
chmod 755 "$folder"
mkdir -m 700 munge
mkdir -m 755 run
mkdir spool state log
mungekey --create --keyfile="$folder/munge/key" --bits=1024
start() {
    local name=$1
    shift
    "$@" >"log/$name.out" 2>&1 &
    pids+=($!)
}
start munged munged --foreground --force --socket="$folder/run/munge" --key-file="$folder/munge/key" \
    --pid-file="$folder/munge/pid" --log-file="$folder/munge/log" --seed-file="$folder/munge/seed"
for ((i = 0; i < 100; ++i)); do [[ ! -S run/munge ]] || break; sleep 0.1; done
[[ -S run/munge ]] || skip "munged cannot be started as $user: $(last_lines log/munged.out munge/log)"

# Ports that nobody uses, from the number of this process.
port=$((20000 + $$ % 20000))
cat >slurm.conf <<CONF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
AuthInfo=socket=$folder/run/munge
CredType=cred/munge
SlurmctldPort=$port
SlurmdPort=$((port + 1))
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/run/slurmctld.pid
SlurmdPidFile=$folder/run/slurmd.pid
SlurmctldLogFile=$folder/log/slurmctld.log
SlurmdLogFile=$folder/log/slurmd.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SchedulerType=sched/builtin
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
ReturnToService=2
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF=$folder/slurm.conf
start slurmctld slurmctld -D -f "$SLURM_CONF"
start slurmd slurmd -D -f "$SLURM_CONF" -N "$host"
for ((i = 0; i < 300; ++i)); do
    [[ $(sinfo --noheader --format=%t 2>/dev/null) != idle* ]] || break
    sleep 0.1
done
[[ $(sinfo --noheader --format=%t 2>/dev/null) == idle* ]] ||
    skip "Slurm cannot be started as $user: $(last_lines log/*.log log/*.out)"

block Slurm 1 | smaller >campaign.sbatch
grep -q -- '--shard auto' campaign.sbatch || fail "the page has no job file for Slurm"
block Slurm 2 >submit.sh
bash -eu submit.sh
for ((i = 0; i < 1200; ++i)); do
    [[ -n $(squeue --noheader) ]] || break
    sleep 0.1
done
[[ -e whole.db ]] || fail "the jobs left no whole.db: $(squeue; tail -n 3 slurm-*.out log/*.log)"
[[ $(ls shard-*.db | wc -l) -eq $shards ]] || fail "there are other shards than $shards: $(ls)"
compare
