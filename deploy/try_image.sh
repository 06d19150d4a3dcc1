#!/usr/bin/env bash
# Runs an image of image.sh by what it says of itself, as an engine would with --read-only, --cap-drop=ALL and
# no-new-privileges: documents read only, nothing but /index, /data and /tmp written; and checks that it serves, searches
# and ends well. Leaves out a network of its own, so that its port can be asked.
#
#   deploy/try_image.sh FILE.tar CONTENT [PORT]
#
# As root. Needs umoci, runc, jq and curl.
set -euo pipefail

[ $# -ge 2 ] || { sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2; }
image=$(realpath "$1") content=$(realpath "$2") port=${3:-18080}
here=$(realpath "$(dirname "$0")")
name=dayi-try-$$
work=$(mktemp -d)
cleanup() {
    runc delete --force "$name" 2>/dev/null || true
    rm -rf --one-file-system "$work"
}
trap cleanup EXIT
fail() { echo "failed: $*" >&2; [ ! -s "$work/log" ] || cat "$work/log" >&2; exit 1; }

mkdir "$work/image"
tar -xf "$image" -C "$work/image"
umoci unpack --image "$work/image:dayi" "$work/bundle" 2>"$work/log" || fail "it cannot be unpacked"
rm "$work/log"

bundle=$work/bundle/config.json
jq --arg content "$content" --arg listen "DAYI_LISTEN=127.0.0.1:$port" '
    .process.user as {uid: $uid, gid: $gid}
    | def written: {destination: ., type: "tmpfs", source: "tmpfs", options:
        ["nosuid", "nodev", "noexec", "size=256m", "mode=0700", "uid=\($uid)", "gid=\($gid)"]};
    .process.terminal = false
    | .process.env += [$listen]
    | .process.noNewPrivileges = true
    | .process.capabilities = {}
    | .root.readonly = true
    | .mounts = [.mounts[] | select(.destination == ("/proc", "/dev"))]
        + [{destination: "/content", type: "bind", source: $content, options: ["bind", "ro", "nosuid", "nodev", "noexec"]}]
        + (["/index", "/data", "/tmp"] | map(written))
    | .linux.namespaces |= map(select(.type != "network"))
' "$bundle" >"$bundle.new"
mv "$bundle.new" "$bundle"
uid=$(jq .process.user.uid "$bundle")
[ "$uid" != 0 ] || fail "its user is root"

runc run --bundle "$work/bundle" --pid-file "$work/pid" "$name" 2>"$work/log" >&2 &
running=$!
for _ in $(seq 100); do
    [ ! -s "$work/pid" ] || break
    kill -0 "$running" 2>/dev/null || fail "it did not start"
    sleep 0.1
done
server=$(<"$work/pid")
"$here/served.sh" "$port" "$server" "$uid" || fail "see above"
# The root as the process sees it.
mounts=$(<"/proc/$server/mountinfo")
for folder in / /content; do
    awk -v folder="$folder" '$5 == folder && $6 ~ /^ro(,|$)/ { found = 1 } END { exit !found }' <<<"$mounts" ||
        fail "$folder can be written"
done

runc kill "$name" "$(jq -r '.annotations["org.opencontainers.image.stopSignal"] // "SIGTERM"' "$bundle")"
code=0
wait "$running" || code=$?
[ "$code" = 0 ] || fail "it ended with $code"
echo "as $uid, over a read-only root, and ended well"
