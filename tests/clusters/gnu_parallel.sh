#!/usr/bin/env bash
. "$(dirname "$0")/common.sh"
needs parallel
mkdir -p home/.parallel && touch home/.parallel/will-cite
export HOME=$folder/home
block 'GNU parallel' 1 | smaller >commands.sh
grep -q 'parallel.*--shard auto' commands.sh || fail "the page has no commands for GNU parallel"
bash -eu commands.sh
[[ $(ls shard-*.db | wc -l) -eq $shards ]] || fail "there are other shards than $shards: $(ls)"
compare
