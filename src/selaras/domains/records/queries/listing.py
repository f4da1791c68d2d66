"""How a list of records is narrowed, ordered and paged by key. The inside of `queries`."""

import base64
import binascii
import json
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from selaras.domains.records.contracts import Kind, RecordFilter, RecordPage, RecordRow, Sort
from selaras.domains.records.models import Record
from selaras.domains.records.models.record import due_key
from selaras.domains.records.queries.search import matching
from selaras.kernel.errors import Invalid
from selaras.kernel.sentences import say

_COLUMNS = (
    "id",
    "number",
    "kind",
    "title",
    "state",
    "priority",
    "service_id",
    "service__name_id",
    "service__name_en",
    "organisation_id",
    "organisation__name",
    "team_id",
    "team__name",
    "assignee_id",
    "assignee__name",
    "requester_id",
    "requester__name",
    "opened_at",
    "due_at",
    "closed_at",
    "version",
)
# The keys of each order, and whether it runs down; `id` makes every key unique.
_ORDERS: dict[Sort, tuple[tuple[str, ...], bool]] = {
    Sort.DUE: (("due_key", "id"), False),
    Sort.PRIORITY: (("priority", "due_key", "id"), False),
    Sort.NEWEST: (("opened_at", "id"), True),
}


def narrowed(rows: QuerySet[Record], wanted: RecordFilter, *, internal: bool) -> QuerySet[Record]:
    """The rows that fit the filter; `internal` lets the text match internal notes."""
    if wanted.open is not None:
        rows = rows.filter(closed_at__isnull=wanted.open)
    fields: dict[str, Any] = {
        "kind__in": wanted.kinds,
        "state__in": wanted.states,
        "priority__in": wanted.priorities,
        "team_id__in": wanted.team_ids,
        "assignee_id": wanted.assignee_id,
        "organisation_id": wanted.organisation_id,
        "service_id": wanted.service_id,
        "requester_id": wanted.requester_id,
    }
    rows = rows.filter(**{name: value for name, value in fields.items() if value})
    if wanted.ids is not None:
        rows = rows.filter(pk__in=wanted.ids)
    if wanted.unassigned:
        rows = rows.filter(assignee_id=None)
    return matching(rows, wanted.text, internal=internal) if wanted.text.strip() else rows


def page(rows: QuerySet[Record], sort: Sort, *, after: str | None, limit: int) -> RecordPage:
    """One page by key: what comes after (or, for a key that points back, before) the key, in the list's order."""
    keys, down = _ORDERS[sort]
    back, start = _read_key(after, len(keys))
    rows = rows.annotate(due_key=due_key())
    if start is not None:
        rows = rows.filter(_beyond(keys, start, down=down != back))
    order = [f"-{key}" if down != back else key for key in keys]
    # First which, then how they are called: else a person's 1,400 records are all joined with their names, and sorted.
    wanted = Record.objects.filter(pk__in=rows.order_by(*order).values("pk")[: limit + 1])
    found = list(wanted.annotate(due_key=due_key()).order_by(*order).values_list(*_COLUMNS, *keys))
    more = len(found) > limit
    found = found[:limit][::-1] if back else found[:limit]
    first, last = (found[0], found[-1]) if found else (None, None)
    has_next, has_previous = (True, more) if back else (more, start is not None)
    return RecordPage(
        rows=tuple(_row(values) for values in found),
        next=_write_key("n", last[len(_COLUMNS) :]) if last and has_next else None,
        previous=_write_key("p", first[len(_COLUMNS) :]) if first and has_previous else None,
    )


def rows(found: QuerySet[Record]) -> list[RecordRow]:
    """The rows of a query as they cross domains."""
    return _rows(found)


def _rows(found: QuerySet[Record]) -> list[RecordRow]:
    return [_row(values) for values in found.values_list(*_COLUMNS)]


def _row(values: tuple[Any, ...]) -> RecordRow:
    return RecordRow(values[0], values[1], Kind(values[2]), *values[3 : len(_COLUMNS)])


def _beyond(keys: tuple[str, ...], start: list[Any], *, down: bool) -> Q:
    """Rows strictly beyond `start`: a < x, or a = x and b < y, … which an index over the keys answers as a range."""
    compare = "lt" if down else "gt"
    edge = Q(**{f"{keys[0]}__{compare}e": start[0]})  # lets the planner start in the middle of the index
    exact = Q()
    beyond = Q()
    for key, value in zip(keys, start, strict=True):
        beyond |= exact & Q(**{f"{key}__{compare}": value})
        exact &= Q(**{key: value})
    return edge & beyond


def _write_key(direction: str, values: tuple[Any, ...]) -> str:
    plain = [direction, *(v.isoformat() if isinstance(v, datetime) else v for v in values)]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _read_key(key: str | None, length: int) -> tuple[bool, list[Any] | None]:
    """Whether the key points back, and its values. A key that is not ours is refused, never guessed."""
    if not key:
        return False, None
    try:
        direction, *values = json.loads(base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)))
        start = [datetime.fromisoformat(v) if isinstance(v, str) else int(v) for v in values]
        if len(start) != length or any(isinstance(v, int) and abs(v) > 2**62 for v in start):
            raise ValueError(key)
    except (ValueError, TypeError, binascii.Error, json.JSONDecodeError):
        raise Invalid({"after": say("This place in the list is no longer known. Start again at its top.")}) from None
    return direction == "p", start
