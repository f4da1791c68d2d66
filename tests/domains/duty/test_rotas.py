"""Rotas are kept and changed; others step in, swap, are away; calendars go out and come in."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pytest_django import DjangoAssertNumQueries

from selaras.domains.duty.actions.absences import read_absences
from selaras.domains.duty.actions.covers import cancel_cover, cover
from selaras.domains.duty.actions.feeds import make_feed
from selaras.domains.duty.actions.rotas import save_rota
from selaras.domains.duty.actions.swaps import answer_swap, ask_swap
from selaras.domains.duty.contracts.rotas import Every
from selaras.domains.duty.queries import get_rota, list_on_duty, list_swaps, read_feed, shifts_of
from selaras.domains.people.contracts import Actor, Role
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, MoveRefused, NotAllowed, NotFound, Stale
from tests.domains.duty.build import NOON, layer, make_rota, worker
from tests.factories import SYSTEM, make_organisation, make_person, make_provider

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def team() -> tuple[Actor, Actor, Actor]:
    provider = make_provider()
    return worker(provider, "Ayu"), worker(provider, "Bima"), make_person(provider, Role.AGENT, name="Citra")


def now(slug: str = "jaga") -> str | None:
    row = list_on_duty(SYSTEM, at=clock.now(), slug=slug)[0]
    return row.rota.names[row.now.person_id] if row.now else None


def test_who_has_it_now_and_who_is_next(team: tuple[Actor, ...]) -> None:
    make_rota(layer(*team, every=Every.DAYS))
    row = list_on_duty(SYSTEM, at=NOON)[0]
    assert row.now is not None
    assert row.next is not None
    assert [row.rota.names[s.person_id] for s in (row.now, row.next)] == ["Citra", "Ayu"]
    assert row.next.starts_at == row.now.ends_at == NOON + timedelta(hours=21)
    assert row.gap is None


def test_next_is_who_takes_over_and_a_long_turn_has_its_true_end(team: tuple[Actor, ...]) -> None:
    rota_id = make_rota(layer(team[0], team[1]))
    with clock.frozen(NOON):
        cover(rota_id, by=team[0], starts_at=NOON + HOUR, ends_at=NOON + 2 * HOUR, person_id=team[0].id)
        (weekly,) = list_on_duty(team[0])
        make_rota(layer(team[0], team[1], length=20), slug="lama")
        long = next(row for row in list_on_duty(team[0]) if row.rota.slug == "lama")
    assert weekly.now is not None
    assert weekly.next is not None
    assert weekly.now.person_id != weekly.next.person_id
    assert long.now is not None
    assert long.now.ends_at == NOON.replace(day=2, hour=2, month=11) + timedelta(weeks=20)


def test_a_change_needs_the_version_that_was_read(team: tuple[Actor, ...]) -> None:
    rota_id = make_rota(layer(team[0]))
    seen = get_rota(SYSTEM, "jaga").version
    more: dict[str, Any] = {"slug": "jaga", "name": "Jaga malam", "timezone": "Asia/Makassar", "rota_id": rota_id}
    save_rota(by=team[0], layers=[layer(team[1])], seen=seen, **more)
    with pytest.raises(Stale):
        save_rota(by=team[1], layers=[layer(team[0])], seen=seen, **more)
    assert get_rota(SYSTEM, "jaga").name == "Jaga malam"
    with pytest.raises(NotAllowed):
        save_rota(by=team[2], layers=[layer(team[0])], **more)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("name", " "), ("slug", "a b"), ("timezone", "Asia/Atlantis"), ("layers", []), ("layers", [layer()])],
)
def test_a_rota_that_cannot_be_names_the_field(team: tuple[Actor, ...], field: str, wrong: Any) -> None:
    good: dict[str, Any] = {"slug": "x", "name": "X", "timezone": "UTC", "layers": [layer(team[0])]}
    with pytest.raises(Invalid) as refused:
        save_rota(by=SYSTEM, **{**good, field: wrong})
    assert refused.value.field == field


def test_somebody_else_for_a_while_and_back(team: tuple[Actor, ...]) -> None:
    rota_id = make_rota(layer(team[0]))
    with clock.frozen(NOON):
        made = cover(rota_id, by=team[2], starts_at=NOON, ends_at=NOON + HOUR, person_id=team[2].id)
        assert now() == "Citra"
        with pytest.raises(NotAllowed):
            cover(rota_id, by=team[2], starts_at=NOON, ends_at=NOON + HOUR, person_id=team[1].id)
        with pytest.raises(Invalid):
            cover(rota_id, by=team[0], starts_at=NOON, ends_at=NOON, person_id=team[1].id)
        cancel_cover(made, by=team[2])
        assert now() == "Ayu"


def test_a_swap_is_asked_and_accepted(team: tuple[Actor, ...]) -> None:
    rota_id = make_rota(layer(*team, every=Every.DAYS))
    with clock.frozen(NOON):
        rota = get_rota(SYSTEM, "jaga")
        coming = shifts_of(rota, NOON, NOON + 4 * DAY)[1:]
        swap = ask_swap(rota_id, by=team[0], mine=coming[0].starts_at, theirs=coming[1].starts_at)
        assert [row.id for row in list_swaps(team[1])] == [swap]
        with pytest.raises(NotAllowed):
            answer_swap(swap, "accept", by=team[0])
        answer_swap(swap, "accept", by=team[1])
        after = shifts_of(get_rota(SYSTEM, "jaga"), NOON, NOON + 4 * DAY)
        assert [rota.names[s.person_id] for s in after] == ["Citra", "Bima", "Ayu", "Citra", "Ayu"]
        with pytest.raises(MoveRefused):
            answer_swap(swap, "decline", by=team[1])


def test_a_swap_of_shifts_that_changed_hands_is_refused(team: tuple[Actor, ...]) -> None:
    rota_id = make_rota(layer(*team, every=Every.DAYS))
    with clock.frozen(NOON):
        coming = shifts_of(get_rota(SYSTEM, "jaga"), NOON, NOON + 3 * DAY)[1:]
        swap = ask_swap(rota_id, by=team[0], mine=coming[0].starts_at, theirs=coming[1].starts_at)
        starts = coming[1].starts_at
        cover(rota_id, by=team[2], starts_at=starts, ends_at=starts + HOUR, person_id=team[2].id)
        with pytest.raises(MoveRefused):
            answer_swap(swap, "accept", by=team[1])
        with pytest.raises(Invalid):
            ask_swap(rota_id, by=team[0], mine=coming[1].starts_at, theirs=coming[0].starts_at)
        with pytest.raises(Invalid):
            ask_swap(rota_id, by=team[0], mine=coming[0].starts_at + HOUR, theirs=coming[1].starts_at)


ABSENCE = b"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//x//x//EN
BEGIN:VEVENT
UID:cuti-1
DTSTAMP:20261101T000000Z
DTSTART;VALUE=DATE:20261126
DTEND;VALUE=DATE:20261127
SUMMARY:Cuti
END:VEVENT
END:VCALENDAR
""".replace(b"\n", b"\r\n")


def test_absences_are_read_once_and_the_lower_layer_steps_in(team: tuple[Actor, ...]) -> None:
    rota_id = make_rota(layer(team[0]), layer(team[1]))
    with clock.frozen(NOON):
        assert read_absences(rota_id, ABSENCE, by=team[1], person_id=team[1].own_id) == (1, 0)
        assert read_absences(rota_id, ABSENCE, by=team[1], person_id=team[1].own_id) == (0, 1)
        rota = get_rota(SYSTEM, "jaga")
        assert [rota.names[s.person_id] for s in shifts_of(rota, NOON, NOON + 2 * DAY)] == ["Bima", "Ayu", "Bima"]
        (away,) = rota.plan.covers
        assert (away.ends_at - away.starts_at, away.reason) == (DAY, "Cuti")
        moved = ABSENCE.replace(b"20261127", b"20261128")
        assert read_absences(rota_id, moved, by=team[1], person_id=team[1].own_id) == (1, 0)
        assert [c.ends_at - c.starts_at for c in get_rota(SYSTEM, "jaga").plan.covers] == [2 * DAY]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\x00",
        b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        ABSENCE.replace(b"SUMMARY:Cuti", b"RRULE:FREQ=HOURLY"),
        ABSENCE.replace(b"UID:cuti-1\r\n", b""),
    ],
)
def test_a_file_that_is_no_list_of_absences_is_refused(team: tuple[Actor, ...], data: bytes) -> None:
    rota_id = make_rota(layer(team[0]))
    with clock.frozen(NOON), pytest.raises(Invalid) as refused:
        read_absences(rota_id, data, by=team[0], person_id=team[0].own_id)
    assert refused.value.field == "file"


SERIES = (
    ABSENCE.replace(b";VALUE=DATE:20261126", b";TZID=Europe/Berlin:20261102T180000")
    .replace(b";VALUE=DATE:20261127", b";TZID=Europe/Berlin:20261102T200000")
    .replace(
        b"SUMMARY:Cuti",
        b"SUMMARY:Kursus\r\nRRULE:FREQ=WEEKLY;UNTIL=20270412\r\nEXDATE;TZID=Europe/Berlin:20261207T180000",
    )
)


def test_an_absence_that_repeats_keeps_its_hour_across_daylight_saving(team: tuple[Actor, ...]) -> None:
    rota_id = make_rota(layer(*team), timezone="Europe/Berlin")
    with clock.frozen(NOON):
        assert read_absences(rota_id, SERIES, by=team[1], person_id=team[1].own_id) == (19, 0)
        assert read_absences(rota_id, SERIES, by=team[1], person_id=team[1].own_id) == (0, 19)
        found = sorted(one.starts_at for one in get_rota(SYSTEM, "jaga").plan.covers)
    assert {at.astimezone(ZoneInfo("Europe/Berlin")).hour for at in found} == {18}
    assert {at.astimezone(UTC).hour for at in found} == {16, 17}
    assert datetime(2026, 12, 7, 17, tzinfo=UTC) not in found


def test_what_a_series_no_longer_holds_is_taken_back_and_one_moved_time_is_moved(team: tuple[Actor, ...]) -> None:
    rota_id = make_rota(layer(*team), timezone="Europe/Berlin")
    moved = (
        b"BEGIN:VEVENT\r\nUID:cuti-1\r\nDTSTAMP:20261101T000000Z\r\nRECURRENCE-ID;TZID=Europe/Berlin:20261130T180000\r\n"
        b"DTSTART;TZID=Europe/Berlin:20261201T180000\r\nDTEND;TZID=Europe/Berlin:20261201T200000\r\nEND:VEVENT\r\n"
    )
    with clock.frozen(NOON):
        read_absences(rota_id, SERIES, by=team[1], person_id=team[1].own_id)
        shorter = SERIES.replace(b"20270412", b"20261221").replace(b"END:VCALENDAR", moved + b"END:VCALENDAR")
        read_absences(rota_id, shorter, by=team[1], person_id=team[1].own_id)
        found = sorted(one.starts_at.day for one in get_rota(SYSTEM, "jaga").plan.covers)
    assert found == [1, 14, 21]


def test_a_calendar_address_gives_its_shifts_and_a_new_one_ends_the_old(team: tuple[Actor, ...]) -> None:
    rota_id = make_rota(layer(*team))
    with clock.frozen(NOON):
        whole, own = make_feed(by=team[0], rota_id=rota_id), make_feed(by=team[0])
        assert {one.person_name for one in read_feed(whole).shifts} == {"Ayu", "Bima", "Citra"}
        assert {one.person_name for one in read_feed(own).shifts} == {"Ayu"}
        make_feed(by=team[0])
    for secret in (own, "", "x" * 500):
        with pytest.raises(NotFound):
            read_feed(secret)


def test_customers_see_nothing_of_duty() -> None:
    stranger = make_person(make_organisation(), Role.DECISION_MAKER)
    for ask in (lambda: list_on_duty(stranger), lambda: list_swaps(stranger), lambda: make_feed(by=stranger)):
        with pytest.raises(NotAllowed):
            ask()


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_asks_the_same_whatever_its_length(
    team: tuple[Actor, ...], count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(count):
        make_rota(layer(*team), layer(team[0]), slug=f"jaga-{n}")
    with django_assert_num_queries(4):
        assert len(list_on_duty(SYSTEM)) == count
