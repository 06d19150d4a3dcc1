#!/usr/bin/env bash
# Runs every target, one after the other, each for some seconds: fuzz/run.sh [SECONDS]
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-900}
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
rustup run nightly cargo fuzz build --sanitizer none

echo "| target | executions | executions/s | new coverage | crashes |"
echo "| --- | ---: | ---: | ---: | ---: |"
for target in document analysis query snippets markdown configuration; do
    log=$logs/$target
    found=fuzz/artifacts/$target
    mkdir -p "$found"
    before=$(find "$found" -type f | wc -l)
    # A crash ends the run of its target only.
    rustup run nightly cargo fuzz run --sanitizer none "$target" -- \
        -max_total_time="$seconds" -max_len=4096 -timeout=10 -print_final_stats=1 >"$log" 2>&1 || true
    last() { sed -nE "s/.*$1 *([0-9]+).*/\1/p" "$log" | tail -1; }
    first=$(sed -nE 's/.*INITED cov: ([0-9]+).*/\1/p' "$log" | head -1)
    covered=$(last 'cov:')
    echo "| $target | $(last 'number_of_executed_units:') | $(last 'average_exec_per_sec:')" \
        "| $((${covered:-0} - ${first:-0})) of ${covered:-0} | $(($(find "$found" -type f | wc -l) - before)) |"
done
