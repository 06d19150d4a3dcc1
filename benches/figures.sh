#!/usr/bin/env bash
# What the README states about size and speed, measured: benches/figures.sh [CONTENT]
set -euo pipefail
cd "$(dirname "$0")/.."
content=$(realpath "${1:-content}")
cargo build --release --quiet
dayi=$PWD/target/release/dayi
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$work"' EXIT
cd "$work"

median() { sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
now() { date +%s%3N; }

serve() { # prints milliseconds from start to ready; the server goes on running
    local started
    started=$(now)
    "$dayi" serve --content "$content" --index index --data data --listen 127.0.0.1:18080 2>log &
    server=$!
    until curl -sf -o /dev/null http://127.0.0.1:18080/readyz; do
        kill -0 "$server" 2>/dev/null || { cat log >&2; exit 1; }
        sleep 0.005
    done
    ready=$(($(now) - started))
}
stop() { kill "$server"; wait "$server" || true; server=; }

cores=$(nproc)
echo "| what | measured on $cores cores |"
echo "| --- | --- |"
echo "| binary | $(du -m "$dayi" | cut -f1) MB |"

for _ in 1 2 3 4 5; do
    rm -rf index
    started=$(now)
    "$dayi" index --content "$content" --index index >built
    echo $(($(now) - started))
done >cold
echo "| index built cold (median of 5) | $(median <cold) ms: $(sed 's/ in .*//' built) |"

for _ in 1 2 3 4 5; do
    serve
    echo "$ready" >>warm
    stop
done
echo "| start to ready with an index (median of 5) | $(median <warm) ms |"

serve
# A thousand searches for the titles of the documents, in turn.
curl -s 'http://127.0.0.1:18080/api/v1/search?per_page=50' | grep -o '"title":"[^"]*"' | cut -d'"' -f4 >titles
for ((n = 0; n < 1000; n++)); do
    title=$(sed -n "$((n % $(wc -l <titles) + 1))p" titles)
    echo "url = \"http://127.0.0.1:18080/search?q=$(printf %s "$title" | od -An -tx1 -v | tr -d ' \n' | sed 's/../%&/g')\""
    echo 'output = "/dev/null"'
done >searches
curl -sf -K searches
echo "| resident memory after 1,000 searches | $(awk '/VmRSS/ {print int($2 / 1024)}' "/proc/$server/status") MB |"
stop

boilerplate=$("$dayi" search --content "$content" --index index --limit 50 --format json 答疑服务说明 |
    grep -cE '答疑服务说明|enhancerGradePOJOId|本内容经由技术专家审阅' || true)
echo "| lines of boilerplate found by 答疑服务说明 | $((boilerplate - 1)) (the query itself left out) |"
