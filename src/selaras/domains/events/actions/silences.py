"""Silences by people: make, change, expire. Intake does the same for Alertmanager's clients (keep_silence.py)."""

from collections.abc import Sequence
from uuid import UUID

import psycopg
from django.db import connection, transaction
from psycopg.rows import dict_row

from selaras.domains.events.actions.keep_silence import LOCK, Statement, ending, setting
from selaras.domains.events.contracts.silences import BadSilence, SilenceDraft, SilenceRow
from selaras.domains.events.lifecycle import SILENCE
from selaras.domains.events.queries.read_silences import silence_row
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, NotFound, Stale
from selaras.kernel.sentences import say


@transaction.atomic
def silence(*, by: Actor, draft: SilenceDraft, organisation_id: int | None = None) -> str:
    """Silence alerts of an organisation's sources (None: of those that belong to no customer); the silence's id.

    Raises Invalid, NotAllowed, NotFound.
    """
    require(by, "events.respond", organisation_id)
    return _set(None, draft, organisation_id)


@transaction.atomic
def change_silence(silence_id: str, *, by: Actor, draft: SilenceDraft, seen: str | None = None) -> str:
    """Make a silence say this. Other matchers or another start make a new one in its place, as in Alertmanager.

    `seen` is its `updated_at` (ISO) as it was read. Raises Invalid, NotAllowed, NotFound, Stale.
    """
    before = _locked(silence_id, by)
    if seen is not None and seen != before.updated_at.isoformat():
        raise Stale
    return _set(before, draft, before.organisation_id)


@transaction.atomic
def expire_silence(silence_id: str, *, by: Actor) -> None:
    """End it now: what fires and was held back is assessed again. Raises NotAllowed, NotFound, MoveRefused."""
    before, now = _locked(silence_id, by), clock.now()
    SILENCE.find("expire", before.state_at(now))
    _carry_out(ending(before, now))


def _set(before: SilenceRow | None, draft: SilenceDraft, organisation_id: int | None) -> str:
    if not draft.comment.strip():
        raise Invalid({"comment": say("Say why, for those who look for the alert.")})
    try:
        made, statements = setting(before, draft, organisation_id, clock.now())
    except BadSilence as error:
        raise Invalid({error.field: error.sentence}) from None
    _carry_out(statements)
    return made


def _locked(silence_id: str, by: Actor) -> SilenceRow:
    require(by, "events.respond")
    try:
        asked = str(UUID(silence_id))
    except ValueError:
        raise NotFound(silence_id) from None
    with connection.cursor():  # opens the connection, if it is not
        found = psycopg.RawCursor(connection.connection, row_factory=dict_row).execute(LOCK, [asked]).fetchone()
    if found is None:
        raise NotFound(silence_id)
    row = silence_row(found)
    require(by, "events.respond", row.organisation_id)
    return row


def _carry_out(statements: Sequence[Statement]) -> None:
    with connection.cursor():
        raw = psycopg.RawCursor(connection.connection)
        for statement, values in statements:
            raw.execute(statement, values)
