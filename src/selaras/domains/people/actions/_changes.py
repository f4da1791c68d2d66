"""The trail of what administrators and people themselves change, and the check that nobody writes over another."""

from collections.abc import Collection, Mapping
from typing import Any

from selaras.domains.people.contracts import Actor
from selaras.domains.people.models import Change
from selaras.domains.people.queries.changes import changes_since
from selaras.domains.people.rules import require
from selaras.kernel import clock
from selaras.kernel.errors import NotAllowed, Stale
from selaras.kernel.outbox import announce


def require_keeper(by: Actor) -> None:
    """People are kept by the provider's administrators alone, for every organisation. Raises NotAllowed."""
    require(by, "people.edit")
    if not by.is_provider:
        raise NotAllowed("people.edit")


def note(noun: str, verb: str, *, by: Actor, data: Mapping[str, Any] | None = None, **about: int) -> None:
    """Write a line of the trail in the open transaction, and announce it as `noun.verb`.

    `about` names whom it concerns: person_id, team_id, organisation_id. `data` never holds a secret.
    """
    Change.objects.create(
        at=clock.now(), actor_id=by.id, actor_name=by.name[:200], verb=verb, data=dict(data or {}), **about
    )
    announce(f"{noun}.{verb}", {**about, "fields": sorted(data or {})})


def refuse_stale(seen: int | None, fields: Collection[str], **about: int) -> None:
    """Raise Stale if one of these fields was changed after the change that was seen last. Its row must be locked."""
    if seen is None:
        return
    missed = [row for row in changes_since(seen, **about) if row.data.keys() & set(fields)]
    if missed:
        raise Stale(missed)
