#!/bin/sh
# Runs the tests with a throw-away PostgreSQL server beside them; arguments go to pytest.
# A file stays with one process, and so do its costly fixtures (with pytest 9.2 loadgroup does nothing).
set -eu
export CI=true # what is missing is a failure, never a skip
export LC_ALL=C.UTF-8 # without a locale the server would be made for ASCII alone
ended=$(mktemp)
trap 'rm -f "$ended"' EXIT
# How it ended goes by a file: told of a failure, pg_virtualenv would print the server's whole log over it.
pg_virtualenv -t -o fsync=off -o full_page_writes=off -o synchronous_commit=off -o max_connections=200 sh -c '
  export NOABER_TEST_POSTGRES="postgresql+psycopg://$PGUSER:$PGPASSWORD@$PGHOST:$PGPORT/postgres"
  ended=$1; shift
  "$0" -m pytest -n 2 --dist loadfile "$@" && echo 0 >"$ended" || echo $? >"$ended"
' "$PWD/.venv/bin/python" "$ended" "$@"
exit "$(cat "$ended")"
