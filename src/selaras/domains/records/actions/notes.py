"""Write a note, public or internal."""

from django.db import transaction

from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import may
from selaras.domains.records.actions.cards import lock
from selaras.domains.records.actions.entries import write_entry
from selaras.kernel.errors import Invalid
from selaras.kernel.outbox import announce
from selaras.kernel.sentences import say


@transaction.atomic
def add_note(record_id: int, *, by: Actor, body: str, public: bool) -> int:
    """A person's note: a public one is for the requester to read, an internal one only for the provider's people."""
    if not body.strip():
        raise Invalid({"body": say("Write something first.")})
    record = lock(record_id, by=by, permission="records.note")
    public = public or not may(by, "records.internal")
    entry = write_entry(record, by=by, verb="noted", public=public, body=body, weight="C" if public else "D")
    announce("record.noted", {"record_id": record.pk, "entry_id": entry, "public": public, "by": by.id})
    return entry
