"""Parents and children: who stands above and below an incident."""

from collections.abc import Collection

from selaras.domains.incidents.contracts import WORKED
from selaras.domains.incidents.models import Incident
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.domains.records.contracts import Kind, RecordFilter, RecordRow
from selaras.domains.records.queries import list_records, search_records

_SUGGESTED = 8


def list_below(record_id: int) -> list[int]:
    """Every incident below this one, at any depth, a level a query; children of children come after."""
    found: dict[int, None] = {}
    level: Collection[int] = [record_id]
    while level:
        rows = Incident.objects.filter(parent_id__in=level).order_by("pk").values_list("pk", flat=True)
        level = [pk for pk in rows if pk not in found and pk != record_id]
        found.update(dict.fromkeys(level))
    return list(found)


def list_above(record_id: int) -> list[int]:
    """The incident's parent, that one's parent, and so on to the top."""
    found: list[int] = []
    above = _parent_of(record_id)
    while above is not None and above not in found:
        found.append(above)
        above = _parent_of(above)
    return found


def has_open_children(record_id: int) -> bool:
    """Whether work is left on a child."""
    return Incident.objects.filter(parent_id=record_id, record__state__in=WORKED).exists()


def suggest_parents(actor: Actor, number: str, text: str) -> list[RecordRow]:
    """Open incidents that a person typing `text` may mean as the parent of `number`; without text, the newest grave."""
    require(actor, "incidents.work")
    wanted = RecordFilter(kinds=(Kind.INCIDENT,), priorities=(1, 2))
    rows = search_records(actor, text, limit=40) if text.strip() else list_records(actor, wanted, limit=40).rows
    return [row for row in rows if row.closed_at is None and row.number != number][:_SUGGESTED]


def _parent_of(record_id: int) -> int | None:
    return Incident.objects.filter(pk=record_id).values_list("parent_id", flat=True).first()
