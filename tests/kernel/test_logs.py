"""What fails is told where the keeper of the processes looks."""

import subprocess
import sys

PROGRAM = """
import django, logging, psycopg
django.setup()
log = logging.getLogger("django.request")
log.warning("Not Found: /favicon.ico")
try:
    raise ZeroDivisionError("a fault of ours")
except ZeroDivisionError:
    log.exception("Internal Server Error: /")
try:
    raise psycopg.OperationalError("the database is away")
except psycopg.OperationalError:
    logging.getLogger("selaras.interfaces.jobs.worker").exception("cannot work now")
"""


def test_a_fault_is_logged_whole_and_a_database_that_is_away_in_a_line() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert "ERROR django.request: Internal Server Error: /\nTraceback" in done.stderr
    assert "ZeroDivisionError: a fault of ours" in done.stderr
    assert "cannot work now\n  the database is away\n" in done.stderr
    assert "favicon" not in done.stderr
