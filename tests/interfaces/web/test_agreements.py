"""Agreements as relationship managers keep them in the browser: drafted, put in force, their targets replaced."""

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from selaras.domains.agreements.actions.draft_agreement import edit_agreement
from selaras.domains.agreements.actions.set_target import set_target
from selaras.domains.agreements.contracts import Metric, NewTarget
from selaras.domains.agreements.models import Agreement, Clock, ObligationEvent, Target
from selaras.domains.agreements.queries import get_agreement
from selaras.domains.people.contracts import OrganisationKind, Role
from selaras.domains.people.queries import get_provider
from tests.factories import SYSTEM, make_organisation, make_person
from tests.interfaces.web.forms import filled
from tests.interfaces.web.world import World, make_world, signed_in

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def client(world: World) -> Client:
    return signed_in(make_person(world.estate.provider, Role.RELATIONSHIP_MANAGER, name="Rina Hapsari"))


def typed(world: World, **changed: Any) -> dict[str, Any]:
    """A draft with the other customer, as somebody fills it in."""
    return {
        "name": "Perak",
        "kind": "sla",
        "organisation_id": str(world.other),
        "valid_from": "2026-01-01",
        "valid_until": "2027-12-31",
        "calendar_id": str(get_agreement(SYSTEM, world.estate.agreement).row.calendar_id),
        "service_ids": [str(world.estate.service)],
        "targets.metric": ["respond", "resolve", "respond"],
        "targets.priority": ["", "1", ""],
        "targets.minutes": ["60", "240", ""],
        "targets.calendar_id": ["", "", ""],
        "targets.warn_percent": ["75", "80", "75"],
        "obligations.owner": ["customer", "provider"],
        "obligations.text_id": ["Akses ke lokasi", ""],
        "obligations.text_en": [SCRIPT, ""],
        **changed,
    }


def drafted(client: Client, world: World) -> int:
    answer = client.post("/new/agreement", typed(world))
    assert answer.status_code == 302, answer.content.decode()
    return int(answer.headers["Location"].rsplit("/", 1)[1])


def test_an_agreement_is_drafted_changed_and_put_in_force(client: Client, world: World) -> None:
    made = drafted(client, world)
    detail = get_agreement(SYSTEM, made)
    assert [(t.metric, t.priority, t.minutes, t.warn_percent) for t in detail.targets] == [
        ("respond", None, 60, 75),
        ("resolve", 1, 240, 80),
    ]
    assert SCRIPT not in client.get(f"/agreements/{made}").content.decode()
    read = filled(client, f"/agreements/{made}/edit")
    assert read["service_ids"] == str(world.estate.service)
    read["targets.minutes"][0] = "30"
    assert client.post(f"/agreements/{made}/edit", {**read, "name": "Emas"}).status_code == 302
    detail = get_agreement(SYSTEM, made)
    assert (detail.row.name, detail.targets[0].minutes, len(detail.obligations)) == ("Emas", 30, 1)
    assert client.post(f"/agreements/{made}/do/activate").status_code == 302
    assert get_agreement(SYSTEM, made).row.state == "active"
    assert client.get(f"/agreements/{made}/edit").status_code == 409
    assert client.post(f"/agreements/{made}/do/expire").status_code == 302
    assert client.post(f"/agreements/{made}/do/activate").status_code == 409


def test_an_ola_and_a_contract_are_for_the_provider_itself(client: Client, world: World) -> None:
    supplier = make_organisation("PT Serat", OrganisationKind.SUPPLIER)
    for kind, party in (("ola", {"team_id": str(world.estate.team)}), ("uc", {"supplier_id": str(supplier)})):
        answer = client.post("/new/agreement", typed(world, kind=kind, **party))
        assert answer.status_code == 302
        row = Agreement.objects.latest("pk")
        assert (row.kind, row.organisation_id) == (kind, get_provider())
        assert (row.team_id, row.supplier_id) == (
            world.estate.team if kind == "ola" else None,
            None if kind == "ola" else supplier,
        )


def test_a_draft_that_cannot_stand_says_why_on_its_page(client: Client, world: World) -> None:
    answer = client.post("/new/agreement", typed(world, organisation_id=str(world.estate.customer)))
    page = client.get(answer.headers["Location"]).content.decode()
    assert "covers one of its services at the same time" in page
    assert "/do/activate" not in page
    assert "/do/withdraw" in page
    assert client.post(f"{answer.headers['Location']}/do/activate").status_code == 409


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"kind": "gentlemen"}, "kind"),
        ({"organisation_id": ""}, "organisation_id"),
        ({"organisation_id": "999999"}, "organisation_id"),
        ({"kind": "ola"}, "team_id"),
        ({"kind": "uc"}, "supplier_id"),
        ({"calendar_id": "999999"}, "calendar_id"),
        ({"valid_from": "soon"}, "valid_from"),
        ({"valid_until": "2025-12-31"}, "valid_until"),
        ({"service_ids": ["999999"]}, "service_ids"),
        ({"targets.minutes": ["-5", "1", ""]}, "targets"),
        ({"targets.minutes": ["0", "1", ""]}, "targets"),
        ({"targets.minutes": ["9999999", "1", ""]}, "targets"),
        ({"targets.minutes": ["many", "1", ""]}, "targets"),
        ({"targets.priority": ["7", "1", ""]}, "targets"),
        ({"targets.metric": ["respond", "respond", "respond"], "targets.priority": ["1", "1", ""]}, "targets"),
        ({"targets.warn_percent": ["101", "80", "75"]}, "targets"),
        ({"obligations.text_id": ["", ""]}, "obligations"),
        ({"obligations.owner": ["nobody", "provider"]}, "obligations"),
        ({"obligations.text_en": ["x" * 2_001, ""]}, "obligations"),
    ],
)
def test_bad_input_is_told_at_its_field(client: Client, world: World, changed: dict[str, Any], field: str) -> None:
    before = Agreement.objects.count()
    answer = client.post("/new/agreement", typed(world, **changed))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in page
    assert 'value="240"' in page or "targets.minutes" in changed  # what was typed in the table stands
    assert Agreement.objects.count() == before


def test_the_second_of_two_is_told_and_loses_nothing(client: Client, world: World) -> None:
    made = drafted(client, world)
    read = filled(client, f"/agreements/{made}/edit")
    edit_agreement(made, by=SYSTEM, changes={"valid_until": date(2028, 6, 30), "targets": []})
    mine = {**read, "name": "Nama saya"}
    late = client.post(f"/agreements/{made}/edit", mine)
    page = late.content.decode()
    assert late.status_code == 409
    assert "Until and including: “2028-06-30”" in page
    assert "What is promised" in page[: page.index('<form method="post" class="card card-pad')]
    assert 'value="Nama saya"' in page
    assert 'value="2028-06-30"' in page
    assert get_agreement(SYSTEM, made).row.name == "Perak"


def test_a_target_in_force_is_replaced_after_its_open_clocks_are_said(client: Client, world: World) -> None:
    target = Target.objects.get(agreement=world.estate.agreement, metric="resolve", priority=3)
    touched = Clock.objects.filter(target=target, stopped_at=None).count()
    stopped = set(Clock.objects.filter(target=target).exclude(stopped_at=None).values_list("pk", flat=True))
    assert touched > 1
    address = f"/agreements/{world.estate.agreement}/targets/{target.pk}"
    page = client.get(address).content.decode()
    assert f"{touched} open clocks run against this promise." in page
    assert "never rewritten" in page
    assert client.post(address, {**filled(client, address), "minutes": "600"}).status_code == 302
    target.refresh_from_db()
    assert target.replaced_at is not None
    fresh = Target.objects.get(agreement=world.estate.agreement, metric="resolve", priority=3, replaced_at=None)
    assert Clock.objects.filter(target=fresh, stopped_at=None).count() == touched
    assert set(Clock.objects.filter(target=target).values_list("pk", flat=True)) == stopped


def test_a_target_set_by_two(client: Client, world: World) -> None:
    target = Target.objects.get(agreement=world.estate.agreement, metric="respond", priority=3)
    address = f"/agreements/{world.estate.agreement}/targets/{target.pk}"
    read = filled(client, address)
    set_target(world.estate.agreement, NewTarget(Metric.UPDATE, None, 60), by=SYSTEM)
    late = client.post(address, {**read, "minutes": "45"})
    assert late.status_code == 409
    assert 'value="45"' in late.content.decode()
    for minutes, status in (("-1", 422), ("0", 422), ("x", 422), ("5000001", 422)):
        answer = client.post(address, {**filled(client, address), "minutes": minutes})
        assert answer.status_code == status
        assert 'id="id_minutes_error"' in answer.content.decode()
    assert client.get(f"/agreements/{world.estate.agreement}/targets/999999").status_code == 404


def test_how_an_obligation_went(client: Client, world: World) -> None:
    made = drafted(client, world)
    obligation = get_agreement(SYSTEM, made).obligations[0].id
    number = world.records["other"].number
    given = {"outcome": "late", "minutes_excused": "45", "number": number.lower(), "note": SCRIPT}
    assert client.post(f"/obligations/{obligation}", given).status_code == 302
    event = ObligationEvent.objects.get()
    assert (event.minutes_excused, event.record_id) == (45, world.records["other"].id)
    page = client.get(f"/agreements/{made}").content.decode()
    assert number in page
    assert SCRIPT not in page
    for changed, field in (
        ({"outcome": "maybe"}, "outcome"),
        ({"outcome": "met"}, "minutes_excused"),
        ({"minutes_excused": "-1"}, "minutes_excused"),
        ({"number": "INC9999999"}, "number"),
        ({"note": "a\x00"}, "note"),
        ({"note": "x" * 10_001}, "note"),
    ):
        answer = client.post(f"/obligations/{obligation}", {**given, **changed})
        assert answer.status_code == 422, changed
        assert f'id="id_{field}_error"' in answer.content.decode(), changed
    read = filled(client, f"/agreements/{made}/edit")
    gone = client.post(f"/agreements/{made}/edit", {**read, "obligations.text_id": "", "obligations.text_en": ""})
    assert "that one has to stay" in gone.content.decode()


def test_only_those_whose_duty_it_is_may_keep_agreements(world: World) -> None:
    agreement = world.estate.agreement
    target = Target.objects.filter(agreement=agreement)[0].pk
    writes = ["/new/agreement", f"/agreements/{agreement}/edit", f"/agreements/{agreement}/do/expire"]
    writes += [f"/agreements/{agreement}/targets", f"/agreements/{agreement}/targets/{target}", "/obligations/1"]
    for actor in (world.agent, world.lead, world.requester):
        client = signed_in(actor)
        for address in writes:
            assert client.post(address, typed(world)).status_code == 403, address
    page = signed_in(world.lead).get(f"/agreements/{agreement}").content.decode()
    assert "/do/expire" not in page
    assert "/targets/" not in page
    assert re.search(r"AGR\d{5}", page)


def test_pages_ask_as_much_for_one_as_for_three(client: Client, world: World) -> None:
    made = drafted(client, world)

    def asked(address: str) -> int:
        with CaptureQueriesContext(connection) as counted:
            assert client.get(address).status_code == 200
        return len(counted)

    addresses = (f"/agreements/{made}", f"/agreements/{made}/edit", "/agreements")
    before = [asked(address) for address in addresses]
    detail = get_agreement(SYSTEM, made)
    targets = [NewTarget(Metric.RESOLVE, n, 60 * n) for n in (1, 2, 3, 4)]
    edit_agreement(made, by=SYSTEM, changes={"targets": targets}, seen=detail.row.version)
    drafted(client, world)
    assert [asked(address) for address in addresses] == before
