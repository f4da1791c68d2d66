"""Let go what was held back when that ends: the window closes, the alert that explained it is over, it calms down."""

from collections.abc import Callable

from django.db import transaction
from django.db.models import Q

from selaras.domains.events.actions._follow import hold_cursor
from selaras.domains.events.actions._trail import Trail, note
from selaras.domains.events.actions.assess import CURSOR, as_it_stands, assess_again, trace_cleared
from selaras.domains.events.actions.settle_edits import settle_edits
from selaras.domains.events.contracts import FIRING
from selaras.domains.events.contracts.tracing import TraceStep
from selaras.domains.events.models import Assessment
from selaras.domains.events.queries.windows import open_windows
from selaras.kernel import clock
from selaras.kernel.sentences import Sentence, say

_MANY = 200  # let go at one look


def settle_holds() -> int:
    """Let go what nothing holds any more; how many were looked at.

    For a loop that waits for the channel `selaras_events`. One transaction an alert, in which assessment stands still.
    """
    return (
        settle_edits()
        + _settle(_closed(), _maintained)
        + _settle(_uninhibited(), _let_go)
        + _settle(_calm(), _calm_down)
    )


def _closed() -> Q:
    """Under a window that is not open. Windows are asked only if any alert is under one."""
    under = Q(state=FIRING) & ~Q(window=None)
    if not Assessment.objects.filter(under).exists():
        return Q(pk=None)
    return under & ~Q(window__in=[window.pk for window, _held in open_windows()])


def _uninhibited() -> Q:
    return Q(state=FIRING) & ~Q(inhibitor=None) & ~Q(inhibitor__assessment__state=FIRING)


def _calm() -> Q:
    return Q(flaps_until__lte=clock.now())


def _settle(due: Q, settle: Callable[[Assessment], None]) -> int:
    found = list(Assessment.objects.filter(due).order_by("pk").values_list("pk", flat=True)[:_MANY])
    return sum(_one(alert_id, due, settle) for alert_id in found)


@transaction.atomic
def _one(alert_id: int, due: Q, settle: Callable[[Assessment], None]) -> int:
    hold_cursor(CURSOR)
    assessment = Assessment.objects.select_related("alert", "cause").filter(due, pk=alert_id).first()
    if assessment is None:
        return 0
    settle(assessment)
    return 1


def _maintained(assessment: Assessment) -> None:
    _free(assessment, say("The maintenance window has closed."), window=None)


def _let_go(assessment: Assessment) -> None:
    _free(assessment, say("What held it back is over."), inhibitor=None)


def _calm_down(assessment: Assessment) -> None:
    _free(assessment, say("It has calmed down."), flaps_until=None)
    if assessment.state != FIRING:
        trail = Trail()
        trace_cleared(trail, as_it_stands(assessment.pk), assessment)
        trail.write()


def _free(assessment: Assessment, why: Sentence, **cleared: None) -> None:
    """Note it; what waited for this alone, and fires still, has its effect now."""
    for name in cleared:
        setattr(assessment, name, None)
    assessment.save(update_fields=list(cleared))
    note(assessment.pk, why, step=TraceStep.FREED, episode=assessment.alert.episode)
    waits = assessment.silence_id or assessment.window_id or assessment.inhibitor_id
    if assessment.state == FIRING and assessment.held and not waits:
        assess_again(assessment.pk)
