"""The shift log and handovers in the browser: written, narrowed, drafted from what holds, signed by both."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from selaras.domains.agreements.actions.calendars import create_calendar
from selaras.domains.duty.actions.log import write_note
from selaras.domains.duty.actions.page import page
from selaras.domains.duty.contracts.rotas import Every
from selaras.domains.duty.contracts.shifts import FactKind
from selaras.domains.duty.queries import get_handover, get_rota, list_handovers, list_log
from selaras.domains.events.actions.windows import save_window
from selaras.domains.events.contracts import Condition
from selaras.domains.events.contracts.windows import WindowDraft
from selaras.domains.people.contracts import Actor, Role
from selaras.kernel import clock
from tests.domains.duty.build import NOON, layer, make_policy, make_rota, rota, worker
from tests.domains.duty.test_shift_log import TURN
from tests.estate import OFFICE
from tests.factories import SYSTEM, make_organisation, make_person, make_provider
from tests.interfaces.web.world import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Iterator[tuple[Actor, Actor, int]]:
    provider = make_provider()
    ayu, bima = worker(provider, "Ayu"), worker(provider, "Bima")
    with clock.frozen(NOON):
        yield ayu, bima, make_rota(layer(ayu, bima, every=Every.DAYS))


def test_an_entry_is_written_and_found_by_rota_and_day(team: tuple[Actor, Actor, int]) -> None:
    client = signed_in(team[1])
    assert client.post("/duty/log/write", {"rota": "jaga", "body": "Disk diganti"}).status_code == 302
    assert client.post("/duty/log/write", {"rota": "jaga", "body": ""}).status_code == 422
    assert "Disk diganti" in client.get("/duty/log?rota=jaga&since=2026-11-25&until=2026-11-25").content.decode()
    assert "Disk diganti" not in client.get("/duty/log?since=2026-11-26").content.decode()
    assert '<option value="jaga" selected>' in client.get("/duty/log").content.decode()  # it is Bima's shift


def test_what_concerns_two_rotas_is_told_once_with_both_names(team: tuple[Actor, Actor, int]) -> None:
    other = make_rota(layer(team[1]), slug="kantor")
    page(by=SYSTEM, policy_id=make_policy((5, [rota(team[2]), rota(other)])), cause="db", subject="db-1 mati")
    client = signed_in(team[0])
    alone = client.get("/duty/log?rota=kantor").content.decode().count("db-1 mati")
    both = client.get("/duty/log").content.decode()
    assert both.count("db-1 mati") == alone > 0
    assert f"{get_rota(SYSTEM, 'jaga').name} · Kantor" in both


def test_a_handover_goes_from_draft_to_both_signatures(team: tuple[Actor, Actor, int]) -> None:
    ayu, bima = signed_in(team[0]), signed_in(team[1])
    page(by=SYSTEM, policy_id=make_policy((5, [rota(team[2])])), cause="db", subject="db-1 mati")
    write_note(team[2], "Sinkron menunggu.", by=team[1])
    assert "Draft the handover" in bima.get("/duty/rotas/jaga/handovers").content.decode()
    drafted = bima.post("/duty/rotas/jaga/handovers/draft", {"due_at": TURN.isoformat()})
    address = drafted.headers["Location"]
    shown = bima.get(address).content.decode()
    assert "db-1 mati" in shown
    assert "Sinkron menunggu." in shown
    assert bima.post(f"{address}/edit", {"notes": "Awasi db-1", "seen": "1"}).status_code == 302
    late = bima.post(f"{address}/edit", {"notes": "Lainnya", "seen": "1"})
    assert (late.status_code, "Lainnya" in late.content.decode()) == (409, True)
    assert bima.post(f"{address}/hand_over", {"seen": "2"}).status_code == 302
    assert "Sign and take over" in ayu.get(address).content.decode()
    assert ayu.post(f"{address}/take_over", {"seen": "3", "remark": "Jelas"}).status_code == 302
    row = get_handover(SYSTEM, list_handovers(SYSTEM, "jaga").rows[0].id)
    assert (row.notes, row.handed_by, row.taken_by, row.remark) == ("Awasi db-1", "Bima", "Ayu", "Jelas")
    assert bima.post(f"{address}/edit", {"notes": "x", "seen": "4"}).status_code == 409
    assert [one.verb for one in list_log(SYSTEM, rota="jaga", limit=2).rows] == ["take_over", "hand_over"]


def test_it_is_not_for_customers(team: tuple[Actor, Actor, int]) -> None:
    stranger = signed_in(make_person(make_organisation(), Role.DECISION_MAKER))
    for address in ("/duty/log", "/duty/rotas/jaga/handovers", "/duty/handovers/1"):
        assert stranger.get(address).status_code == 403


def test_the_log_runs_as_many_queries_for_one_line_as_for_many(
    team: tuple[Actor, Actor, int], django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(team[1])
    write_note(team[2], "satu", by=team[1])
    client.get("/duty/log")
    with django_assert_max_num_queries(60) as first:
        client.get("/duty/log")
    for word in ("dua", "tiga"):
        write_note(team[2], word, by=team[1])
    with django_assert_num_queries(len(first)):
        client.get("/duty/log")


def test_maintenance_of_the_next_shift_is_told_with_when_it_begins_and_ends(team: tuple[Actor, Actor, int]) -> None:
    office = create_calendar(by=SYSTEM, slug="kantor", name="Kantor", timezone="Asia/Jakarta", week=OFFICE)
    for name, day, hour, minutes in (("Now", 25, 12, 30), ("Over the turn", 26, 8, 120), ("Later", 27, 12, 60)):
        starts = datetime(2026, 11, day, hour)  # noqa: DTZ001  # on the wall
        matchers = (Condition("alertname", "=", name),)
        save_window(WindowDraft(name, office, starts=starts, minutes=minutes, matchers=matchers), by=SYSTEM)
    bima = signed_in(team[1])
    drafted = bima.post("/duty/rotas/jaga/handovers/draft", {"due_at": TURN.isoformat()})
    facts = get_handover(SYSTEM, int(drafted.headers["Location"].rsplit("/", 1)[1])).facts
    assert [(one.title, one.detail) for one in facts if one.kind == FactKind.WINDOW] == [("Over the turn", "ends")]
    shown = bima.get(drafted.headers["Location"]).content.decode()
    assert "Maintenance that begins or ends" in shown
    assert bima.get(next(one.path for one in facts if one.kind == FactKind.WINDOW)).status_code == 200
