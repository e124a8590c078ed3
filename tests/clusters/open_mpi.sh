#!/usr/bin/env bash
. "$(dirname "$0")/common.sh"
needs mpirun
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1
mpirun -n 1 true >mpi.txt 2>&1 || skip "mpirun does not start here: $(tail -n 1 mpi.txt)"
block 'Open MPI' 1 | smaller >commands.sh
grep -q 'mpirun.*--shard auto' commands.sh || fail "the page has no commands for Open MPI"
bash -eu commands.sh
[[ $(ls shard-*.db | wc -l) -eq $shards ]] || fail "there are other shards than $shards: $(ls)"
compare
