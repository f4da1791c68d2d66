"""What people keep of sources, locked: asked of whom it is theirs to keep, in one place."""

from typing import TypeVar

from django.db.models import QuerySet

from selaras.domains.events.models import Check, Heartbeat, Source
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.kernel.errors import NotFound

OfSource = TypeVar("OfSource", Check, Heartbeat)


def locked_source(source_id: int, by: Actor) -> Source:
    """A source, its row locked. Raises NotFound, NotAllowed."""
    require(by, "events.sources")
    row = Source.objects.select_for_update().filter(pk=source_id).first()
    if row is None:
        raise NotFound(str(source_id))
    require(by, "events.sources", row.organisation_id)
    return row


def locked_of_source(rows: QuerySet[OfSource], row_id: int, by: Actor) -> OfSource:
    """One of what belongs to a source, its own row locked. Raises NotFound, NotAllowed."""
    require(by, "events.sources")
    row = rows.select_for_update(of=("self",)).select_related("source").filter(pk=row_id).first()
    if row is None:
        raise NotFound(str(row_id))
    require(by, "events.sources", row.source.organisation_id)
    return row
