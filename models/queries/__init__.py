"""Reads for the pages and jobs: each takes a session, none changes anything."""
