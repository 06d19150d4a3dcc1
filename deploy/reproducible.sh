#!/usr/bin/env bash
# Builds the committed sources twice from nothing, from and into two folders, and compares: deploy/reproducible.sh
# Two people who build the same commit by the same compilers get the same binary, so compare its sha256 with theirs.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH

# Names of different lengths, one in the sources and one beside them.
first=$work/first/target second=$work/the-second-target
for target in "$first" "$second"; do
    sources=$work/$([ "$target" = "$first" ] && echo first || echo another/one)
    mkdir -p "$sources"
    git archive HEAD | tar -x -C "$sources"
    "$sources/deploy/release.sh" "$target"
done

git log -1 --format='commit %H'
rustc -vV | sed -n '1p;/^host/p'
cc --version | head -n 1
if ! cmp "$first/release/dayi" "$second/release/dayi"; then
    echo "the two builds differ" >&2
    exit 1
fi
if grep -qaF -e "${CARGO_HOME:-$HOME/.cargo}/" -e "$work" "$first/release/dayi"; then
    echo "paths of this machine are in the binary" >&2
    exit 1
fi
echo "both builds are the same"
