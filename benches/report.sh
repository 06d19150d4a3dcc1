#!/usr/bin/env bash
# Writes figures into docs/benchmarks.md, between their markers: benches/report.sh [NAME…]
#   quality   CORPUS=folder SETS="set …"   dayi eval over judged sets
#   figures   CORPUS=folder                benches/figures.sh: size, start, memory
# Without names, those whose variables are set. The other sections are written by hand from the commands they name.
set -euo pipefail
cd "$(dirname "$0")/.."
page=docs/benchmarks.md

write() { # write NAME: standard input becomes the block of that name
    local block
    block=$(mktemp)
    cat >"$block"
    [ -s "$block" ] || { echo "$1: nothing was measured" >&2; exit 1; }
    grep -q "<!-- begin $1 -->" "$page" || { echo "$page has no block $1" >&2; exit 1; }
    awk -v name="$1" -v block="$block" '
        $0 == "<!-- begin " name " -->" { print; while ((getline line < block) > 0) print line; skip = 1 }
        $0 == "<!-- end " name " -->" { skip = 0 }
        !skip' "$page" >"$page.next"
    mv "$page.next" "$page"
    rm "$block"
}

quality() {
    : "${CORPUS:?a folder of documents}" "${SETS:?folders of judged sets over it}"
    cargo build --release --quiet
    # shellcheck disable=SC2086
    target/release/dayi eval --content "$CORPUS" $SETS | write quality
}

figures() { benches/figures.sh "${CORPUS:-content}" | write figures; }

if [ $# -eq 0 ]; then
    [ -n "${SETS:-}" ] && set -- quality figures || set -- figures
fi
for name in "$@"; do "$name"; done
