#!/usr/bin/env bash
# The image of Containerfile as a file, from a binary that is there, where no container engine runs: an OCI image that
# `podman load` and `skopeo copy oci-archive:FILE.tar docker-daemon:dayi:latest` take.
#
#   deploy/image.sh BINARY FILE.tar
#
# Needs umoci; no root, no daemon, no registry. The same binary, libraries and SOURCE_DATE_EPOCH give the same bytes.
set -euo pipefail

[ $# = 2 ] || { sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 2; }
binary=$1 target=$2
here=$(dirname "$0")
command -v umoci >/dev/null || { echo "umoci is not installed: apt-get install umoci" >&2; exit 2; }
[ ! -e "$target" ] || { echo "$target is there already; expected a new name" >&2; exit 2; }

export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-0}
date=$(date --utc --date="@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 022

# What the last stage of Containerfile sets: `setting NAME` gives the words behind an instruction, a line each.
last_stage=$(sed -n '/^FROM scratch/,$p' "$here/Containerfile" | sed -z 's/\\\n/ /g')
setting() { sed -n "s/^$1 *//p" <<<"$last_stage" | tr -d '[]",' | xargs -n 1; }
options=()
add() { # add OPTION INSTRUCTION
    local value
    while read -r value; do options+=("$1" "$value"); done < <(setting "$2")
}
add --config.user USER
add --config.workingdir WORKDIR
add --config.env ENV
add --config.exposedports EXPOSE
add --config.stopsignal STOPSIGNAL
add --config.entrypoint ENTRYPOINT
add --config.cmd CMD
add --config.volume VOLUME

"$here/rootfs.sh" "$binary" "$work/rootfs.tar"
image=$work/image:dayi
umoci init --layout "$work/image"
umoci new --image "$image"
umoci raw add-layer --image "$image" --history.created "$date" --history.created_by deploy/rootfs.sh "$work/rootfs.tar"
umoci config --image "$image" --history.created "$date" --created "$date" "${options[@]}"
umoci gc --layout "$work/image"
tar -cf "$target" --sort=name --numeric-owner --owner=0 --group=0 --mtime="@$SOURCE_DATE_EPOCH" --format=gnu \
    -C "$work/image" oci-layout index.json blobs
sha256sum "$target"
