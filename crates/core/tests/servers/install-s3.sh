#!/usr/bin/env bash
# Installs the S3 service that the storage tests start besides our own: moto, in a Python environment below target/.
# May be run again at any time.
set -euo pipefail
cd "$(dirname "$0")/../../../.."

version=5.2.5
folder=target/tools/moto
python=$folder/bin/python

installed() { "$python" -c 'import importlib.metadata as m; print(m.version("moto"))' 2>/dev/null; }

if [ "$(installed || true)" = "$version" ]; then
  exit 0
fi
if ! python3 -m venv --clear "$folder"; then
  echo "python3 with its venv module is needed (Debian: apt-get install python3-venv)" >&2
  exit 1
fi
"$python" -m pip install --quiet --disable-pip-version-check "moto[server]==$version"
echo "moto $(installed) in $folder"
