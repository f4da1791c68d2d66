"""The trail of changes, as administrators read it."""

from django.db.models import Max, QuerySet

from selaras.domains.people.contracts import Actor, ChangeRow
from selaras.domains.people.models import Change
from selaras.domains.people.rules import require


def list_changes(actor: Actor, *, limit: int = 50, after: int | None = None, **about: int) -> list[ChangeRow]:
    """What was changed of a person (`person_id`), team or organisation, newest first; `after` is the last id read."""
    require(actor, "people.edit")
    rows = _about(about)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    return [_row(change) for change in rows.order_by("-pk")[:limit]]


def changes_since(seen: int, **about: int) -> list[ChangeRow]:
    """What came after the change with this id, oldest first."""
    return [_row(change) for change in _about(about).filter(pk__gt=seen).order_by("pk")]


def last_change(**about: int) -> int:
    """The id of the last change; 0 if there was none."""
    return int(Change.objects.filter(**about).aggregate(last=Max("pk"))["last"] or 0)


def _about(about: dict[str, int]) -> QuerySet[Change]:
    return Change.objects.filter(**about).select_related("person", "team")


def _row(change: Change) -> ChangeRow:
    return ChangeRow(
        id=change.pk,
        at=change.at,
        actor_id=change.actor_id,
        actor_name=change.actor_name,
        verb=change.verb,
        person_name=change.person.name if change.person else None,
        team_name=change.team.name if change.team else None,
        data=change.data,
    )
