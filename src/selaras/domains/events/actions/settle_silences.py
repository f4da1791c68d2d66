"""Let the house follow the times of silences: note what is silenced when one begins, let it go when one ends."""

from django.db import transaction
from django.db.models import Q, QuerySet

from selaras.domains.events.actions._follow import hold_cursor
from selaras.domains.events.actions._silencing import Silencing, silenced_by
from selaras.domains.events.actions._trail import note
from selaras.domains.events.actions.assess import CURSOR, assess_again
from selaras.domains.events.contracts import ACTIVE, FIRING, PENDING, BadMatcher, TraceStep
from selaras.domains.events.lifecycle import SILENCE
from selaras.domains.events.models import Alert, Assessment, Silence
from selaras.domains.events.queries.silences import firing_under, get_silence
from selaras.domains.events.silencing import CompiledSilence
from selaras.domains.people.contracts import system_actor
from selaras.kernel import clock
from selaras.kernel.lifecycle import move
from selaras.kernel.sentences import say

_EVENTS = system_actor("events")


def settle_silences() -> int:
    """Move every silence to where its times say it is, and do what that entails; how many were moved.

    For a loop that waits for the channel `selaras_events`. One transaction a silence.
    """
    settled = 0
    for silence_id in list(_due().values_list("pk", flat=True)):
        settled += _settle(str(silence_id))
    return settled


def _due() -> QuerySet[Silence]:
    now = clock.now()
    return Silence.objects.filter(Q(state=PENDING, starts_at__lte=now) | Q(state=ACTIVE, ends_at__lte=now)).order_by(
        "starts_at", "id"
    )


@transaction.atomic
def _settle(silence_id: str) -> int:
    # Assessment stands still meanwhile: what it holds back under this silence it has held by now, and is let go.
    hold_cursor(CURSOR)
    silence = Silence.objects.select_for_update().get(pk=silence_id)
    now = clock.now()
    if silence.state != PENDING and silence.ends_at > now:
        return 0
    if silence.ends_at <= now:
        move(silence, "expire", life=SILENCE)
        _let_go(silence)
    else:
        move(silence, "begin", life=SILENCE)
        _take_hold(silence)
    return 1


def _take_hold(silence: Silence) -> None:
    """Those that fire already are silenced from now on; their incidents stay as they are."""
    row = get_silence(_EVENTS, str(silence.pk))
    try:
        under = {alert.pk for alert in firing_under(CompiledSilence(row))}
    except BadMatcher:
        return
    fresh = Assessment.objects.filter(alert_id__in=under, state=FIRING, silence=None).values_list("pk", flat=True)
    for alert_id in list(fresh):
        note(alert_id, silenced_by(row), row.id, step=TraceStep.HELD)
    Assessment.objects.filter(alert_id__in=under, state=FIRING, silence=None).update(silence=silence)


def _let_go(silence: Silence) -> None:
    """What still fires goes to another silence that holds for it, or is free; what was held back is assessed again."""
    silencing = Silencing()
    freed = Assessment.objects.filter(silence=silence, state=FIRING).select_related("alert").order_by("pk")
    for assessment in freed:
        alert: Alert = assessment.alert
        other = silencing.first(alert.source_id, alert.labels)
        if other is not None:
            Assessment.objects.filter(pk=assessment.pk).update(silence_id=other.id)
            continue
        Assessment.objects.filter(pk=assessment.pk).update(silence=None, held=False)
        note(alert.pk, say("The silence has ended."), str(silence.pk), step=TraceStep.FREED, episode=alert.episode)
        if assessment.held:
            assess_again(alert.pk)
