#!/usr/bin/env bash
# Checks a dayi that was just started in a container: it becomes ready, has no capability and no way to get one, finds a
# document and keeps an ask.
#
#   deploy/served.sh PORT PID UID       # the process and the user as this machine sees them
set -euo pipefail

[ $# = 3 ] || { sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 2; }
port=$1 server=$2 owner=$3
fail() { echo "failed: $*" >&2; exit 1; }

base=http://127.0.0.1:$port
for _ in $(seq 300); do
    kill -0 "$server" 2>/dev/null || fail "it ended"
    [ "$(curl -s "$base/readyz" || true)" != ready ] || break
    sleep 0.1
done
[ "$(curl -s "$base/readyz")" = ready ] || fail "it is not ready after 30 seconds"
curl -sf -o /dev/null "$base/healthz" || fail "it is not healthy"

# What the kernel says of the process.
status=$(<"/proc/$server/status")
for wanted in $'NoNewPrivs:\t1' $'CapInh:\t0000000000000000' $'CapPrm:\t0000000000000000' \
    $'CapEff:\t0000000000000000' $'CapAmb:\t0000000000000000'; do
    grep -qF "$wanted" <<<"$status" || fail "expected $wanted"
done
grep -qE "^Uid:[[:space:]]+$owner[[:space:]]" <<<"$status" || fail "it is not the unprivileged user"

found=$(curl -sf "$base/api/v1/search") || fail "the documents cannot be listed"
title=$(grep -oE '"title":"[^"\\]+"' <<<"$found" | head -n 1 | cut -d'"' -f4)
[ -n "$title" ] || fail "there are no documents"
hits=$(curl -sfG "$base/api/v1/search" --data-urlencode "q=$title") || fail "a search fails"
grep -qF "\"title\":\"$title\"" <<<"$hits" || fail "the search for \`$title\` does not find it"
sent=$(curl -s -o /dev/null -w '%{http_code}' -H 'content-type: application/json' \
    -d '{"question":"How is this container tried?"}' "$base/api/v1/asks")
[ "$sent" = 201 ] || fail "an ask was answered $sent"
echo "served, searched ($title) and kept an ask without capabilities"
