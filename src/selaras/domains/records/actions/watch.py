"""Watch a record, and show that one has it open."""

from django.db import transaction
from django.db.models import Q

from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.domains.records.models import Presence, Watcher
from selaras.domains.records.queries import visible
from selaras.kernel import clock
from selaras.kernel.errors import NotFound


@transaction.atomic
def watch(record_id: int, *, by: Actor, on: bool = True) -> None:
    """Start or stop being told what happens to a record."""
    require(by, "records.view")
    if not visible(by).filter(pk=record_id).exists():
        raise NotFound(str(record_id))
    if on:
        Watcher.objects.get_or_create(record_id=record_id, person_id=by.own_id)
    else:
        Watcher.objects.filter(record_id=record_id, person_id=by.own_id).delete()


def add_watcher(record_id: int, person_id: int) -> None:
    """Let somebody else be told what happens; the caller's action has asked the permission."""
    Watcher.objects.get_or_create(record_id=record_id, person_id=person_id)


def be_present(record_id: int, *, by: Actor, typing: bool) -> None:
    """Say that one has the record open now, and whether one is writing; an open page says so every 15 seconds."""
    require(by, "records.queue")
    if not visible(by).filter(Q(pk=record_id)).exists():
        raise NotFound(str(record_id))
    Presence.objects.update_or_create(
        record_id=record_id, person_id=by.own_id, defaults={"seen_at": clock.now(), "typing": typing}
    )
