#!/usr/bin/env bash
# Runs every target, one after the other, each for some seconds: fuzz/run.sh [SECONDS]. Fails when one of them crashed.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-900}
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
rustup run nightly cargo fuzz build --sanitizer none

number() { # number LABEL FILE: the last number behind the label
    sed -nE "s/.*$1 *([0-9]+).*/\1/p" "$2" | tail -1
}
crashes() { # crashes FOLDER: inputs in it that made the target fail
    find "$1" -name 'crash-*' -o -name 'timeout-*' -o -name 'oom-*' | wc -l
}

echo "| target | executions | executions/s | new coverage | crashes |"
echo "| --- | ---: | ---: | ---: | ---: |"
failed=0
for target in document analysis query snippets markdown configuration; do
    log=$logs/$target
    found=fuzz/artifacts/$target
    mkdir -p "$found"
    before=$(crashes "$found")
    # A crash ends the run of its target only.
    rustup run nightly cargo fuzz run --sanitizer none "$target" -- \
        -max_total_time="$seconds" -max_len=4096 -timeout=10 -print_final_stats=1 >"$log" 2>&1 || true
    grep 'INITED' "$log" >"$log.start" || true
    start=$(number 'cov:' "$log.start")
    end=$(number 'cov:' "$log")
    crashed=$(($(crashes "$found") - before))
    echo "| $target | $(number 'executed_units:' "$log") | $(number 'exec_per_sec:' "$log")" \
        "| $((${end:-0} - ${start:-0})) edges | $crashed |"
    failed=$((failed + crashed))
done
[ "$failed" = 0 ]
