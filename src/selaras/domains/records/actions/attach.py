"""Keep files with a record."""

import hashlib

from django.db import transaction

from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import may
from selaras.domains.records.actions.cards import lock
from selaras.domains.records.actions.entries import write_entry
from selaras.domains.records.models import Attachment
from selaras.kernel import clock
from selaras.kernel.errors import Invalid
from selaras.kernel.sentences import say

LARGEST = 20 * 1024 * 1024  # bytes


@transaction.atomic
def attach(record_id: int, *, by: Actor, filename: str, content_type: str, content: bytes, public: bool) -> int:
    """Keep a file with a record; returns its id. It is only ever served as a download, so any type may be kept."""
    name = filename.replace("\x00", "").replace("\\", "/").rsplit("/", 1)[-1].strip()[:255]
    if not name:
        raise Invalid({"file": say("The file needs a name.")})
    if not 0 < len(content) <= LARGEST:
        raise Invalid({"file": say("A file has 1 byte to %(most)s MB.", most=LARGEST // 1024 // 1024)})
    record = lock(record_id, by=by, permission="records.note")
    public = public or not may(by, "records.internal")
    kept = Attachment.objects.create(
        record_id=record.pk,
        filename=name,
        content_type=content_type[:120],
        size=len(content),
        sha256=hashlib.sha256(content).digest(),
        content=content,
        public=public,
        at=clock.now(),
    )
    write_entry(record, by=by, verb="attached", public=public, data={"attachment_id": kept.pk, "filename": name})
    return kept.pk
