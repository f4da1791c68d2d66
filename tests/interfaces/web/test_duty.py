"""Duty in the browser: rotas are made and changed, links from messages and calendars open without signing in."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from icalendar import Calendar

from selaras.domains.duty.actions.deliver import send_next
from selaras.domains.duty.actions.page import page
from selaras.domains.duty.actions.push_keys import push_public_key
from selaras.domains.duty.contracts.channels import ChannelKind
from selaras.domains.duty.queries import get_page, get_policy, get_rota, list_channels, list_swaps
from selaras.domains.people.contracts import Actor, Role
from selaras.kernel import clock
from tests.domains.duty.build import NOON, layer, make_policy, make_rota, person, rota, worker
from tests.domains.duty.test_push import Browser
from tests.domains.duty.test_rotas import ABSENCE
from tests.factories import SYSTEM, make_organisation, make_person, make_provider
from tests.interfaces.web.world import signed_in

pytestmark = pytest.mark.django_db
_OFFERED = ("length", "starts_on", "handover")


@pytest.fixture
def team(settings: Any) -> Iterator[tuple[Actor, Actor]]:
    settings.EMAIL_HOST = "mail.example"
    provider = make_provider()
    with clock.frozen(NOON):
        yield worker(provider, "Ayu"), worker(provider, "Bima")


def layer_fields(number: int, *people: Actor, **more: str) -> dict[str, str]:
    given = {"length": "1", "every": "weeks", "starts_on": "2026-11-02", "handover": "09:00", **more}
    given |= {f"person_{n}": str(one.id) for n, one in enumerate(people)}
    return {f"layer{number}-{name}": value for name, value in given.items()}


def rota_fields(**more: str) -> dict[str, str]:
    return {"name": "Jaga", "slug": "jaga", "timezone": "Asia/Jakarta", "team_id": "", "seen": "", **more}


def test_a_rota_is_made_and_changed_and_a_late_change_keeps_what_was_typed(team: tuple[Actor, Actor]) -> None:
    client = signed_in(team[0])
    night = {"hours_from": "22:00", "hours_until": "06:00"}
    made = client.post("/duty/rotas/new", rota_fields() | layer_fields(0, *team))
    assert made.headers["Location"] == "/duty/rotas/jaga"
    more = layer_fields(0, *team) | layer_fields(1, team[1], **night)
    assert client.post("/duty/rotas/jaga/edit", rota_fields(seen="1") | more).status_code == 302
    plan = get_rota(SYSTEM, "jaga").plan
    assert [one.participants for one in plan.layers] == [(team[0].id, team[1].id), (team[1].id,)]
    shown = client.get("/duty/rotas/jaga").content.decode()
    assert "Ayu" in shown
    for _ in range(2):
        late = client.post("/duty/rotas/jaga/edit", rota_fields(name="Malam", seen="2") | layer_fields(0, team[1]))
    assert late.status_code == 409
    assert 'value="Malam"' in late.content.decode()
    assert len(get_rota(SYSTEM, "jaga").plan.layers) == 1
    nobody = client.post("/duty/rotas/new", rota_fields(slug="lain"))
    assert nobody.status_code == 422


def test_a_policy_is_made_and_says_whom_it_would_tell(team: tuple[Actor, Actor]) -> None:
    rota_id = make_rota(layer(team[0]))
    client = signed_in(team[0])
    fields = {"name": "Gawat", "slug": "gawat", "repeats": "0", "seen": ""}
    steps = {"step0-minutes": "5", "step0-target_0": f"rota:{rota_id}"}
    assert client.post("/duty/policies/new", fields | steps).headers["Location"] == "/duty/policies/gawat"
    assert "Ayu" in client.get("/duty/policies/gawat").content.decode()
    second = {"step1-minutes": "9", "step1-target_0": f"person:{team[1].id}"}
    client.post("/duty/policies/gawat/edit", fields | steps | second | {"seen": "1"})
    assert [step.minutes for step in get_policy(SYSTEM, "gawat").steps] == [5, 9]


def link(team: tuple[Actor, Actor]) -> tuple[int, str]:
    ref = page(by=SYSTEM, policy_id=make_policy((5, [person(team[1])])), cause="x", subject="Disk <b>penuh</b>")
    send_next()
    return ref.id, "/duty/acknowledge/" + str(mail.outbox[0].body).split("/duty/acknowledge/")[1].split()[0]


def test_only_a_post_acknowledges_and_needs_no_sign_in(team: tuple[Actor, Actor]) -> None:
    page_id, address = link(team)
    scanner = Client()
    for _ in range(3):
        seen = scanner.get(address)
        assert scanner.head(address).status_code == 200
    assert "Disk &lt;b&gt;penuh" in seen.content.decode()
    assert seen.headers["Referrer-Policy"] == "no-referrer"
    assert get_page(SYSTEM, page_id).page.state == "open"
    assert "You have it, Bima" in Client().post(address).content.decode()
    assert get_page(SYSTEM, page_id).page.acknowledged_by == "Bima"
    assert "Bima has it already" in Client().post(address).content.decode()
    assert Client().post(address + "x").status_code == 404


def test_the_link_is_guarded_against_forged_posts(team: tuple[Actor, Actor]) -> None:
    page_id, address = link(team)
    assert Client(enforce_csrf_checks=True).post(address).status_code == 403
    assert get_page(SYSTEM, page_id).page.state == "open"


def test_a_page_is_called_acknowledged_and_resolved(team: tuple[Actor, Actor]) -> None:
    make_policy((5, [person(team[0])]))
    client = signed_in(team[0])
    policy = str(get_policy(SYSTEM, "eskalasi").id)
    made = client.post("/duty/pages/new", {"subject": "Genset mati", "policy_id": policy, "urgent": "on"})
    address = made.headers["Location"]
    assert "Genset mati" in client.get("/duty/pages").content.decode()
    for verb, word in (("acknowledge", "Acknowledged"), ("resolve", "Resolved")):
        client.post(f"{address}/{verb}")
        assert word in client.get(address).content.decode()
    assert client.post(f"{address}/acknowledge").status_code == 409


def test_a_calendar_address_opens_without_signing_in(team: tuple[Actor, Actor]) -> None:
    make_rota(layer(*team))
    shown = signed_in(team[0]).post("/duty/rotas/jaga/feed").content.decode()
    address = "/duty/calendar/" + shown.split("/duty/calendar/")[1].split(".ics")[0] + ".ics"
    answer = Client().get(address)
    assert answer.headers["Content-Type"].startswith("text/calendar")
    entries = Calendar.from_ical(answer.content).walk("VEVENT")
    assert {str(entry["SUMMARY"]) for entry in entries} == {"Ayu (Jaga)", "Bima (Jaga)"}
    assert len({str(entry["UID"]) for entry in entries}) == len(entries)
    assert Client().get("/duty/calendar/nothing.ics").status_code == 404
    assert Client().post(address).status_code == 405


def test_covers_swaps_and_absences_from_the_page(team: tuple[Actor, Actor]) -> None:
    make_rota(layer(*team))
    client, other = signed_in(team[0]), signed_in(team[1])
    fields = {"person_id": str(team[0].id), "instead_of": "", "reason": "", "ends_at": "2026-11-27T09:00"}
    assert client.post("/duty/rotas/jaga/cover", fields | {"starts_at": "2026-11-26T09:00"}).status_code == 302
    assert client.post("/duty/rotas/jaga/cover", fields | {"starts_at": "2026-11-28T09:00"}).status_code == 422
    made = get_rota(SYSTEM, "jaga").plan.covers[0]
    assert client.post(f"/duty/covers/{made.id}/cancel", {"rota": "jaga"}).status_code == 302
    file = SimpleUploadedFile("cuti.ics", ABSENCE)
    client.post("/duty/rotas/jaga/absences", {"person_id": str(team[1].id), "file": file})
    assert get_rota(SYSTEM, "jaga").plan.covers[0].instead_of == team[1].id
    week = timedelta(days=7)
    monday = NOON.replace(hour=2) + timedelta(days=5)
    asked = {"mine": (monday + week).isoformat(), "theirs": monday.isoformat()}
    first, second = (client, other) if get_names(monday + week) == "Ayu" else (other, client)
    assert first.post("/duty/rotas/jaga/swap", asked).status_code == 302
    (swap,) = list_swaps(team[0])
    assert second.post(f"/duty/swaps/{swap.id}/accept").status_code == 302
    assert list_swaps(team[0]) == []
    assert client.post("/duty/rotas/jaga/swap", {"mine": "x", "theirs": ""}).status_code == 422


def test_who_does_not_keep_rotas_tells_of_their_own_absence_alone(team: tuple[Actor, Actor]) -> None:
    agent = make_person(team[0].organisation_id or 0, Role.AGENT, name="Citra")
    make_rota(layer(*team, agent))
    shown = signed_in(agent).get("/duty/rotas/jaga").content.decode()
    own = re.search(r"<form[^>]*/duty/rotas/jaga/absences.*?</form>", shown, re.DOTALL)
    assert own
    assert re.findall(r'<option value="(\d+)"', own[0]) == [str(agent.id)]


def get_names(at: Any) -> str:
    from selaras.domains.duty.queries import list_on_duty

    row = list_on_duty(SYSTEM, at=at, slug="jaga")[0]
    return row.rota.names[row.now.person_id] if row.now else ""


def test_channels_are_added_tried_ordered_and_removed(team: tuple[Actor, Actor]) -> None:
    client = signed_in(team[0])
    for name in ("satu", "dua"):
        client.post("/duty/channels", {"kind": "mail", "name": name, "address": f"{name}@example.com"})
    hook = client.post("/duty/channels", {"kind": "webhook", "name": "kait", "address": "https://hook.example/rahasia"})
    assert "whsec_" in hook.content.decode()
    shown = client.get("/duty/channels").content.decode()
    assert "whsec_" not in shown
    assert "rahasia" not in shown
    first, second, third = list_channels(team[0])
    client.post(f"/duty/channels/{first.id}/test")
    assert mail.outbox[0].to == ["satu@example.com"]
    assert "The mail server took it." in client.get("/duty/channels").content.decode()
    client.post(f"/duty/channels/{second.id}/first")
    client.post(f"/duty/channels/{first.id}/remove")
    client.post(f"/duty/channels/{second.id}/quiet", {"quiet_from": "22:00", "quiet_until": "06:00"})
    assert [(c.name, c.kind, bool(c.quiet_from)) for c in list_channels(team[0])] == [
        ("dua", ChannelKind.MAIL, True),
        ("kait", ChannelKind.WEBHOOK, False),
    ]
    assert signed_in(team[1]).post(f"/duty/channels/{third.id}/remove").status_code == 404


def test_duty_is_not_for_customers_and_its_forms_not_for_everybody(team: tuple[Actor, Actor]) -> None:
    make_rota(layer(team[0]))
    make_policy((5, [rota(get_rota(SYSTEM, "jaga").id)]))
    customer = signed_in(make_person(make_organisation(), Role.DECISION_MAKER))
    agent = signed_in(make_person(team[0].organisation_id or 0, Role.AGENT))
    forms = ("/duty/rotas/new", "/duty/rotas/jaga/edit", "/duty/policies/new", "/duty/policies/eskalasi/edit")
    lists = ("/duty", "/duty/rotas/jaga", "/duty/policies", "/duty/pages", "/duty/channels")
    assert {customer.get(address).status_code for address in forms + lists} == {403}
    assert {agent.get(address).status_code for address in forms} == {403}
    assert {agent.get(address).status_code for address in lists} == {200}
    assert Client().get("/duty").status_code == 302


def test_the_second_of_two_editors_is_told_who_changed_what_and_takes_over_the_layers_they_left(
    team: tuple[Actor, Actor],
) -> None:
    first, second = signed_in(team[0]), signed_in(team[1])
    first.post("/duty/rotas/new", rota_fields() | layer_fields(0, team[0]))
    first.post("/duty/rotas/jaga/edit", rota_fields(seen="1") | layer_fields(0, *team))
    sent = rota_fields(name="Malam", seen="1") | layer_fields(0, team[0])
    late = second.post("/duty/rotas/jaga/edit", sent)
    shown = late.content.decode()
    assert late.status_code == 409
    assert "changed Layers" in shown
    assert 'value="Malam"' in shown
    assert f'<option value="{team[1].id}" selected>' in shown  # the layers are as the first left them
    typed = rota_fields(name="Malam", seen="1") | layer_fields(0, team[1], team[0])
    assert f'<option value="{team[1].id}" selected>' in second.post("/duty/rotas/jaga/edit", typed).content.decode()
    again = second.post("/duty/rotas/jaga/edit", rota_fields(name="Malam", seen="2") | layer_fields(0, *team))
    assert again.status_code == 302
    assert get_rota(SYSTEM, "jaga").name == "Malam"


def test_the_browser_is_offered_as_a_channel_and_its_worker_is_served(team: tuple[Actor, Actor]) -> None:
    client = signed_in(team[0])
    shown = client.get("/duty/channels").content.decode()
    assert f'data-push-key="{push_public_key()}"' in shown
    worker_file = Client().get("/duty/push-worker.js")
    assert worker_file.headers["Content-Type"].startswith("text/javascript")
    assert "default-src 'self'" in worker_file.headers["Content-Security-Policy"]
    address = Browser("https://203.0.113.1/x").subscription
    assert client.post("/duty/channels", {"kind": "push", "name": "Ponsel", "address": address}).status_code == 422
    address = Browser("https://push.example/x").subscription
    assert client.post("/duty/channels", {"kind": "push", "name": "Ponsel", "address": address}).status_code == 302
    assert [one.kind for one in list_channels(team[0])] == [ChannelKind.PUSH]


@pytest.mark.parametrize("hour", [12, 9, 3])
def test_a_rota_that_is_made_as_offered_has_somebody_on_duty_now(team: tuple[Actor, Actor], hour: int) -> None:
    client = signed_in(team[0])
    with clock.frozen(NOON + timedelta(hours=hour - 12)):
        page = client.get("/duty/rotas/new").content.decode()
        given = {name: re.findall(f'name="layer0-{name}" value="([^"]+)"', page)[0] for name in _OFFERED}
        client.post("/duty/rotas/new", rota_fields() | layer_fields(0, *team, **given))
        shown = client.get("/duty/rotas/jaga").content.decode()
    assert "Nobody is on duty" not in shown
    assert "Ayu" in shown


def test_a_newcomer_needs_no_short_name(team: tuple[Actor, Actor]) -> None:
    client = signed_in(team[0])
    assert "One layer is enough" in client.get("/duty/rotas/new").content.decode()
    made = client.post("/duty/rotas/new", rota_fields(name="Jaga Malam", slug="") | layer_fields(0, *team))
    assert made.headers["Location"] == "/duty/rotas/jaga-malam"
    rota_id = get_rota(SYSTEM, "jaga-malam").id
    fields = {
        "name": "Gangguan Berat",
        "slug": "",
        "repeats": "1",
        "step0-minutes": "5",
        "step0-target_0": f"rota:{rota_id}",
    }
    assert client.post("/duty/policies/new", fields).headers["Location"] == "/duty/policies/gangguan-berat"
