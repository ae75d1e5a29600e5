#!/bin/sh
# What the tests need beside Python: a browser and a database server, from Debian's packages where they are missing.
set -eu
. "$(dirname "$0")/apt.sh"
missing=""
test -x /usr/bin/chromium-headless-shell || missing="$missing chromium-headless-shell"
command -v pg_virtualenv >/dev/null || missing="$missing postgresql-common"
ls -d /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
if [ -n "$missing" ]; then
  echo "Installing$missing …"
  # shellcheck disable=SC2086  # a list of names
  install_packages $missing
fi
