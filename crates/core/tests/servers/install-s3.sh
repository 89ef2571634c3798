#!/usr/bin/env bash
# Installs what the storage tests use besides our own: moto, an S3 service, and Prometheus' parser, in a Python
# environment below target/.
# May be run again at any time.
set -euo pipefail
cd "$(dirname "$0")/../../../.."

moto=5.2.5
prometheus=0.26.0
folder=target/tools/moto
python=$folder/bin/python

installed() {
  "$python" -c 'import importlib.metadata as m; print(m.version("moto"), m.version("prometheus-client"))' 2>/dev/null
}

if [ "$(installed || true)" = "$moto $prometheus" ]; then
  exit 0
fi
if ! python3 -m venv --clear "$folder"; then
  echo "python3 with its venv module is needed (Debian: apt-get install python3-venv)" >&2
  exit 1
fi
"$python" -m pip install --quiet --disable-pip-version-check "moto[server]==$moto" "prometheus-client==$prometheus"
echo "moto and prometheus-client $(installed) in $folder"
