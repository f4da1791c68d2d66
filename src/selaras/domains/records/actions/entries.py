"""Write in a record's timeline: the one way anything is told there."""

import json
from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction

from selaras.domains.people.contracts import Actor
from selaras.domains.records import rules
from selaras.domains.records.contracts import Card
from selaras.domains.records.models import Entry, Record
from selaras.kernel import clock
from selaras.kernel.errors import Invalid
from selaras.kernel.sentences import say

BODY_LENGTH = 100_000  # characters


def write_entry(
    record: Card,
    *,
    by: Actor,
    verb: str,
    public: bool,
    body: str = "",
    data: Mapping[str, Any] | None = None,
    weight: str | None = None,
) -> int:
    """Append to a locked record's timeline, raise its version, tell open pages after commit; returns the entry's id.

    `weight` makes the body searchable at that weight (rules.vector).
    """
    check_body(body)
    lexemes = rules.vector(body, weight) if weight and body else ""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE records_record SET version = version + 1, search_vector = CASE WHEN %s = '' OR"
            " length(COALESCE(search_vector, '')) > 20000 THEN search_vector"
            " ELSE COALESCE(search_vector, '') || %s::tsvector END WHERE id = %s RETURNING version",
            [lexemes, lexemes, record.pk],
        )
        record.version = cursor.fetchone()[0]
        entry = Entry.objects.create(
            record_id=record.pk,
            at=clock.now(),
            actor_id=by.id,
            actor_name=by.name,
            verb=verb,
            public=public,
            body=body,
            data=dict(data or {}),
            version=record.version,
        )
        told = {
            "kind": "record",
            "id": record.pk,
            "number": record.number,
            "version": record.version,
            "verb": verb,
        }
        cursor.execute(
            "SELECT pg_notify('selaras_live', %s)",
            [json.dumps({**told, "organisation_id": record.organisation_id, "public": public})],
        )
    return entry.pk


@transaction.atomic
def add_entry(record_id: int, *, by: Actor, verb: str, data: Mapping[str, Any], public: bool, body: str = "") -> int:
    """Something the house itself has to tell (a clock, a cause); the caller's action has asked the permission."""
    record = Record.objects.select_for_update().get(pk=record_id)
    return write_entry(record, by=by, verb=verb, public=public, body=body, data=data)


def check_body(body: str) -> None:
    """Raise Invalid unless this can be kept as text."""
    if len(body) > BODY_LENGTH:
        raise Invalid(
            {"body": say("This is too long: %(length)s characters of %(most)s.", length=len(body), most=BODY_LENGTH)}
        )
    if "\x00" in body:
        raise Invalid({"body": say("This holds a character that cannot be kept (NUL).")})
