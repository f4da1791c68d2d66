"""Note of each source that it was heard."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from selaras.domains.events.actions._follow import Pending
from selaras.domains.events.models import Source

_AT_MOST_EVERY = timedelta(minutes=1)  # so that a storm does not rewrite its source's row a pass


def note_heard(changes: Sequence[Pending]) -> None:
    """Write when the sources of these changes were heard, where the last note is older than a minute."""
    latest: dict[int, datetime] = {}
    for change in changes:
        if change.source_id is not None:
            latest[change.source_id] = max(change.at, latest.get(change.source_id, change.at))
    for source_id, at in sorted(latest.items()):
        old = Q(heard_at=None) | Q(heard_at__lt=at - _AT_MOST_EVERY)
        Source.objects.filter(old, pk=source_id).update(heard_at=at)
