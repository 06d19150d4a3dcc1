#!/usr/bin/env bash
# The release build, the one place of its flags: the same commit, built by the same compilers, gives the same bytes in
# whatever folder it is built.
#
#   deploy/release.sh [TARGET]      # the folder to build in, target/ unless given; the binary is TARGET/release/dayi
#
# What Cargo.toml and Cargo.lock say (no symbols, exact versions) is not repeated here.
set -euo pipefail

# As cargo's wrapper of rustc, see below. What stands last counts, so folders that hold others come first.
if [ -n "${DAYI_REMAP:-}" ]; then
    readarray -t remap <<<"$DAYI_REMAP"
    exec "$@" "${remap[@]/#/--remap-path-prefix=}"
fi

cd "$(dirname "$0")/.."
target=$(realpath -m "${1:-target}")
cargo_home=$(realpath -m "${CARGO_HOME:-$HOME/.cargo}")
sysroot=$(rustc --print sysroot)
# No path of this machine in the binary.
remap=("$sysroot=/rust" "$cargo_home=/cargo" "$PWD=/source" "$target=/target")

# By a wrapper and not by RUSTFLAGS: cargo names folders after those, and generated code is included from these folders.
unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_TARGET
DAYI_REMAP=$(printf '%s\n' "${remap[@]}")
export DAYI_REMAP RUSTC_WRAPPER="$PWD/deploy/release.sh"
# SQLite, the cryptography and zstd are C.
export CFLAGS="${remap[*]/#/-ffile-prefix-map=}"
# For what writes a time: that of the commit.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
export SOURCE_DATE_EPOCH CARGO_INCREMENTAL=0 LC_ALL=C TZ=UTC

cargo build --release --locked --bin dayi --target-dir "$target"
sha256sum "$target/release/dayi"
