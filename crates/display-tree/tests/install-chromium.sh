#!/bin/sh
# Installs what the browser tests drive: Debian's Chromium and its WebDriver server. Does nothing when both are there.
set -eu

if command -v chromium >/dev/null && command -v chromedriver >/dev/null; then
    echo "chromium and chromedriver are installed: $(chromedriver --version | cut -d' ' -f1-2)"
    exit 0
fi
if [ "$(id -u)" -ne 0 ]; then
    echo "chromium and chromedriver are missing; run this as root: apt-get install chromium chromium-driver" >&2
    exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -q -y --no-install-recommends chromium chromium-driver fonts-dejavu-core fonts-liberation
