#!/bin/sh
# Runs the tests with a throw-away PostgreSQL server beside them; arguments go to pytest.
set -eu
export CI=true # what is missing is a failure, never a skip
exec pg_virtualenv -t -o fsync=off -o full_page_writes=off -o synchronous_commit=off -o max_connections=200 sh -c '
  export NOABER_TEST_POSTGRES="postgresql+psycopg://$PGUSER:$PGPASSWORD@$PGHOST:$PGPORT/postgres"
  exec "$0" -m pytest -n 2 --dist loadgroup "$@"
' "$PWD/.venv/bin/python" "$@"
