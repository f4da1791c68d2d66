"""Note of each source that it was heard, and whether its clock is off."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from selaras.domains.events.actions._follow import Pending
from selaras.domains.events.models import Source

_AT_MOST_EVERY = timedelta(minutes=1)  # so that a storm does not rewrite its source's row a pass


def note_heard(changes: Sequence[Pending]) -> None:
    """Write when the sources of these changes were heard, where the last note is older than a minute."""
    latest: dict[int, datetime] = {}
    off: dict[int, Pending] = {}
    for change in changes:
        if change.source_id is not None:
            latest[change.source_id] = max(change.at, latest.get(change.source_id, change.at))
            if change.clock_off:
                off[change.source_id] = change
    for source_id, at in sorted(latest.items()):
        old = Q(heard_at=None) | Q(heard_at__lt=at - _AT_MOST_EVERY)
        Source.objects.filter(old, pk=source_id).update(heard_at=at)
    for source_id, change in sorted(off.items()):
        old = Q(clock_at=None) | Q(clock_at__lt=change.at - _AT_MOST_EVERY)
        Source.objects.filter(old, pk=source_id).update(clock_off=change.clock_off, clock_at=change.at)
