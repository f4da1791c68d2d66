"""Let the house follow the times of silences: note what is silenced when one begins, let it go when one ends.

A silence may hold for hundreds of thousands of alerts. It is therefore moved first, and what that entails is done in
portions, each in a transaction of its own in which assessment stands still; between them assessment goes on, and asks
of each silence as of now. What is left to do is in the rows, so that a process that dies is taken up by the next pass.
"""

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from selaras.domains.events.actions._follow import hold_cursor
from selaras.domains.events.actions._silencing import Silencing, silenced_by
from selaras.domains.events.actions._trail import note_all
from selaras.domains.events.actions.assess import CURSOR, assess_again
from selaras.domains.events.contracts import FIRING, BadMatcher
from selaras.domains.events.contracts.silences import ACTIVE, EXPIRED, PENDING
from selaras.domains.events.contracts.tracing import TraceStep
from selaras.domains.events.lifecycle import SILENCE
from selaras.domains.events.models import Alert, Assessment, Silence
from selaras.domains.events.queries.silences import get_silence, look_under
from selaras.domains.events.silencing import CompiledSilence
from selaras.domains.people.contracts import system_actor
from selaras.kernel import clock
from selaras.kernel.lifecycle import move
from selaras.kernel.sentences import say

_EVENTS = system_actor("events")
PORTION = 2_000
"""Alerts that are looked at while assessment waits: some tenths of a second."""


def settle_silences() -> int:
    """Move every silence to where its times say it is, and do what that entails; how many were moved.

    For a loop that waits for the channel `selaras_events`.
    """
    settled = 0
    for silence_id in list(_due().values_list("pk", flat=True)):
        settled += _settle(str(silence_id))
    for silence in Silence.objects.filter(state=ACTIVE, held_to__isnull=False).order_by("starts_at", "id"):
        while _take_hold(str(silence.pk)):
            pass
    held = Assessment.objects.filter(silence=OuterRef("pk"), state=FIRING)
    for silence in Silence.objects.filter(Exists(held), state=EXPIRED).order_by("ends_at", "id"):
        while _let_go(silence):
            pass
    return settled


def _due() -> QuerySet[Silence]:
    now = clock.now()
    return Silence.objects.filter(Q(state=PENDING, starts_at__lte=now) | Q(state=ACTIVE, ends_at__lte=now)).order_by(
        "starts_at", "id"
    )


@transaction.atomic
def _settle(silence_id: str) -> int:
    silence = Silence.objects.select_for_update().get(pk=silence_id)
    now = clock.now()
    if silence.state != PENDING and silence.ends_at > now:
        return 0
    begins = silence.ends_at > now
    move(silence, "begin" if begins else "expire", life=SILENCE)
    Silence.objects.filter(pk=silence.pk).update(held_to=0 if begins else None)
    return 1


@transaction.atomic
def _take_hold(silence_id: str) -> bool:
    """Those that fire already are silenced from now on; their incidents stay as they are. Whether there may be more."""
    hold_cursor(CURSOR)
    silence = Silence.objects.select_for_update().get(pk=silence_id)
    if silence.state != ACTIVE or silence.held_to is None:
        return False
    row = get_silence(_EVENTS, silence_id)
    try:
        compiled = CompiledSilence(row)
        looked_at = look_under(compiled, silence.held_to, PORTION)
    except BadMatcher:
        looked_at = []
    under = [alert.pk for alert in looked_at if compiled.holds(alert.labels)]
    fresh = Assessment.objects.filter(alert_id__in=under, state=FIRING, silence=None)
    note_all(list(fresh.order_by("pk").values_list("pk", flat=True)), silenced_by(row), row.id, step=TraceStep.HELD)
    fresh.update(silence=silence)
    held_to = looked_at[-1].pk if len(looked_at) == PORTION else None
    Silence.objects.filter(pk=silence.pk).update(held_to=held_to)
    return held_to is not None


@transaction.atomic
def _let_go(silence: Silence) -> bool:
    """What still fires goes to another silence that holds for it, or is free; what was held back is assessed again.

    Whether there may be more.
    """
    hold_cursor(CURSOR)
    silencing = Silencing()
    held = Assessment.objects.filter(silence=silence, state=FIRING).select_related("alert").order_by("pk")
    portion = list(held[:PORTION])
    free = []
    for assessment in portion:
        alert: Alert = assessment.alert
        other = silencing.first(alert.source_id, alert.labels)
        if other is None:
            free.append(assessment)
        else:
            Assessment.objects.filter(pk=assessment.pk).update(silence_id=other.id)
    Assessment.objects.filter(pk__in=[one.pk for one in free]).update(silence=None, held=False)
    note_all([one.pk for one in free], say("The silence has ended."), str(silence.pk), step=TraceStep.FREED)
    for assessment in free:
        if assessment.held:
            assess_again(assessment.pk)
    return len(portion) == PORTION
