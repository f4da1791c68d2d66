"""A shift is written down while it runs, handed over in writing, and signed by both sides."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from selaras.domains.duty.actions.covers import cover
from selaras.domains.duty.actions.escalate import escalate_due
from selaras.domains.duty.actions.handovers import draft_handover, edit_handover, move_handover
from selaras.domains.duty.actions.log import note_hand_overs, write_note
from selaras.domains.duty.actions.page import move_page, page
from selaras.domains.duty.contracts.rotas import Every
from selaras.domains.duty.contracts.shifts import Fact, FactKind
from selaras.domains.duty.queries import get_handover, handover_offers, list_handovers, list_log
from selaras.domains.people.contracts import Actor, Role
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, MoveRefused, NotAllowed, NotFound, Stale
from tests.domains.duty.build import NOON, layer, make_policy, make_rota, rota, worker
from tests.factories import SYSTEM, make_organisation, make_person, make_provider

pytestmark = pytest.mark.django_db
TURN = datetime(2026, 11, 26, 2, tzinfo=UTC)  # nine in the morning in Jakarta
FACTS = [Fact(FactKind.ALERT, "disk penuh", "exception", NOON, "/alerts/1")]


@pytest.fixture
def team() -> Iterator[tuple[Actor, Actor, int]]:
    """Daily turns; at `NOON` it is Bima's until `TURN`, then Ayu's."""
    provider = make_provider()
    ayu, bima = worker(provider, "Ayu"), worker(provider, "Bima")
    with clock.frozen(NOON):
        yield ayu, bima, make_rota(layer(ayu, bima, every=Every.DAYS))


def lines(**wanted: Any) -> list[tuple[str, str]]:
    return [(row.verb, row.actor_name) for row in list_log(SYSTEM, **wanted).rows]


def test_what_happens_is_written_by_itself_into_the_rota_it_concerns(team: tuple[Actor, Actor, int]) -> None:
    ayu, bima, jaga = team
    other = make_rota(layer(ayu), slug="lain")
    ref = page(by=SYSTEM, policy_id=make_policy((5, [rota(jaga)]), (5, [rota(jaga)])), cause="db", subject="db-1 mati")
    with clock.frozen(NOON + timedelta(minutes=6)):
        escalate_due()
        move_page(ref.id, "acknowledge", by=bima)
        write_note(jaga, "Disk diganti, tunggu sinkron.", by=bima)
        cover(jaga, by=bima, starts_at=TURN, ends_at=TURN + timedelta(hours=2), person_id=bima.own_id)
    assert lines(rota="jaga") == [
        ("cover", "Bima"),
        ("note", "Bima"),
        ("acknowledge", "Bima"),
        ("step", "Selaras"),
        ("step", "Selaras"),
        ("page", SYSTEM.name),
    ]
    assert lines(rota="lain") == []
    assert list_log(SYSTEM, rota="jaga").rows[-1].page_id == ref.id
    assert lines(rota="jaga", until=NOON) == [("step", "Selaras"), ("page", SYSTEM.name)]
    first = list_log(SYSTEM, rota="jaga", limit=4)
    assert [row.verb for row in list_log(SYSTEM, rota="jaga", after=first.next or "").rows] == ["step", "page"]
    with pytest.raises(Invalid):
        list_log(SYSTEM, after="x")
    assert other


def test_nobody_rewrites_the_log(team: tuple[Actor, Actor, int]) -> None:
    write_note(team[2], "Tenang.", by=team[1])
    for statement in ("UPDATE duty_logentry SET body = 'x'", "DELETE FROM duty_logentry"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with pytest.raises(Invalid):
        write_note(team[2], "  ", by=team[1])
    with pytest.raises(NotAllowed):
        write_note(team[2], "x", by=make_person(make_organisation(), Role.REQUESTER))


def test_each_hand_over_time_is_written_once_however_often_one_looks(team: tuple[Actor, Actor, int]) -> None:
    for seconds in (-1, 1, 5):
        with clock.frozen(TURN + timedelta(seconds=seconds)):
            note_hand_overs()
    with clock.frozen(TURN + timedelta(hours=30)):
        note_hand_overs()
    found = [(row.at, row.data["outgoing"], row.data["incoming"]) for row in list_log(SYSTEM, rota="jaga").rows]
    assert found == [(TURN + timedelta(days=1), "Ayu", "Bima"), (TURN, "Bima", "Ayu")]


def test_a_handover_is_drafted_completed_and_signed_by_both(team: tuple[Actor, Actor, int]) -> None:
    ayu, bima, jaga = team
    known = draft_handover(jaga, TURN, by=bima, facts=FACTS)
    assert draft_handover(jaga, TURN, by=bima, facts=[*FACTS, *FACTS]) == known
    edit_handover(known, by=bima, notes="Perhatikan db-1.", seen=2)
    with pytest.raises(Stale):
        edit_handover(known, by=bima, notes="Lain", seen=2)
    with pytest.raises(MoveRefused):
        move_handover(known, "take_over", by=ayu)
    row = get_handover(SYSTEM, known)
    assert (row.outgoing_name, row.incoming_name, len(row.facts), row.notes) == ("Bima", "Ayu", 2, "Perhatikan db-1.")
    assert [one.verb for one in handover_offers(bima, row)] == ["hand_over"]
    move_handover(known, "hand_over", by=bima)
    with pytest.raises(MoveRefused):
        edit_handover(known, by=bima, notes="Terlambat")
    with pytest.raises(MoveRefused, match="two people"):
        move_handover(known, "take_over", by=bima)
    with clock.frozen(TURN + timedelta(minutes=5)):
        move_handover(known, "take_over", by=ayu, remark="Jelas.")
    row = get_handover(SYSTEM, known)
    assert (row.state, row.handed_by, row.taken_by, row.remark, row.late) == ("taken", "Bima", "Ayu", "Jelas.", False)
    assert row.taken_at == TURN + timedelta(minutes=5)
    assert lines(rota="jaga")[:2] == [("take_over", "Ayu"), ("hand_over", "Bima")]
    assert [one.id for one in list_handovers(SYSTEM, "jaga").rows] == [known]


@pytest.mark.parametrize("signed", [1, 2])
def test_the_database_refuses_to_change_what_is_signed(team: tuple[Actor, Actor, int], signed: int) -> None:
    ayu, bima, jaga = team
    known = draft_handover(jaga, TURN, by=bima, facts=FACTS)
    move_handover(known, "hand_over", by=bima)
    if signed == 2:
        move_handover(known, "take_over", by=ayu)
    changes = ["notes = 'x'", "facts = '[]'", "handed_at = now()", "state = 'drafted'"]
    for change in changes + (["remark = 'x'", "taken_at = now()"] if signed == 2 else []):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE duty_handover SET {change}")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM duty_handover")


def test_only_those_of_the_shift_sign_and_only_where_one_ends(team: tuple[Actor, Actor, int]) -> None:
    _, bima, jaga = team
    stranger = make_person(make_provider(), Role.ACCESS_MANAGER, name="Citra")
    with pytest.raises(NotAllowed):
        draft_handover(jaga, TURN, by=stranger, facts=[])
    with pytest.raises(NotFound):
        draft_handover(jaga, TURN + timedelta(hours=1), by=bima, facts=[])
    known = draft_handover(jaga, TURN, by=bima, facts=[])
    with pytest.raises(NotAllowed):
        move_handover(known, "hand_over", by=stranger)
    assert handover_offers(stranger, get_handover(SYSTEM, known)) == ()


def test_a_late_handover_is_told_once(team: tuple[Actor, Actor, int]) -> None:
    _, bima, jaga = team
    note_hand_overs()
    known = draft_handover(jaga, TURN, by=bima, facts=[])
    for minutes in (1, 14, 16, 17):
        with clock.frozen(TURN + timedelta(minutes=minutes)):
            note_hand_overs()
            told = lines(rota="jaga", verb="late")
            assert told == ([("late", "Selaras")] if minutes > 15 else [])
            assert get_handover(SYSTEM, known).late == (minutes > 15)
