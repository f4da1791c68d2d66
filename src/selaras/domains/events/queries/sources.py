"""Reads of sources: who may post, and what each sent lately."""

from datetime import datetime

from django.db import connection

from selaras.domains.events.contracts.sources import SnmpAuthentication, SnmpPrivacy, SnmpUserRow, SourceLife, SourceRow
from selaras.domains.events.models import SnmpUser, Source
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import list_organisations, require
from selaras.kernel.errors import NotFound

COUNTED = 100_000  # firing alerts looked at, over all sources: a storm is told as "at least"

_FIRING = """
SELECT source_id, count(*), max(last_seen) FROM (
    SELECT source_id, last_seen FROM events_alert WHERE state = 'firing' LIMIT %s) AS firing
GROUP BY source_id
"""


def list_sources(actor: Actor) -> list[SourceRow]:
    """Every source, by name. Raises NotAllowed."""
    require(actor, "events.view")
    return [_row(source) for source in Source.objects.order_by("name")]


def list_source_lives(actor: Actor) -> list[SourceLife]:
    """Every source with what it sent lately, by name; three queries. Raises NotAllowed."""
    require(actor, "events.sources")
    with connection.cursor() as cursor:
        cursor.execute(_FIRING, [COUNTED])
        firing = {source_id: (count, heard) for source_id, count, heard in cursor.fetchall()}
    names = {row.id: row.name for row in list_organisations(actor)}
    return [_life(source, names, *firing.get(source.pk, (0, None))) for source in Source.objects.order_by("name")]


def get_source_life(actor: Actor, source_id: int) -> SourceLife:
    """One source with what it sent lately. Raises NotAllowed, NotFound."""
    found = next((life for life in list_source_lives(actor) if life.source.id == source_id), None)
    if found is None:
        raise NotFound(str(source_id))
    return found


def list_snmp_users(actor: Actor, source_id: int) -> list[SnmpUserRow]:
    """In whose names a source's devices send by SNMP version 3, by name. Raises NotAllowed."""
    require(actor, "events.sources")
    return [
        SnmpUserRow(
            row.pk, row.name, SnmpAuthentication(row.authentication), SnmpPrivacy(row.privacy) if row.privacy else None
        )
        for row in SnmpUser.objects.filter(source_id=source_id).order_by("name")
    ]


def _life(source: Source, names: dict[int, str], firing: int, heard: datetime | None) -> SourceLife:
    moments = [at for at in (source.heard_at, heard) if at is not None]
    return SourceLife(
        source=_row(source),
        organisation_name=names.get(source.organisation_id) if source.organisation_id else None,
        firing=firing,
        heard_at=max(moments, default=None),
    )


def _row(source: Source) -> SourceRow:
    return SourceRow(
        id=source.pk,
        name=source.name,
        organisation_id=source.organisation_id,
        networks=tuple(source.networks),
        has_token=source.token_hash is not None,
        enabled=source.enabled,
        version=source.version,
    )
