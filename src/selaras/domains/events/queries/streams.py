"""Reads of streams: how each stands, and what whoever follows them must know."""

from ipaddress import ip_network

from django.conf import settings

from selaras.domains.events.contracts import FIRING
from selaras.domains.events.contracts.streams import Followed, StreamRow, Target
from selaras.domains.events.models import Alert, Stream
from selaras.domains.events.reading.icinga import TOOL, Thing
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.kernel.errors import Refusal
from selaras.kernel.sealing import unseal
from selaras.kernel.sentences import Sentence


def list_streams(actor: Actor) -> dict[int, StreamRow]:
    """Every stream, by its source's id. Raises NotAllowed."""
    require(actor, "events.sources")
    return {row.pk: _row(row) for row in Stream.objects.all()}


def get_stream(actor: Actor, source_id: int) -> StreamRow | None:
    """That of a source, if it has one. Raises NotAllowed."""
    require(actor, "events.sources")
    row = Stream.objects.filter(pk=source_id).first()
    return _row(row) if row else None


def followed_streams() -> list[Followed]:
    """Those to be followed: of enabled sources, and sealed with the key of this installation."""
    networks = tuple(ip_network(block, strict=False) for block in settings.CHECK_NETWORKS)
    found = []
    for row in Stream.objects.filter(source__enabled=True):
        try:
            password = unseal(row.password)
        except Refusal:
            password = ""  # Icinga refuses it, and that is told
        target = Target(row.address, row.user, password, row.queue, row.authority, row.fingerprint, networks)
        found.append(Followed(row.pk, row.version, target))
    return found


def firing_things(source_id: int) -> set[Thing]:
    """What Icinga has told of, in whatever way, that fires."""
    rows = Alert.objects.filter(source_id=source_id, state=FIRING, labels__tool=TOOL).values_list("labels", flat=True)
    return {Thing(labels.get("instance", ""), labels.get("check", "")) for labels in rows}


def _row(row: Stream) -> StreamRow:
    same = (
        "address", "user", "queue", "authority", "fingerprint", "version", "connected_at", "heard_at", "tried_at",
    )  # fmt: skip
    told = {name: getattr(row, name) for name in same}
    trouble = Sentence.from_json(row.trouble) if row.trouble else None
    return StreamRow(source_id=row.pk, trouble=trouble, **told)
