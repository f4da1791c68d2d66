"""Maintenance windows as a file: out, what it would change, and in, all of it or nothing."""

from dataclasses import replace

from django.db import connection, transaction

from selaras.domains.agreements.queries.calendars import list_calendars
from selaras.domains.events.actions.windows import save_window, switch_window
from selaras.domains.events.contracts.rules import RuleChange
from selaras.domains.events.contracts.windows import WindowDraft, WindowRow
from selaras.domains.events.queries.windows import list_windows, windows_version
from selaras.domains.events.window_file import differences, read, written
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.kernel.errors import Invalid, Stale
from selaras.kernel.sentences import say

_LOCK = (0x53454C41, 5)


def export_windows(*, by: Actor) -> str:
    """All of them as a YAML file, by name. Raises NotAllowed."""
    require(by, "events.respond")
    return written([_plain(row) for row in _by_name(by).values()], {one.id: one.slug for one in list_calendars()})


@transaction.atomic
def review_windows(file: str, *, by: Actor) -> list[RuleChange]:
    """What taking this file would change; nothing is changed. Raises Invalid, NotAllowed."""
    changes = differences(
        [_plain(row) for row in _by_name(by).values()], _read(file), {one.id: one.slug for one in list_calendars()}
    )
    with transaction.atomic():  # what would be refused is refused now: done, and undone
        take_windows(file, by=by)
        transaction.set_rollback(True)
    return changes


@transaction.atomic
def take_windows(file: str, *, by: Actor, seen: int | None = None) -> None:
    """Let the windows be as the file says. One that it does not name is disabled, as alerts may have been under it.

    `seen` is `windows_version` as it was read. Raises Invalid, NotAllowed, Stale.
    """
    require(by, "events.respond")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", _LOCK)
    if seen is not None and seen != windows_version():
        raise Stale
    present, wanted = _by_name(by), _read(file)
    for number, draft in enumerate(wanted, 1):
        own = present.pop(draft.name, None)
        if own is not None and _plain(own) == draft:
            continue
        try:
            save_window(draft, by=by, window_id=own.id if own else None, seen=own.version if own else None)
        except Invalid as fault:
            said = say("Window %(n)s (%(name)s): %(why)s", n=number, name=draft.name, why=fault.sentence)
            raise Invalid({"file": said}) from None
    for row in present.values():
        if row.draft.enabled:
            switch_window(row.id, by=by, enabled=False, seen=row.version)


def _read(file: str) -> list[WindowDraft]:
    return read(file, {one.slug: one.id for one in list_calendars()})


def _by_name(by: Actor) -> dict[str, WindowRow]:
    return {row.draft.name: row for row in sorted(list_windows(by), key=lambda row: row.draft.name)}


def _plain(row: WindowRow) -> WindowDraft:
    return replace(row.draft, ends=tuple(sorted(row.draft.ends)))
