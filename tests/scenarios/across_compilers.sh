#!/usr/bin/env bash
# Builds the program with each compiler at each optimisation, with and without sanitizers, and compares what
# it prints for every line of the golden fingerprints. usage: across_compilers.sh WORK_FOLDER
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$1
golden=$root/tests/scenarios/fingerprints.txt
failures=0

# check NAME COMPILER FLAGS SANITIZE
check() {
    local name=$1 compiler=$2 flags=$3 sanitize=$4 bin wrong=0 lines=0
    if ! command -v "$compiler" >/dev/null; then
        echo "$name: skipped, there is no $compiler"
        return
    fi
    cmake -S "$root" -B "$work/$name" -G Ninja -DDARUMA_TESTS=OFF -DCMAKE_CXX_COMPILER="$compiler" \
        -DCMAKE_BUILD_TYPE=None -DCMAKE_CXX_FLAGS="$flags" -DDARUMA_SANITIZE="$sanitize" >"$work/$name.log"
    cmake --build "$work/$name" --target daruma >>"$work/$name.log"
    bin=$work/$name/bin/daruma
    while read -r scenario ties seed fingerprint _; do
        [[ $scenario == rules ]] && continue
        local file=$root/scenarios/$scenario.toml found
        [[ -e $file ]] || file=$root/scenarios/dialects/$scenario.toml
        [[ -e $file ]] || file=$root/tests/scenarios/determinism/$scenario.toml
        found=$("$bin" run "$file" --seed "$seed" --set "scenario.ties=$ties" --record none --format json |
            sed -n 's/.*"fingerprint": *"\([0-9a-f]*\)".*/\1/p' | head -n 1) || true
        lines=$((lines + 1))
        if [[ $found != "$fingerprint" ]]; then
            echo "$name: $scenario, ties $ties, seed $seed: $found, not $fingerprint"
            wrong=$((wrong + 1))
        fi
    done <"$golden"
    echo "$name: $((lines - wrong)) of $lines fingerprints agree"
    failures=$((failures + wrong))
}

mkdir -p "$work"
check gcc-O0 g++ -O0 ""
check gcc-O3 g++ "-O3 -march=native" ""
check clang-O0 clang++ -O0 ""
check clang-O3 clang++ "-O3 -march=native" ""
check clang-sanitized clang++ -O1 address,undefined
exit $((failures > 0))
