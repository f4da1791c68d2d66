"""The status page: what is disturbed, as the customers' people read it.

It is told to everybody of an organisation that is hit, also to those who may not open the incident itself. So nothing
of the incident is given but what was written for them: its headline and its public updates.
"""

from collections.abc import Collection, Mapping
from datetime import timedelta

from selaras.domains.incidents.contracts import DECLARED, REVIEW_OWED, REVIEWED, Disturbance, Status
from selaras.domains.incidents.models import MajorIncident
from selaras.domains.incidents.queries.family import families
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.domains.records.contracts import EntryRow
from selaras.domains.records.queries import list_rows
from selaras.domains.records.queries.reach import affected_of, public_entries, services_of
from selaras.domains.services.contracts import ServiceRow
from selaras.domains.services.queries import list_services
from selaras.kernel import clock

UPDATED = "major.updated"  # the verb of the one thread
_RECENT = timedelta(days=14)
_MOST = 50


def get_status(actor: Actor) -> Status:
    """What hits this person's organisation now and what did recently; the provider's people see all of it.

    A number of queries that does not grow with the majors (one a level of parts).
    """
    require(actor, "services.view")
    since = clock.now() - _RECENT
    open_ = MajorIncident.objects.filter(state=DECLARED).order_by("declared_at")
    over = MajorIncident.objects.filter(state__in=(REVIEW_OWED, REVIEWED), ended_at__gte=since).order_by("-ended_at")
    rows = [*open_[:_MOST], *over[:_MOST]]
    whole = families([row.pk for row in rows])
    affected = affected_of([pk for family in whole.values() for pk in family])
    theirs = {root: [pk for pk in family if _hits(actor, affected.get(pk))] for root, family in whole.items()}
    rows = [row for row in rows if theirs[row.pk]]
    seen = {row.id: row for row in list_rows(actor, [row.pk for row in rows])}
    updates = public_entries([row.pk for row in rows], UPDATED)
    services = _services(actor, theirs)
    told = [
        _disturbance(row, services[row.pk], updates.get(row.pk, ()), seen[row.pk].number if row.pk in seen else None)
        for row in rows
    ]
    return Status(
        now=tuple(one for one in told if one.ended_at is None), recent=tuple(one for one in told if one.ended_at)
    )


def _hits(actor: Actor, organisations: frozenset[int] | None) -> bool:
    return actor.organisation_ids is None or bool(actor.organisation_ids & (organisations or frozenset()))


def _services(actor: Actor, theirs: Mapping[int, Collection[int]]) -> dict[int, tuple[ServiceRow, ...]]:
    """Of each major, the services that this person may know of."""
    of = services_of([pk for family in theirs.values() for pk in family])
    known = {row.id: row for row in list_services(actor, ids=sorted(set(of.values())))} if of else {}
    return {
        root: tuple(
            known[service] for service in dict.fromkeys(of[pk] for pk in family if pk in of) if service in known
        )
        for root, family in theirs.items()
    }


def _disturbance(
    row: MajorIncident, services: tuple[ServiceRow, ...], updates: Collection[EntryRow], number: str | None
) -> Disturbance:
    return Disturbance(
        headline=row.headline,
        since=row.declared_at,
        ended_at=row.ended_at,
        next_update_at=row.next_update_at,
        late=row.next_update_at is not None and row.next_update_at <= clock.now(),
        services=services,
        updates=tuple(updates),
        number=number,
    )
