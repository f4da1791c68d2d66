"""A small world for pages: two customers of one provider, people of every kind, incidents in several states."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.test import Client

from selaras.domains.incidents.actions.escalate_by_rule import add_rule
from selaras.domains.incidents.actions.keep_model import keep_model
from selaras.domains.incidents.actions.moves import perform
from selaras.domains.incidents.actions.report import report
from selaras.domains.incidents.actions.review import add_improvement
from selaras.domains.incidents.contracts import ModelDraft, NewStep, Source
from selaras.domains.people.contracts import Actor, OrganisationKind, Role
from selaras.domains.people.models import Person
from selaras.domains.records.actions.notes import add_note
from selaras.domains.records.contracts import RecordRef
from selaras.domains.services.models import ServiceUse
from selaras.kernel import clock
from tests.estate import Estate, make_estate
from tests.factories import SYSTEM, make_organisation, make_person, make_team

PASSWORD = "correct horse battery"
LONG = "Sinkronisasi data kependudukan dengan pusat tertunda lebih dari enam jam sejak dini hari tadi tanpa kabar"
SCRIPT = "<script>alert('x')</script> & \"kutipan\""


@dataclass
class World:
    """Who and what there is."""

    estate: Estate
    agent: Actor
    colleague: Actor
    administrator: Actor
    lead: Actor  # of the estate's customer
    requester: Actor
    other_lead: Actor  # of another customer
    other: int
    model: int = 0
    records: dict[str, RecordRef] = field(default_factory=dict)


def make_world(language: str = "en") -> World:
    """Make it."""
    estate = make_estate()
    other = make_organisation("Bank Mandala", OrganisationKind.CUSTOMER)
    ServiceUse.objects.create(service_id=estate.service, organisation_id=other, business_process="Ritel", criticality=2)
    world = World(
        estate=estate,
        agent=_person(estate.provider, Role.AGENT, "Sari Wulandari", language, [estate.team]),
        colleague=_person(estate.provider, Role.AGENT, "Budi Hartono", language, [estate.team]),
        administrator=_person(estate.provider, Role.ADMINISTRATOR, "Made Suardana", language),
        lead=_person(estate.customer, Role.DECISION_MAKER, "Ratna Pujiastuti", language),
        requester=_person(estate.customer, Role.REQUESTER, "Joko Susilo", language),
        other_lead=_person(other, Role.DECISION_MAKER, "Hendra Gunawan", language),
        other=other,
    )
    _incidents(world)
    return world


def _person(organisation: int, role: Role, name: str, language: str, teams: list[int] | None = None) -> Actor:
    return make_person(organisation, role, name=name, language=language, team_ids=teams or [], password=PASSWORD)


def incident(world: World, title: str, *, organisation: int | None = None) -> RecordRef:
    """An incident that an agent opened for the estate's customer (or another)."""
    own = organisation in (None, world.estate.customer)
    return report(
        by=world.agent,
        title=title,
        description=SCRIPT,
        organisation_id=organisation or world.estate.customer,
        service_id=world.estate.service,
        requester_id=world.requester.id if own else None,
        source=Source.PHONE,
    )


def _incidents(world: World) -> None:
    for key, title in {"reported": LONG, "working": SCRIPT, "waiting": "VPN putus", "resolved": "Surel"}.items():
        world.records[key] = incident(world, title)
    world.records["other"] = incident(world, "Rahasia Bank Mandala", organisation=world.other)
    for key in ("working", "waiting", "resolved"):
        perform(world.records[key].id, "start", by=world.agent, given={})
    add_note(world.records["working"].id, by=world.agent, body="Mohon tangkapan layar.", public=True)
    add_note(world.records["working"].id, by=world.agent, body="Indeks hilang?", public=False)
    waits = {"waiting_for": "requester", "reason": "Jam kejadian?"}
    perform(world.records["waiting"].id, "wait", by=world.agent, given=waits)
    solved = {"cause": "Indeks hilang", "solution": "Indeks dibuat ulang"}
    perform(world.records["resolved"].id, "resolve", by=world.agent, given=solved)
    report(by=SYSTEM, title="Basis data penuh", item_ids=[world.estate.database], source=Source.EVENT)


def add_ways(world: World) -> World:
    """What few tests need: a model and a rule, an open major incident with a part, one under review, escalations."""
    steps = (NewStep(LONG, LONG), NewStep("Setel ulang", "Reset", required=False))
    world.model = keep_model(
        ModelDraft("Lupa sandi", "Forgotten password", "sandi", "Sandi", steps=steps), by=world.administrator
    )
    add_rule(by=world.administrator, priority=1, metric="resolve", moment="warned")
    for key in ("major", "reviewed", "part", "steps"):
        world.records[key] = incident(world, f"{key} {LONG}")
    agent = world.agent
    who = {"manager_id": agent.id, "technical_lead_id": agent.id, "communications_id": world.colleague.id}
    for key in ("major", "reviewed"):
        declare = {"reason": LONG, "headline": LONG, **who}
        perform(world.records[key].id, "declare_major", by=agent, given=declare)
        perform(world.records[key].id, "publish_update", by=agent, given={"body": SCRIPT})
    perform(world.records["reviewed"].id, "resolve", by=agent, given={"cause": "a", "solution": "b"})
    add_improvement(
        world.records["reviewed"].id, by=agent, text=LONG, owner_id=agent.id, due=clock.now().date() + timedelta(days=1)
    )
    perform(world.records["part"].id, "put_under", by=agent, given={"parent": world.records["major"].number})
    asked = {"reason": LONG, "decision": LONG, "to_id": agent.id}
    perform(world.records["major"].id, "escalate_up", by=agent, given=asked)
    for team in (make_team(LONG), world.estate.team):
        perform(world.records["major"].id, "escalate", by=agent, given={"team_id": team, "reason": LONG})
    perform(world.records["steps"].id, "apply_model", by=agent, given={"model_id": world.model})
    return world


def signed_in(actor: Actor) -> Client:
    """A client of somebody who has signed in."""
    client = Client()
    client.force_login(
        Person.objects.get(pk=actor.id or 0), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return client
