#!/usr/bin/env bash
# Runs the binary inside the root file system of rootfs.sh as a container engine would: a read-only root, an unprivileged
# user, no capabilities, documents read only; and checks that it serves, searches and ends well.
#
#   deploy/try_rootfs.sh BINARY CONTENT [PORT]
#
# As root, or as a user who may make user namespaces. Needs unshare, setpriv and curl.
set -euo pipefail

uid=65532
if [ "${1:-}" != --inside ]; then
    [ $# -ge 2 ] || { sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 2; }
    binary=$(realpath "$1") content=$(realpath "$2") port=${3:-18080}
    work=$(mktemp -d)
    trap 'rm -rf --one-file-system "$work"' EXIT
    chmod 0755 "$work"
    "$(dirname "$0")/rootfs.sh" "$binary" "$work/rootfs"
    # Mounts of its own, which end with it.
    if [ "$(id -u)" = 0 ]; then
        unshare --mount "$0" --inside root "$work/rootfs" "$content" "$port"
    else
        unshare --user --map-root-user --mount "$0" --inside user "$work/rootfs" "$content" "$port"
    fi
    exit
fi

who=$2 root=$3 content=$4 port=$5
server=
trap '[ -z "$server" ] || kill -9 "$server" 2>/dev/null || true' EXIT
fail() { echo "failed: $*" >&2; [ ! -s "$root.log" ] || cat "$root.log" >&2; exit 1; }

# In a user namespace its root stands for the unprivileged user.
if [ "$who" = root ]; then
    owner=$uid
    become=(unshare --root="$root" --setgid="$uid" --setuid="$uid")
else
    owner=0
    become=(unshare --user --map-user="$uid" --map-group="$uid" --root="$root")
fi
mount --make-rprivate /
mount --bind "$root" "$root"
mount --bind "$content" "$root/content"
mount -o remount,bind,ro,nosuid,nodev,noexec "$root/content"
for folder in index data tmp; do
    mount -t tmpfs -o "size=256m,mode=0700,uid=$owner,gid=$owner,nosuid,nodev,noexec" "dayi-$folder" "$root/$folder"
done
mount -o remount,bind,ro,nosuid,nodev "$root"

for path in "$root/dayi" "$root/etc/new" "$root/content/new.md"; do
    ! { : >>"$path"; } 2>/dev/null || fail "$path can be written"
done

env -i DAYI_LISTEN="127.0.0.1:$port" DAYI_CONTENT=/content DAYI_WORDS=/words DAYI_INDEX=/index DAYI_DATA=/data \
    setpriv --no-new-privs --inh-caps=-all "${become[@]}" /dayi serve 2>"$root.log" &
server=$!

"$(dirname "$0")/served.sh" "$port" "$server" "$owner" || fail "see above"

kill "$server"
code=0
wait "$server" || code=$?
server=
[ "$code" = 0 ] || fail "it ended with $code"
echo "as $uid, over a read-only root, and ended well"
