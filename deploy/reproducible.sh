#!/usr/bin/env bash
# Builds the release binary twice from nothing, into two folders, and compares: deploy/reproducible.sh
# Two people who build the same commit by the same compiler get the same binary if they start from this script too.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
first=$work/first second=$work/second
cargo_home=${CARGO_HOME:-$HOME/.cargo}
sysroot=$(rustc --print sysroot)

# The same flags for both builds: cargo makes names of symbols from them. What stands last counts, so folders that hold
# others come first.
remapped() { # remapped FLAG
    local flag=$1
    printf '%s ' "$flag=$work=/build" "$flag=$first=/build/target" "$flag=$second=/build/target" \
        "$flag=$cargo_home=/cargo" "$flag=$sysroot=/rust" "$flag=$PWD=/source"
}
export RUSTFLAGS CFLAGS SOURCE_DATE_EPOCH CARGO_INCREMENTAL=0 LC_ALL=C TZ=UTC
RUSTFLAGS="$(remapped --remap-path-prefix)"
# SQLite and the cryptography are C: their file names are theirs to keep, ours to remap.
CFLAGS="$(remapped -ffile-prefix-map)"
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}

for target in "$first" "$second"; do
    # The release profile strips symbols (`strip = true`); --locked takes exactly what Cargo.lock names.
    cargo build --release --locked --bin dayi --target-dir "$target"
done

rustc -vV | sed -n '1p;/^host/p'
sha256sum "$first/release/dayi" "$second/release/dayi" | sed "s|$work/||"
if ! cmp "$first/release/dayi" "$second/release/dayi"; then
    echo "the two builds differ" >&2
    exit 1
fi
if grep -qaF -e "$cargo_home/" -e "$PWD/" -e "$work" "$first/release/dayi"; then
    echo "paths of this machine are in the binary" >&2
    exit 1
fi
