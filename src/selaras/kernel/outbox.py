"""Announcements: how an effect goes up the house without the room below knowing who listens.

`announce` writes inside the caller's transaction. `config/wiring.py` lists the reactions; a job for each is deferred
in the same transaction, so that both are there after commit or neither. `react` runs a reaction exactly once in the
database's eyes: its effect and its "done" row commit together.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import transaction

from selaras.kernel import clock
from selaras.kernel.models import Announcement, Reaction

Payload = Mapping[str, Any]
React = Callable[[Payload], None]
Defer = Callable[[Sequence[tuple[int, str]]], None]

_reactions: dict[str, dict[str, React]] = {}
_defer: Defer | None = None


def wire(reactions: Mapping[str, Sequence[React]], *, defer: Defer) -> None:
    """Set who reacts to which announcement, and how a job is deferred in the open transaction; called at start."""
    global _defer
    _reactions.clear()
    _reactions.update({name: {_name(r): r for r in listed} for name, listed in reactions.items()})
    _defer = defer


def announce(name: str, payload: Payload) -> None:
    """Write an announcement in the open transaction. `name` is `noun.verb`; `payload` holds JSON values."""
    row = Announcement.objects.create(name=name, payload=dict(payload), at=clock.now())
    listening = _reactions.get(name, {})
    if listening and _defer is not None:
        _defer([(row.pk, reaction) for reaction in listening])


def react(announcement_id: int, reaction: str) -> bool:
    """Carry out one reaction to one announcement; False if it was done before."""
    with transaction.atomic():
        row = Announcement.objects.select_for_update().get(pk=announcement_id)
        _, fresh = Reaction.objects.get_or_create(announcement=row, reaction=reaction, defaults={"at": clock.now()})
        if fresh:
            _reactions[row.name][reaction](row.payload)
        return fresh


def _name(reaction: React) -> str:
    return f"{reaction.__module__}.{reaction.__qualname__}"
