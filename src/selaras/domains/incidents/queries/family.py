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
    """Every incident below this one, at any depth; children of children come after."""
    return families([record_id])[record_id][1:]


def families(roots: Collection[int]) -> dict[int, list[int]]:
    """Each of these incidents with every one below it, at any depth; one query a level, however many there are."""
    found = {root: {root: None} for root in roots}
    above = {root: {root} for root in roots}  # of an incident of the present level: the roots it stands under
    while above:
        level: dict[int, set[int]] = {}
        rows = Incident.objects.filter(parent_id__in=list(above)).order_by("pk").values_list("pk", "parent_id")
        for pk, parent_id in rows:
            fresh = {root for root in above[parent_id or 0] if pk not in found[root]}
            for root in fresh:
                found[root][pk] = None
            if fresh:
                level.setdefault(pk, set()).update(fresh)
        above = level
    return {root: list(family) for root, family in found.items()}


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
