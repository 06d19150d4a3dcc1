#!/usr/bin/env bash
# The root file system of a container, without a container engine: the binary, the libraries that `ldd` names, and the
# folders it is given.
#
#   deploy/rootfs.sh BINARY FOLDER      # a new folder
#   deploy/rootfs.sh BINARY FILE.tar    # the same as a tar, whose owners do not depend on who makes it
#
# `ldd` runs the loader over the binary: only for a binary you trust.
set -euo pipefail

[ $# = 2 ] || { sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2; }
binary=$1 target=$2
uid=65532
[ -x "$binary" ] || { echo "$binary: no such program; expected a built dayi, such as target/release/dayi" >&2; exit 2; }
[ ! -e "$target" ] || { echo "$target is there already; expected a new name" >&2; exit 2; }

case $target in
    *.tar) work=$(mktemp -d) root=$work/rootfs ;;
    *) work='' root=$target ;;
esac
trap '[ -z "$work" ] || rm -rf "$work"' EXIT

umask 022
mkdir -p "$root"/{content,words,index,data,etc,tmp}
chmod 0700 "$root/index" "$root/data"
chmod 1777 "$root/tmp"
install -m 0755 "$binary" "$root/dayi"

libraries=$(ldd "$binary")
if grep -q 'not found' <<<"$libraries"; then
    grep 'not found' <<<"$libraries" >&2
    exit 1
fi
# `name => /path (address)`, and the loader as `/path (address)`; the kernel's own page has no path.
grep -oE '/[^ ]+' <<<"$libraries" | sort -u | while read -r library; do
    install -D -m 0755 "$library" "$root$library"
done

printf 'root:x:0:0::/:/sbin/nologin\ndayi:x:%s:%s::/:/sbin/nologin\n' "$uid" "$uid" >"$root/etc/passwd"
printf 'root:x:0:\ndayi:x:%s:\n' "$uid" >"$root/etc/group"
# Names of databases and webhooks: the hosts file first.
printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"

if [ -n "$work" ]; then
    same=(--sort=name --numeric-owner --mtime="@${SOURCE_DATE_EPOCH:-0}" --format=gnu -C "$root")
    tar -cf "$target" "${same[@]}" --owner=0 --group=0 --exclude=./index --exclude=./data .
    tar -rf "$target" "${same[@]}" --owner="$uid" --group="$uid" ./index ./data
fi
