"""Maintenance windows: make, change, enable or disable. What one does not hold any more is let go by itself."""

from collections.abc import Sequence
from dataclasses import asdict

from django.db import connection, transaction

from selaras.domains.agreements.queries.calendars import get_calendar
from selaras.domains.events.actions._recheck import HELD, look_again
from selaras.domains.events.contracts import CHANNEL
from selaras.domains.events.contracts.windows import WindowDraft, WindowKind
from selaras.domains.events.matchers import faults_of
from selaras.domains.events.models import Window
from selaras.domains.events.queries.windows import recurrence_of
from selaras.domains.events.recurring import fault_of
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.domains.services.contracts import NodeKind
from selaras.domains.services.queries.finding import find_end
from selaras.kernel.errors import Invalid, NotFound, Stale
from selaras.kernel.sentences import Sentence, say

_MOST = 200  # items and services


@transaction.atomic
def save_window(draft: WindowDraft, *, by: Actor, window_id: int | None = None, seen: int | None = None) -> int:
    """Make a maintenance window, or let the one of `window_id` say this; its id.

    `seen` is the version it was read at. Raises Invalid naming the field, NotAllowed, NotFound, Stale.
    """
    require(by, "events.respond")
    row = _locked(window_id, seen) if window_id is not None else Window(made_by=by.name, version=0)
    _check(draft, row)
    ends = _ends(by, draft.ends)
    recurring = draft.kind == WindowKind.RECURRING
    row.name, row.calendar_id, row.kind = draft.name.strip(), draft.calendar_id, draft.kind
    row.starts = draft.starts.isoformat(timespec="minutes") if recurring and draft.starts else ""
    row.minutes, row.rrule = draft.minutes, draft.rrule.strip().upper() if recurring else ""
    row.matchers = [asdict(one) for one in draft.matchers]
    row.dependents, row.enabled, row.version = draft.dependents, draft.enabled, row.version + 1
    row.save()
    row.items.set([number for kind, number in ends if kind == NodeKind.ITEM])
    row.services.set([number for kind, number in ends if kind == NodeKind.SERVICE])
    look_again(HELD)
    _tell()
    return row.pk


@transaction.atomic
def switch_window(window_id: int, *, by: Actor, enabled: bool, seen: int | None = None) -> None:
    """Enable or disable it; disabled, it is over at once. Raises NotAllowed, NotFound, Stale."""
    require(by, "events.respond")
    row = _locked(window_id, seen)
    row.enabled, row.version = enabled, row.version + 1
    row.save(update_fields=["enabled", "version"])
    _tell()


def check_times(draft: WindowDraft) -> None:
    """Whether it can be said when it is open. Raises Invalid, NotFound."""
    zone = get_calendar(draft.calendar_id).timezone
    if draft.kind != WindowKind.RECURRING:
        return
    if draft.starts is None:
        raise Invalid({"starts": say("Say when it is open for the first time.")})
    wrong = fault_of(recurrence_of(draft, zone))
    if wrong:
        raise Invalid(dict([wrong]))


def _check(draft: WindowDraft, row: Window) -> None:
    check_times(draft)
    faults: dict[str, Sentence] = {}
    name = draft.name.strip()
    if not name or len(name) > 120:
        faults["name"] = say("Give a name of up to 120 characters.")
    elif Window.objects.filter(name=name).exclude(pk=row.pk).exists():
        faults["name"] = say("There is another window with this name.")
    for number, fault in faults_of(draft.matchers).items():
        faults.setdefault("matchers", say("Condition %(n)s: %(why)s", n=number + 1, why=fault))
    if not draft.matchers and not draft.ends:
        faults["ends"] = say("Say what is maintained: conditions on labels, items or services.")
    if len(draft.ends) > _MOST:
        faults["ends"] = say("Name up to %(n)s items and services.", n=_MOST)
    if faults:
        raise Invalid(faults)


def _ends(by: Actor, named: Sequence[str]) -> list[tuple[NodeKind, int]]:
    try:
        return [(end.kind, end.id) for end in (find_end(by, text) for text in named)]
    except Invalid as refusal:
        raise Invalid({"ends": refusal.sentence}) from None


def _locked(window_id: int, seen: int | None) -> Window:
    row = Window.objects.select_for_update().filter(pk=window_id).first()
    if row is None:
        raise NotFound(str(window_id))
    if seen is not None and seen != row.version:
        raise Stale
    return row


def _tell() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, 'silenced')", [CHANNEL])
