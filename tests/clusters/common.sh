# What the tests of clusters have in common. They are called with the program and the source folder, run the
# commands of the help page `clusters` with fewer seeds, and compare with the campaign of one machine.
set -euo pipefail
daruma=$1
source=$2
page=clusters
folder=$(mktemp -d)
cleanup() { :; }
trap 'cleanup; rm -rf "$folder"' EXIT
cd "$folder"
mkdir bin
ln -s "$daruma" bin/daruma
export PATH=$folder/bin:$PATH

skip() {
    echo "skipped: $*"
    exit 77
}

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

needs() {
    local program
    for program in "$@"; do
        command -v "$program" >/dev/null || skip "$program is not installed"
    done
}

# block TITLE N prints the N-th block of code below that heading of the page.
block() {
    awk -v title="## $1" -v wanted="$2" '
        /^## / { inside = $0 == title; seen = 0 }
        inside && /^```/ { isCode = !isCode; seen += isCode; next }
        inside && isCode && seen == wanted
    ' "$source/resources/help/$page.md"
}

seeds=1..60
shards=3
# The page speaks of many seeds and 16 jobs.
smaller() { sed "s/1\.\.1000000/$seeds/; s/\b16\b/$shards/g; s/cpus-per-task=4/cpus-per-task=1/"; }

cat >scenario.toml <<'TOML'
[scenario]
name = "poisson"
horizon = "1h"
[supervisor.app]
max_restarts = 2
within = "5s"
children = ["db"]
[worker.db]
init_time = "uniform(100ms, 300ms)"
[[fault]]
inject = "panic"
into = "db"
every = "exp(5m)"
[[expect]]
name = "app lives"
always = "up(app)"
TOML

# rows DATABASE prints all rows that do not speak of wall times, dates and hosts.
rows() {
    local sql
    for sql in \
        "SELECT id, scenario_id, first_seed, last_seed, options, rules_version FROM campaign" \
        "SELECT id, campaign_id, scenario_id, seed, dialect, overrides, outcome, end_ns FROM run" \
        "SELECT id, events, restarts, fingerprint, layout_id FROM run" \
        "SELECT * FROM restart_row" "SELECT * FROM restart_kind" "SELECT * FROM escalation" \
        "SELECT * FROM node_run" "SELECT * FROM violation" "SELECT * FROM report" "SELECT * FROM node" \
        "SELECT * FROM layout" "SELECT id, name, fingerprint FROM scenario"; do
        daruma query "$1" "$sql"
    done
}

# compare: the joined database holds what one machine records.
compare() {
    local status=0
    daruma sweep scenario.toml --seeds "$seeds" --db local.db --quiet >local.txt || status=$?
    [[ $status -le 1 ]] || fail "the local campaign ended with $status"
    rows local.db >local.rows
    rows whole.db >whole.rows
    [[ $(wc -l <local.rows) -gt 60 ]] || fail "the local campaign recorded next to nothing"
    diff local.rows whole.rows || fail "the joined campaign has other rows than the local one"
    echo "$shards shards joined: the same $(wc -l <local.rows) lines of rows as one machine"
}
