"""Call nobody else for what is held back by now: a window opened, or what explains it began to fire, after the call.

What an alert had led to by then stays: its incident, and who was called. Its page goes no further while all that
fires under its incident is silenced, under maintenance or explained, and goes on when that ends.
"""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Count, Q

from selaras.domains.duty.actions.hold import hold_page, release_page
from selaras.domains.duty.contracts.pages import CallRow
from selaras.domains.duty.queries.pages import open_calls
from selaras.domains.events.actions._follow import hold_cursor
from selaras.domains.events.actions._silencing import silenced_by
from selaras.domains.events.actions._trail import Trail
from selaras.domains.events.actions.assess import CURSOR, as_it_stands
from selaras.domains.events.actions.settle_edits import PORTION, held_now
from selaras.domains.events.contracts import FIRING
from selaras.domains.events.contracts.tracing import TraceStep
from selaras.domains.events.inhibiting import inhibitions
from selaras.domains.events.models import Assessment
from selaras.domains.events.queries.rules import compiled_rules
from selaras.domains.events.queries.silences import get_silence
from selaras.domains.events.queries.windows import open_windows
from selaras.domains.events.rules import named_of
from selaras.domains.people.contracts import system_actor
from selaras.kernel.sentences import Sentence, say

_EVENTS = system_actor("events")
_MOST = 2_000  # alerts that are asked at one look, of all that was called for
_FREE = Q(silence=None, window=None, inhibitor=None)


def hold_calls() -> int:
    """Hold and let go the pages of incidents by what holds their alerts back now; how many. For the schedule."""
    calls = open_calls()
    if not calls:
        return 0
    records = [call.record_id for call in calls]
    if open_windows() or inhibitions(compiled_rules()):
        _mark(records)
    firing = Assessment.objects.filter(record_id__in=records, state=FIRING).values_list("record_id").order_by()
    counted = {pk: (fire, free) for pk, fire, free in firing.annotate(fire=Count("pk"), free=Count("pk", filter=_FREE))}
    return sum(_follow(call, *counted.get(call.record_id, (0, 0))) for call in calls)


def _follow(call: CallRow, firing: int, free: int) -> bool:
    if firing and not free:
        return not call.held and hold_page(call.id, by=_EVENTS, why=_why(call.record_id))
    return call.held and release_page(call.id, by=_EVENTS)


def _mark(records: Sequence[int]) -> None:
    """Note on what fires freely under these incidents that something holds it by now."""
    rows = Assessment.objects.select_related("alert").filter(_FREE, record_id__in=records, state=FIRING, held=False)
    free = list(rows.order_by("pk")[:_MOST])
    for first in range(0, len(free), PORTION):
        portion = free[first : first + PORTION]
        for one, then in zip(portion, held_now(portion), strict=True):
            if then.window_id or then.inhibitor_id:
                _mark_one(one.pk)


@transaction.atomic
def _mark_one(alert_id: int) -> None:
    hold_cursor(CURSOR)
    rows = Assessment.objects.select_related("alert", "window").filter(_FREE, pk=alert_id, state=FIRING, held=False)
    for one in rows:
        (now,) = held_now([one])
        if now.window_id or now.inhibitor_id:
            now.save(update_fields=["window", "inhibitor"])
            said = say(
                "%(why)s Who was called stays called; nobody else is called before it ends.", why=_holder(alert_id)
            )
            trail, change = Trail(), as_it_stands(alert_id)
            trail.add(change, TraceStep.HELD, said, window_id=now.window_id, other_id=now.inhibitor_id)
            trail.write()


def _why(record_id: int) -> Sentence:
    first = Assessment.objects.filter(~_FREE, record_id=record_id, state=FIRING).order_by("pk").first()
    return _holder(first.pk) if first else say("Its alerts are held back.")


def _holder(alert_id: int) -> Sentence:
    one = Assessment.objects.select_related("window", "inhibitor").get(pk=alert_id)
    if one.silence_id is not None:
        return silenced_by(get_silence(_EVENTS, str(one.silence_id)))
    if one.window is not None:
        return say("Under maintenance by now: “%(window)s”.", window=one.window.name)
    explains = named_of(one.inhibitor.labels) if one.inhibitor else ""
    return say("“%(alert)s” fires by now, which explains it.", alert=explains)
