"""Pure decisions about problems: when one is not proposed again."""

from datetime import datetime

from selaras.domains.problems.contracts import REST


def rests(dismissed_at: datetime, now: datetime) -> bool:
    """Whether what was dismissed then may not be proposed now."""
    return now - dismissed_at < REST
