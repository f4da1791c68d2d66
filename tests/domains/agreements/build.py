"""A small world for the tests of agreements: customers, a service, calendars, an agreement, records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count

from selaras.domains.agreements.actions.activate_agreement import activate_agreement
from selaras.domains.agreements.actions.calendars import create_calendar
from selaras.domains.agreements.actions.draft_agreement import draft_agreement
from selaras.domains.agreements.contracts import AgreementKind, Metric, NewObligation, NewTarget, Owner
from selaras.domains.agreements.rules import DAYS
from selaras.domains.people.contracts import Actor, OrganisationKind, Role, system_actor
from selaras.domains.people.models import Organisation
from selaras.domains.records.actions.cards import open_card
from selaras.domains.records.contracts import Kind, NewRecord
from selaras.domains.services.models import Service
from selaras.kernel import clock

SYSTEM = system_actor("agreements")
OFFICE = {day: [["08:00", "12:00"], ["13:00", "17:00"]] for day in DAYS[:5]}
START = datetime(2026, 3, 16, 1, tzinfo=UTC)  # Monday 08:00 in Jakarta
TARGETS = (
    NewTarget(Metric.RESPOND, None, 60),
    NewTarget(Metric.RESOLVE, 1, 240),
    NewTarget(Metric.RESOLVE, None, 480),
)
BOTH = (Metric.RESPOND, Metric.RESOLVE)
_numbers = count(1)


@dataclass(frozen=True)
class World:
    """The ids that a test needs."""

    customer: int
    other: int
    service: int
    calendar: int
    agreement: int


def organisation(kind: OrganisationKind = OrganisationKind.CUSTOMER, parent: int | None = None) -> int:
    """A new organisation."""
    n = next(_numbers)
    name = f"Organisation {n}"
    return Organisation.objects.create(slug=f"org-{n}", name=name, kind=kind, parent_id=parent).pk


def service(slug: str = "") -> int:
    """A new service."""
    slug = slug or f"service-{next(_numbers)}"
    return Service.objects.create(slug=slug, name_id=f"Layanan {slug}", name_en=f"Service {slug}").pk


def calendar(week: dict[str, list[list[str]]] | None = None, zone: str = "Asia/Jakarta") -> int:
    """A new calendar, office hours in Jakarta unless told otherwise."""
    slug = f"calendar-{next(_numbers)}"
    return create_calendar(by=SYSTEM, slug=slug, name=slug, timezone=zone, week=week or OFFICE)


def agreement(
    customer: int,
    services: Sequence[int],
    calendar_id: int,
    *,
    targets: Sequence[NewTarget] = TARGETS,
    valid: tuple[date, date | None] = (date(2026, 1, 1), date(2026, 12, 31)),
) -> int:
    """A new agreement in force, with an obligation on each side."""
    made = draft_agreement(
        by=SYSTEM,
        name="Gold",
        kind=AgreementKind.SLA,
        organisation_id=customer,
        calendar_id=calendar_id,
        valid_from=valid[0],
        valid_until=valid[1],
        service_ids=services,
        targets=targets,
        obligations=(
            NewObligation(Owner.PROVIDER, "Laporan bulanan", "Monthly report"),
            NewObligation(Owner.CUSTOMER, "Akses ke lokasi", "Access to the site"),
        ),
    )
    activate_agreement(made, by=SYSTEM)
    return made


def world() -> World:
    """Two customers, a service, office hours, and an agreement with the first customer."""
    customer, other, used, hours = organisation(), organisation(), service(), calendar()
    return World(customer, other, used, hours, agreement(customer, [used], hours))


def record(customer: int, service_id: int | None, *, at: datetime = START, priority: int = 3) -> int:
    """A new record of a customer on a service."""
    with clock.frozen(at):
        new = NewRecord(
            kind=Kind.INCIDENT,
            title="Printer",
            description="",
            state="reported",
            priority=priority,
            organisation_id=customer,
            service_id=service_id,
        )
        return open_card(new, by=SYSTEM).id


def actor(*roles: Role, organisation_id: int | None = None) -> Actor:
    """A person in memory: of the provider, or of a customer."""
    return Actor(
        id=None,
        name="Sari",
        language="id",
        timezone="Asia/Jakarta",
        roles=frozenset(roles),
        organisation_id=organisation_id,
        organisation_ids=None if organisation_id is None else frozenset({organisation_id}),
        team_ids=frozenset(),
    )
