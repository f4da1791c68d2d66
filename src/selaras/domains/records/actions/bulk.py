"""Take over many records that another system kept, as they were: cards and timelines, by COPY."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection, transaction

from selaras.domains.records import rules
from selaras.domains.records.contracts import PREFIX, Kind, PastRecord, RecordRef

_CARD = (
    "records_record (id, number, kind, title, state, priority, service_id, requester_id, organisation_id, team_id,"
    " opened_at, closed_at, version, search_vector)"
)
_ENTRY = "records_entry (record_id, at, actor_name, verb, public, body, data, version)"
_AFFECTED = "records_affected (record_id, organisation_id)"


@transaction.atomic
def take_over(past: Sequence[PastRecord], *, kind: Kind) -> list[RecordRef]:
    """Write records of one kind with their history; gives their numbers, in the order given.

    They come as they were, not through the lifecycle: its guard watches changes, and nothing changes here. Nobody is
    told, since nothing has happened now. The caller has asked the permission.
    """
    refs = _reserve(kind, len(past))
    together = list(zip(refs, past, strict=True))
    _copy(_CARD, (_card(ref, record) for ref, record in together))
    _copy(_AFFECTED, ((ref.id, record.organisation_id) for ref, record in together))
    _copy(_ENTRY, (row for ref, record in together for row in _entries(ref, record)))
    return refs


def _reserve(kind: Kind, many: int) -> list[RecordRef]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('records_record', 'id')), nextval(%s) FROM generate_series(1, %s)",
            [f"records_{kind}_number", many],
        )
        return [RecordRef(pk, f"{PREFIX[kind]}{number:07d}") for pk, number in cursor.fetchall()]


def _card(ref: RecordRef, record: PastRecord) -> tuple[Any, ...]:
    found_by = rules.vector(" ".join((ref.number, *record.aliases, record.title)), "A")
    told = [rules.vector(entry.body, "C" if entry.public else "D") for entry in record.entries if entry.body]
    return (
        ref.id,
        ref.number,
        record.kind,
        record.title,
        record.state,
        record.priority,
        record.service_id,
        record.requester_id,
        record.organisation_id,
        record.team_id,
        record.opened_at,
        record.closed_at,
        len(record.entries),
        _within(found_by, told),
    )


def _within(first: str, more: list[str]) -> str:
    """As many of the texts' lexemes as stay well below PostgreSQL's limit of 1 MB for a vector."""
    kept, size = [first], len(first)
    for lexemes in more:
        size += len(lexemes)
        if size > 300_000:
            break
        kept.append(lexemes)
    return " ".join(kept)


def _entries(ref: RecordRef, record: PastRecord) -> Iterator[tuple[Any, ...]]:
    for version, entry in enumerate(record.entries, start=1):
        yield (
            ref.id,
            entry.at,
            entry.by,
            entry.verb,
            entry.public,
            entry.body,
            json.dumps(entry.data, ensure_ascii=False),
            version,
        )


def _copy(into: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
