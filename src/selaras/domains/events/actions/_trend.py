"""Count what begins to fire, by class and ten minutes, as it is assessed: the console's trend reads no alert."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from selaras.domains.events.rules import trend_step

_ADD = """
INSERT INTO events_trend (at, alert_class, fired) VALUES (%s, %s, %s)
ON CONFLICT (at, alert_class) DO UPDATE SET fired = events_trend.fired + excluded.fired
"""


def count_trend(fired: Iterable[tuple[datetime, str]]) -> None:
    """Add the moments and classes of what fired; within the assessor's transaction, so once each."""
    counted = Counter((trend_step(at), str(alert_class)) for at, alert_class in fired)
    if counted:
        with connection.cursor() as cursor:
            cursor.executemany(_ADD, [(*key, n) for key, n in sorted(counted.items())])
