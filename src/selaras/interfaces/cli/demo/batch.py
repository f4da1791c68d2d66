"""Many actions in one transaction, without a savepoint for each.

An action asks for a transaction of its own; inside ours that would be a savepoint, and setting and releasing those is
a third of all the traffic with the database. Nothing is refused in a plan that fits, so there is nothing to go back to.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def together() -> Iterator[None]:
    """All or nothing: whatever fails inside fails the whole."""
    before = connection.features.uses_savepoints
    with transaction.atomic():
        connection.features.uses_savepoints = False
        try:
            yield
        finally:
            connection.features.uses_savepoints = before
