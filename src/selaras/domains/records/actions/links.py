"""Link records to each other."""

from django.db import transaction

from selaras.domains.people.contracts import Actor
from selaras.domains.records.actions.cards import lock
from selaras.domains.records.actions.entries import write_entry
from selaras.domains.records.contracts import Card, LinkType
from selaras.domains.records.models import Link
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, NotFound
from selaras.kernel.sentences import say


@transaction.atomic
def link(source_id: int, target_id: int, *, by: Actor, kind: LinkType) -> None:
    """Link two records, and say so on both. Linking twice changes nothing."""
    source, target = _both(source_id, target_id, by)
    _, fresh = Link.objects.get_or_create(
        source_id=source.pk, target_id=target.pk, type=kind, defaults={"at": clock.now()}
    )
    if fresh:
        _tell("linked", source, target, kind, by)


@transaction.atomic
def unlink(source_id: int, target_id: int, *, by: Actor, kind: LinkType) -> None:
    """Take a link away, and say so on both."""
    source, target = _both(source_id, target_id, by)
    deleted, _ = Link.objects.filter(source_id=source.pk, target_id=target.pk, type=kind).delete()
    if not deleted:
        raise NotFound(f"{source.number} {type} {target.number}")
    _tell("unlinked", source, target, kind, by)


def _both(source_id: int, target_id: int, by: Actor) -> tuple[Card, Card]:
    if source_id == target_id:
        raise Invalid({"target": say("A record cannot be linked to itself.")})
    locked = {pk: lock(pk, by=by, permission="records.edit") for pk in sorted((source_id, target_id))}
    return locked[source_id], locked[target_id]


def _tell(verb: str, source: Card, target: Card, kind: LinkType, by: Actor) -> None:
    # Internal: the other record may be another customer's.
    write_entry(source, by=by, verb=verb, public=False, data={"type": kind, "other": target.number, "outward": True})
    write_entry(target, by=by, verb=verb, public=False, data={"type": kind, "other": source.number, "outward": False})
