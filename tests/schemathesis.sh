#!/usr/bin/env bash
# Sends the API what its own description allows and what it does not, and checks each answer against that description.
# What texts may hold (no control characters, no secrets) no schema can say: that all it allows is taken is not checked.
# Needs schemathesis (`pip install schemathesis`); over the documents in content/ and a store that is thrown away.
set -euo pipefail
cd "$(dirname "$0")/.."
binary=${DAYI_BINARY:-target/debug/dayi}
unset DAYI_BINARY
command -v schemathesis >/dev/null || { echo "schemathesis is not installed: pip install schemathesis" >&2; exit 2; }
work=$(mktemp -d)
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT

token=$("$binary" expert token tester --data "$work/data")
# Everything comes from one address here.
DAYI_FEEDBACK_PER_MINUTE=100000 "$binary" serve --listen 127.0.0.1:0 --index "$work/index" --data "$work/data" 2>"$work/log" &
server=$!
is_ready() { [ -n "$url" ] && curl --silent --fail --output /dev/null "$url/readyz"; }
for _ in $(seq 100); do
    url=$(sed -n 's/^dayi serves \(http:\/\/127\.0\.0\.1:[0-9]*\).*/\1/p' "$work/log")
    is_ready && break
    sleep 0.1
done
is_ready || { cat "$work/log" >&2; exit 1; }

# It writes what it found where it runs.
cd "$work"
schemathesis run "$url/openapi.json" --header "Authorization: Bearer $token" \
    --checks all --exclude-checks positive_data_acceptance --max-examples "${EXAMPLES:-100}" --seed 1 "$@"
