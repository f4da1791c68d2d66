"""Look again at what is held back after a window or the rules were edited: what no longer holds lets go.

Nothing more is held because of an edit: what fired before had its effect. A step looks at one portion, so that
assessment never stands still for longer than that; each alert that is let go has a transaction of its own. How far it
came is in a row that dies with the work: a process that is killed is taken up by the next.
"""

from collections.abc import Sequence
from copy import copy

from django.db import transaction
from django.db.models import Q

from selaras.domains.events.actions._flapping import is_flapping
from selaras.domains.events.actions._follow import Pending, hold_cursor
from selaras.domains.events.actions._holding import Holds
from selaras.domains.events.actions._prepare import prepare
from selaras.domains.events.actions._recheck import HELD, KEYS
from selaras.domains.events.actions._trail import Trail, note
from selaras.domains.events.actions.assess import CURSOR, assess_again
from selaras.domains.events.contracts import FIRING
from selaras.domains.events.contracts.tracing import TraceStep
from selaras.domains.events.inhibiting import inhibitions, keys_left
from selaras.domains.events.models import Assessment, Recheck
from selaras.domains.events.queries.rules import compiled_rules
from selaras.kernel.sentences import Sentence, say

PORTION = 200  # alerts looked at while assessment waits: less than a tenth of a second
_HELD = Q(state=FIRING) & (~Q(window=None) | ~Q(inhibitor=None) | ~Q(flaps_until=None))


def settle_edits() -> int:
    """Look at the next portion that an edit concerns; how many alerts that were. Keys come first: what is held follows
    from them."""
    for what, look in ((KEYS, _renew_keys), (HELD, _let_go)):
        row = Recheck.objects.filter(pk=what).first()
        if row is not None:
            ids = look(row.looked_to)
            same = Recheck.objects.filter(pk=what, edit=row.edit)
            if len(ids) == PORTION:
                same.update(looked_to=ids[-1])
            else:
                same.delete()
            return len(ids) or 1
    return 0


@transaction.atomic
def _renew_keys(after: int) -> list[int]:
    hold_cursor(CURSOR)
    among = inhibitions(compiled_rules())
    firing = Assessment.objects.filter(state=FIRING, pk__gt=after)
    found = list((firing if among else firing.exclude(holds_back=[])).order_by("pk")[:PORTION])
    for one in found:
        keys = keys_left({**one.labels, **one.added}, among)
        if keys != one.holds_back:
            one.holds_back = keys
            one.save(update_fields=["holds_back"])
    return [one.pk for one in found]


def _let_go(after: int) -> list[int]:
    ids, changed = _looked_at(after)
    for alert_id in changed:
        _let_one_go(alert_id)
    return ids


@transaction.atomic
def _looked_at(after: int) -> tuple[list[int], list[int]]:
    """The next that are held back, and those among them that are held otherwise now, or not at all."""
    hold_cursor(CURSOR)  # a pass that began before the edit has ended then
    held = list(Assessment.objects.select_related("alert").filter(_HELD, pk__gt=after).order_by("pk")[:PORTION])
    now = held_now(held)
    changed = [one.pk for one, other in zip(held, now, strict=True) if other.silence_id is None and differ(one, other)]
    return [one.pk for one in held], changed


@transaction.atomic
def _let_one_go(alert_id: int) -> None:
    hold_cursor(CURSOR)
    assessment = Assessment.objects.select_related("alert", "window").filter(_HELD, pk=alert_id).first()
    if assessment is None:
        return
    (now,) = held_now([assessment])
    if now.silence_id is not None or not differ(assessment, now):
        return
    note(alert_id, _why(assessment), step=TraceStep.FREED, episode=assessment.alert.episode)
    now.save(update_fields=["window", "inhibitor", "flaps_until"])
    if assessment.held:
        assess_again(alert_id)


def held_now(assessments: Sequence[Assessment]) -> list[Assessment]:
    """For each of these, which fire, a copy that says what would hold it back now; nothing is written."""
    rules, unwritten = compiled_rules(), Trail()
    heard = prepare([_as_pending(one) for one in assessments], rules, unwritten)
    holds = Holds(heard, rules, unwritten)
    made = [copy(one) for one in assessments]
    for one, then in zip(heard, made, strict=True):
        holds.release(then)
        holds.hold(one, then, responds=then.held)
    return made


def differ(one: Assessment, other: Assessment) -> bool:
    """Whether they are held back by different things. Which of several alerts explains one makes no difference."""
    return _holder(one) != _holder(other)


def _holder(one: Assessment) -> tuple[str, int]:
    if one.window_id is not None:
        return "window", one.window_id
    if one.inhibitor_id is not None:
        return "alert", 0
    return ("flaps", 0) if is_flapping(one) else ("", 0)


def _why(assessment: Assessment) -> Sentence:
    if assessment.window is not None:
        name = assessment.window.name
        return say("Maintenance window “%(window)s” was changed, and does not hold it any more.", window=name)
    return say("The rules were changed, and do not hold it back any more.")


def _as_pending(one: Assessment) -> Pending:
    alert = one.alert
    return Pending(
        0, one.changed_at, alert.pk, one.state, alert.episode, alert.source_id, alert.labels, alert.annotations
    )
