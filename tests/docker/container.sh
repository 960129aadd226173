#!/bin/sh
# Starts a command in an image as "docker run --read-only --cap-drop ALL" does, with buildah alone. It needs namespaces
# of its own: unshare --mount --mount-proc --net --pid --fork container.sh …
# Usage: container.sh IMAGE VOLUME_FOLDER VOLUME_PATH UID:GID COMMAND…
set -eu
image=$1
volume=$2
path=$3
user=$4
shift 4

ip link set lo up
root=$(buildah mount "$(buildah from --pull-never "$image")")
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount -t tmpfs -o size=64k,mode=755 tmpfs "$root/dev"
for device in null zero full random urandom; do
  touch "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
# As engines do: a new volume gets the owner and the mode that its folder has in the image.
if [ -z "$(ls -A "$volume")" ]; then
  chown --reference="$root$path" "$volume"
  chmod --reference="$root$path" "$volume"
fi
mount --bind "$volume" "$root$path"
mount -o remount,bind,ro "$root"
exec setpriv --no-new-privs --bounding-set=-all,+sys_chroot,+setuid,+setgid \
  chroot --userspec="$user" --groups= "$root" "$@"
