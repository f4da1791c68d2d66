"""Reads of sources: who may post, and what each sent lately."""

from datetime import datetime, timedelta

from django.db import connection

from selaras.domains.events.contracts.sources import (
    FLOOD_LASTS,
    Flood,
    SnmpAuthentication,
    SnmpPrivacy,
    SnmpUserRow,
    SourceLife,
    SourceRow,
)
from selaras.domains.events.models import SnmpUser, Source
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import list_organisations, require
from selaras.kernel import clock
from selaras.kernel.errors import NotFound

COUNTED = 100_000  # firing alerts looked at, over all sources: a storm is told as "at least"

_FIRING = """
SELECT source_id, count(*), max(last_seen) FROM (
    SELECT source_id, last_seen FROM events_alert WHERE state = 'firing' LIMIT %s) AS firing
GROUP BY source_id
"""

_FLOODS = """
SELECT source_id, sum(folded), min(since), max(latest), (array_agg(to_json(examples) ORDER BY begins DESC))[1]
FROM events_opened WHERE begins > %s AND folded > 0 GROUP BY source_id
"""


def list_sources(actor: Actor) -> list[SourceRow]:
    """Every source, by name. Raises NotAllowed."""
    require(actor, "events.view")
    return [_row(source) for source in Source.objects.order_by("name")]


def list_source_lives(actor: Actor) -> list[SourceLife]:
    """Every source with what it sent lately, by name; four queries. Raises NotAllowed."""
    require(actor, "events.sources")
    with connection.cursor() as cursor:
        cursor.execute(_FIRING, [COUNTED])
        firing = {source_id: (count, heard) for source_id, count, heard in cursor.fetchall()}
    floods = _floods()
    names = {row.id: row.name for row in list_organisations(actor)}
    return [
        _life(source, names, *firing.get(source.pk, (0, None)), floods.get(source.pk))
        for source in Source.objects.order_by("name")
    ]


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


def _floods() -> dict[int, Flood]:
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_FLOODS, [now - timedelta(days=1)])
        rows = cursor.fetchall()
    return {
        source_id: Flood(int(folded), since, latest, now - latest < timedelta(seconds=FLOOD_LASTS), tuple(examples))
        for source_id, folded, since, latest, examples in rows
    }


def _life(
    source: Source, names: dict[int, str], firing: int, heard: datetime | None, flood: Flood | None
) -> SourceLife:
    lately = source.clock_at is not None and source.clock_at > clock.now() - timedelta(days=1)
    moments = [at for at in (source.heard_at, heard) if at is not None]
    return SourceLife(
        source=_row(source),
        organisation_name=names.get(source.organisation_id) if source.organisation_id else None,
        firing=firing,
        heard_at=max(moments, default=None),
        flood=flood,
        clock_off=source.clock_off if lately else 0,
        clock_at=source.clock_at if lately else None,
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
        may_open=source.may_open,
        certificate=source.certificate,
    )
