#!/bin/sh
# Installs the directory servers that the tests of fetch-ldap start: Samba as an Active Directory domain controller,
# and OpenLDAP. Does nothing when all is there. Needs root and apt; elsewhere it says what is missing.
set -eu

PACKAGES="samba samba-ad-provision samba-dsdb-modules samba-vfs-modules ldb-tools slapd ldap-utils openssl util-linux"
PROGRAMS="samba samba-tool ldbadd ldbdel ldbsearch slapd slapadd ldapadd ldapsearch openssl setpriv"
FILES="/usr/share/samba/setup/provision_init.ldif /usr/lib/ldap/memberof.so"

PATH="$PATH:/usr/sbin:/sbin"

missing() {
    for program in $PROGRAMS; do
        command -v "$program" >/dev/null 2>&1 || echo "$program"
    done
    for file in $FILES; do
        ls "$file" >/dev/null 2>&1 || echo "$file"
    done
}

wanted=$(missing | tr '\n' ' ')
if [ -z "$wanted" ]; then
    exit 0
fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "the LDAP tests need directory servers; missing: $wanted" >&2
    echo "as root on Debian: apt-get install --no-install-recommends $PACKAGES" >&2
    exit 1
fi

# The packages start their services when they are installed; the tests start their own.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    trap 'rm -f "$policy"' EXIT
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
# shellcheck disable=SC2086
apt-get install -q -y --no-install-recommends $PACKAGES
wanted=$(missing | tr '\n' ' ')
if [ -n "$wanted" ]; then
    echo "installed, and yet missing: $wanted" >&2
    exit 1
fi
