"""Forget alerts that ended so long ago that their class is kept no longer, with what was made of them.

What was logged of them goes with its days (roll_over.py). In portions, and only rows that nobody holds: a sender who
fires one of them again at this moment keeps it, and afterwards begins it anew.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from selaras.domains.events.contracts import RESOLVED, AlertClass
from selaras.domains.events.models import Alert, Assessment, Heartbeat, SetAside
from selaras.domains.events.queries.retention import get_retention
from selaras.domains.records.queries import open_records
from selaras.kernel import clock

PORTION = 1_000


def forget_alerts() -> int:
    """Forget those whose time has run out; how many."""
    days = get_retention().days
    return sum(_forget(one, clock.now() - timedelta(days=n + 1)) for one, n in days.items())


def _forget(alert_class: AlertClass, before: datetime) -> int:
    quiet = Assessment.objects.filter(state=RESOLVED, alert_class=alert_class, changed_at__lt=before)
    rows = quiet.order_by("-changed_at", "-alert_id").values_list("changed_at", "alert_id", "record_id")
    gone, page = 0, list(rows[:PORTION])
    while page:
        still_open = open_records({record_id for _, _, record_id in page if record_id is not None})
        gone += _forget_these([pk for _, pk, record_id in page if record_id not in still_open], before)
        at, last, _ = page[-1]
        page = list(rows.filter(Q(changed_at__lt=at) | Q(changed_at=at, alert_id__lt=last))[:PORTION])
    return gone


@transaction.atomic
def _forget_these(ids: list[int], before: datetime) -> int:
    needed = Exists(Heartbeat.objects.filter(watched_alert=OuterRef("pk"))) | Exists(
        SetAside.objects.filter(alert=OuterRef("pk"))
    )
    quiet = Alert.objects.filter(~needed, pk__in=ids, state=RESOLVED, last_seen__lt=before)
    held = list(quiet.select_for_update(skip_locked=True, of=("self",)).order_by("key").values_list("pk", flat=True))
    Alert.objects.filter(pk__in=held).delete()
    return len(held)
