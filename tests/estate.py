"""A small provider with one customer: a service on a database, an agreement in office hours."""

from dataclasses import dataclass
from datetime import date

from selaras.domains.agreements.actions.activate_agreement import activate_agreement
from selaras.domains.agreements.actions.calendars import create_calendar
from selaras.domains.agreements.actions.draft_agreement import draft_agreement
from selaras.domains.agreements.contracts import AgreementKind, Metric, NewTarget
from selaras.domains.people.contracts import Actor, Role
from selaras.domains.services.models import ConfigurationItem, Dependency, ItemName, Service, ServiceUse
from tests.factories import SYSTEM, make_organisation, make_person, make_provider, make_team

OFFICE = {day: [["08:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
ALWAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
# minutes by priority: to respond, to resolve
PROMISES = {1: (15, 240), 2: (30, 480), 3: (60, 480), 4: (120, 960), 5: (240, 2400)}


@dataclass(frozen=True)
class Estate:
    """Ids of what was made."""

    provider: int
    customer: int
    team: int
    service: int
    database: int
    agreement: int
    agent: Actor


def make_estate(slug: str = "toko", *, week: dict[str, list[list[str]]] | None = None) -> Estate:
    """The estate, its calendar round the clock unless `week` says otherwise."""
    provider, customer, team = make_provider(), make_organisation("PT Toko"), make_team("Basis data")
    service = Service.objects.create(
        slug=slug, name_id="Toko daring", name_en="Online shop", state="catalogue", team_id=team
    )
    database = ConfigurationItem.objects.create(slug=f"{slug}-db-1", name="db-1", item_class="database", team_id=team)
    ItemName.objects.create(item=database, name=f"{slug}-db-1")
    Dependency.objects.create(upper_service=service, lower_item=database)
    ServiceUse.objects.create(service=service, organisation_id=customer, business_process="Penjualan", criticality=1)
    return Estate(
        provider=provider,
        customer=customer,
        team=team,
        service=service.pk,
        database=database.pk,
        agreement=make_agreement(customer, service.pk, week=week or ALWAYS),
        agent=make_person(provider, Role.AGENT, team_ids=[team]),
    )


def make_agreement(customer: int, *services: int, week: dict[str, list[list[str]]] = ALWAYS) -> int:
    """An agreement in force since the start of 2020 with the targets of PROMISES."""
    calendar = create_calendar(
        by=SYSTEM, slug=f"calendar-{customer}", name="Jam layanan", timezone="Asia/Jakarta", week=week
    )
    targets = [
        NewTarget(metric, priority, minutes)
        for priority, pair in PROMISES.items()
        for metric, minutes in zip((Metric.RESPOND, Metric.RESOLVE), pair, strict=True)
    ]
    agreement = draft_agreement(
        by=SYSTEM,
        name="Perjanjian",
        kind=AgreementKind.SLA,
        organisation_id=customer,
        calendar_id=calendar,
        valid_from=date(2020, 1, 1),
        service_ids=services,
        targets=targets,
    )
    activate_agreement(agreement, by=SYSTEM)
    return agreement
