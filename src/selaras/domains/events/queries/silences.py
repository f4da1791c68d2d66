"""Reads of silences for people and for assessment."""

import logging
from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet

from selaras.domains.events.contracts import FIRING, BadMatcher, Condition
from selaras.domains.events.contracts.silences import ACTIVE, EXPIRED, PENDING, HitRow, SilenceRow
from selaras.domains.events.models import Alert, Silence, Source
from selaras.domains.events.queries.narrowing import few_with_labels
from selaras.domains.events.silencing import CompiledSilence, in_order
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.kernel import clock
from selaras.kernel.errors import NotFound

log = logging.getLogger(__name__)

LOOKED_AT = 20_000
"""How many firing alerts a count looks at; there may be more."""


def list_silences(actor: Actor, state: str, *, limit: int = 100) -> list[SilenceRow]:
    """The silences that are active, pending or expired now, in that state's order. Raises NotAllowed."""
    require(actor, "events.view")
    now = clock.now()
    asked: dict[str, QuerySet[Silence]] = {
        ACTIVE: Silence.objects.filter(starts_at__lte=now, ends_at__gt=now).order_by("ends_at", "id"),
        PENDING: Silence.objects.filter(starts_at__gt=now).order_by("starts_at", "id"),
        EXPIRED: Silence.objects.filter(ends_at__lte=now).order_by("-ends_at", "id"),
    }
    return in_order([_row(silence) for silence in asked[state][:limit]], now)


def get_silence(actor: Actor, silence_id: str) -> SilenceRow:
    """One silence. Raises NotAllowed, NotFound."""
    require(actor, "events.view")
    try:
        found = Silence.objects.filter(pk=UUID(silence_id)).first()
    except ValueError:
        found = None
    if found is None:
        raise NotFound(silence_id)
    return _row(found)


def active_silences() -> list[CompiledSilence]:
    """What is silenced now, ready to be asked. One that cannot be read silences nothing."""
    now = clock.now()
    ready = []
    for silence in Silence.objects.filter(starts_at__lte=now, ends_at__gt=now).order_by("id"):
        try:
            ready.append(CompiledSilence(_row(silence)))
        except BadMatcher as error:
            log.error("silence %s cannot be read: %s", silence.pk, error)
    return ready


def firing_under(silence: CompiledSilence, *, after: int = 0, limit: int = LOOKED_AT) -> list[Alert]:
    """The firing alerts a silence holds for, of the first `limit` looked at behind the id `after`, by their ids.

    Equalities are asked of the database.
    """
    return [alert for alert in look_under(silence, after, limit) if silence.holds(alert.labels)]


def look_under(silence: CompiledSilence, after: int, limit: int) -> list[Alert]:
    """The firing alerts that a silence may hold for, by their ids; an empty list is the end."""
    equal = {m.name: m.value for m in silence.matchers if m.op == "=" and m.value}
    whose = silence.row.organisation_id
    own = Source.objects.filter(organisation=None) if whose is None else Source.objects.filter(organisation_id=whose)
    rows = Alert.objects.filter(state=FIRING, source_id__in=own, labels__contains=equal, pk__gt=after)
    few = few_with_labels(equal) if equal else None
    if few is not None:
        rows = rows.filter(pk__in=few)
    return list(rows.only("pk", "labels").order_by("pk")[:limit])


def would_silence(actor: Actor, matchers: Sequence[Condition], organisation_id: int | None) -> list[HitRow]:
    """The firing alerts that a silence with these matchers would hold for now. Raises BadMatcher, NotAllowed."""
    require(actor, "events.respond", organisation_id)
    now = clock.now()
    row = SilenceRow("", organisation_id, tuple(matchers), now, now, now, "", "")
    return [HitRow(alert.pk, alert.labels) for alert in firing_under(CompiledSilence(row))]


def _row(silence: Silence) -> SilenceRow:
    return SilenceRow(
        id=str(silence.pk),
        organisation_id=silence.organisation_id,
        matchers=tuple(Condition(c["label"], c["op"], c["value"]) for c in silence.matchers),
        starts_at=silence.starts_at,
        ends_at=silence.ends_at,
        updated_at=silence.updated_at,
        created_by=silence.created_by,
        comment=silence.comment,
    )
