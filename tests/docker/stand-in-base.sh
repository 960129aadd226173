#!/bin/sh
# Makes an image that stands in for the official node image, for machines that cannot pull it: files of Debian packages,
# and Node and npm from the npm registry. It mounts the new image, so run it as root in a mount namespace of its own.
# Usage: stand-in-base.sh IMAGE DEBIAN_SUITE NODE_VERSION
set -eu
image=$1
suite=$2
node=$3

container=$(buildah from scratch)
root=$(buildah mount "$container")

# The variant "extract" unpacks packages and runs no maintainer scripts, which takes a third of the time.
mmdebstrap --variant=extract --include=base-files,coreutils,dash,libstdc++6 "$suite" "$root" </dev/null
printf '%s\n' 'root:x:0:0:root:/root:/bin/sh' 'node:x:1000:1000::/home/node:/bin/sh' >"$root/etc/passwd"
printf '%s\n' 'root:x:0:' 'node:x:1000:' >"$root/etc/group"

arch=$(node -p process.arch)
npm install --global --prefix "$root/usr/local" --ignore-scripts "node-linux-$arch@$node" npm@11

buildah commit --quiet --rm "$container" "$image"
