#!/bin/sh
# Makes .venv with the given Python; on a bare Debian python3-venv is installed first.
set -eu
"$1" -m venv .venv 2>/dev/null && exit 0
rm -rf .venv
echo "Installing python3-venv …"
. "$(dirname "$0")/apt.sh"
install_packages python3-venv
"$1" -m venv .venv
