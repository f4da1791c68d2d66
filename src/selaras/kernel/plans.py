"""Queries that PostgreSQL plans once for each connection in place of each time."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor


@contextmanager
def planned_once() -> Iterator[None]:
    """What is asked within is prepared on the server once it has been asked often (`prepare_threshold`).

    For reads by key, of which a page makes many: planning them takes longer than carrying them out. Not for lists
    with filters, whose best plan depends on what is asked for; nor where the length of a list of ids is anybody's
    guess, since each length is a statement of its own.
    """
    connection.ensure_connection()
    own = connection.connection
    before, own.cursor_factory = own.cursor_factory, ServerBindingCursor
    try:
        yield
    finally:
        own.cursor_factory = before
