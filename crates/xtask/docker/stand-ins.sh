#!/usr/bin/env bash
# Makes a stand-in for a base image of the Dockerfile, from Debian's packages and this machine's Rust toolchain.
# Only for `cargo xtask docker-test` on machines that reach no image registry; what is built on stand-ins is not for use.
#
#   stand-ins.sh DOCKER NAME        makes the image NAME with the client DOCKER
#   stand-ins.sh --made-by          says what today's stand-ins are labelled with: others are made anew
#
# Needs root, for Debian's mmdebstrap (installed if it is missing).
set -euo pipefail
made_by="$(cksum < "$0" | cut -d ' ' -f 1) $(rustc --version)"
if [ "$1" = --made-by ]; then
  echo "$made_by"
  exit
fi
docker=$1
name=$2
suite=bookworm
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 0755 "$work"

# A new machine has no package lists yet.
apt-cache show libc6 > /dev/null 2>&1 || apt-get update -qq
# The mirror that this machine's own packages come from; without one, mmdebstrap's own.
mirror=$(apt-cache policy base-files | grep --max-count 1 --only-matching 'https\?://[^ ]*' || true)

debian() { # PACKAGES: a minimal Debian with them, in a folder
  command -v mmdebstrap > /dev/null || DEBIAN_FRONTEND=noninteractive apt-get install --yes -qq mmdebstrap > /dev/null
  mmdebstrap --quiet --variant=minbase --include="$1" --format=directory "$suite" "$work/root" ${mirror:+"$mirror"}
}

trust() { # FOLDER: the certificate authorities that this machine trusts
  install -d "$1/etc/ssl/certs"
  install --mode=0644 /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/ca-certificates.crt"
}

import() { # FOLDER, flags of docker import
  local folder=$1
  shift
  tar --create --directory "$folder" . | "$docker" import --change "LABEL timecamp-scim.stand-in=\"$made_by\"" "$@" - "$name"
}

rust() {
  debian gcc,libc6-dev
  local sysroot
  sysroot=$(rustc --print sysroot)
  trust "$work/root"
  install -d "$work/root/usr/local/cargo/registry" "$work/root/usr/local/lib"
  cp --archive "$sysroot/bin/cargo" "$sysroot/bin/rustc" "$work/root/usr/local/bin/"
  cp --archive "$sysroot/lib/." "$work/root/usr/local/lib/"
  import "$work/root" --change 'ENV CARGO_HOME=/usr/local/cargo' \
    --change 'ENV PATH=/usr/local/cargo/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
}

distroless() {
  # What gcr.io/distroless/cc is made of: these packages unpacked, no shell, a user.
  local packages=(base-files netbase tzdata libc6 libssl3 libgcc-s1 libgomp1 libstdc++6)
  install -d --mode=0777 "$work/debs" "$work/root"
  (cd "$work/debs" && apt-get download -qq "${packages[@]}")
  for deb in "$work"/debs/*.deb; do dpkg-deb --extract "$deb" "$work/root"; done
  rm -rf "$work"/root/usr/share/{doc,man,lintian,bug}
  trust "$work/root"
  install -d "$work/root/etc" "$work/root/root" "$work/root/home/nonroot"
  install -d --mode=1777 "$work/root/tmp"
  chown 65532:65532 "$work/root/home/nonroot"
  printf '%s\n' 'root:x:0:0:root:/root:/sbin/nologin' 'nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin' \
    'nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin' > "$work/root/etc/passwd"
  printf '%s\n' 'root:x:0:' 'nobody:x:65534:' 'nonroot:x:65532:' > "$work/root/etc/group"
  import "$work/root" --change 'USER 65532' \
    --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
    --change 'ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt'
}

moto() {
  debian python3-minimal,python3
  python3 -m pip install --quiet --root-user-action ignore --no-warn-conflicts --only-binary :all: --python-version 3.11 \
    --target "$work/root/usr/local/lib/python3.11/dist-packages" "moto[server]==${name##*:}"
  ln -s ../../bin/python3 "$work/root/usr/local/bin/python"
  import "$work/root" --change 'ENTRYPOINT ["python", "-m", "moto.server", "-H", "0.0.0.0"]'
}

case "$name" in
  rust:*) rust ;;
  */distroless/cc-*) distroless ;;
  motoserver/moto:*) moto ;;
  *)
    echo "there is no stand-in for $name" >&2
    exit 1
    ;;
esac
