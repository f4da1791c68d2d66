"""Maintenance windows as a file: out and in again, reviewed, all of it or nothing."""

from dataclasses import replace
from datetime import datetime

import pytest
import yaml

from selaras.domains.agreements.actions.calendars import create_calendar
from selaras.domains.events.actions.window_file import export_windows, review_windows, take_windows
from selaras.domains.events.actions.windows import save_window
from selaras.domains.events.contracts import Condition
from selaras.domains.events.contracts.windows import WindowDraft, WindowKind
from selaras.domains.events.models import Window
from selaras.domains.events.queries.windows import list_windows, windows_version
from selaras.domains.people.contracts import Role
from selaras.kernel.errors import Invalid, NotAllowed, Stale
from tests.estate import OFFICE, make_estate
from tests.factories import SYSTEM, make_person, make_provider

pytestmark = pytest.mark.django_db
GOOD = """
windows:
- name: Patch night
  calendar: kantor
  from: 2026-11-29T01:00
  minutes: 120
  repeats: FREQ=MONTHLY;BYDAY=2SU
  for: [item:toko-db-1]
- name: Nights
  calendar: kantor
  open: outside
  when:
  - {label: env, op: =~, value: test|dev}
"""


@pytest.fixture(autouse=True)
def office(db: None) -> int:
    make_estate()
    return create_calendar(by=SYSTEM, slug="kantor", name="Kantor", timezone="Asia/Jakarta", week=OFFICE)


def drafts() -> dict[str, WindowDraft]:
    return {row.draft.name: row.draft for row in list_windows(SYSTEM)}


def test_a_file_makes_changes_and_disables(office: int) -> None:
    old = WindowDraft("Old", office, kind=WindowKind.WITHIN, ends=("service:toko",))
    save_window(old, by=SYSTEM)
    save_window(replace(old, name="Nights"), by=SYSTEM)
    told = {change.name: str(change.what) for change in review_windows(GOOD, by=SYSTEM)}
    assert told == {"Patch night": "New", "Nights": "Changed", "Old": "Disabled: it is not in the file"}
    assert set(drafts()) == {"Old", "Nights"}
    take_windows(GOOD, by=SYSTEM)
    now = drafts()
    assert (now["Patch night"].starts, now["Patch night"].rrule) == (
        datetime(2026, 11, 29, 1),  # noqa: DTZ001  # on the wall
        "FREQ=MONTHLY;BYDAY=2SU",
    )
    assert (now["Nights"].kind, now["Nights"].ends) == (WindowKind.OUTSIDE, ())
    assert now["Nights"].matchers == (Condition("env", "=~", "test|dev"),)
    assert [name for name, draft in now.items() if not draft.enabled] == ["Old"]


def test_what_goes_out_comes_in_and_changes_nothing() -> None:
    take_windows(GOOD, by=SYSTEM)
    file, before = export_windows(by=SYSTEM), windows_version()
    assert review_windows(file, by=SYSTEM) == []
    take_windows(file, by=SYSTEM, seen=before)
    assert windows_version() == before
    assert [one["name"] for one in yaml.safe_load(file)["windows"]] == ["Nights", "Patch night"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("nothing", "a list “windows”"),
        ("windows: [{name: A}]", "calendar"),
        ("windows: [{name: A, calendar: nowhere}]", "there is no “nowhere”"),
        ("windows: [{name: A, calendar: kantor, minutes: long}]", "$.minutes"),
        ("windows: [{name: A, calendar: kantor, colour: red}]", "colour"),
        ("windows: [{name: A, calendar: kantor, from: soon}]", "Window 1 (A)"),
        ("windows: [{name: A, calendar: kantor, open: within}]", "Say what is maintained"),
        ("windows: [{name: A, calendar: kantor, open: within, for: [item:none]}]", "Window 1 (A)"),
        ("windows: [1]", "Window 1"),
        ("{", "This is not YAML"),
    ],
)
def test_what_cannot_be_is_refused_at_the_review_and_nothing_is_made(wrong: str, said: str) -> None:
    for go in (review_windows, take_windows):
        with pytest.raises(Invalid) as refused:
            go(wrong, by=SYSTEM)
        assert said in " ".join(str(sentence) for sentence in refused.value.fields.values())
    assert not Window.objects.exists()


def test_all_of_it_or_nothing_and_the_second_of_two_is_told() -> None:
    with pytest.raises(Invalid):
        take_windows(GOOD + "- {name: Bad, calendar: kantor, open: within}\n", by=SYSTEM)
    assert not Window.objects.exists()
    seen = windows_version()
    take_windows(GOOD, by=SYSTEM, seen=seen)
    with pytest.raises(Stale):
        take_windows(GOOD, by=SYSTEM, seen=seen)


def test_who_may_not_respond_takes_and_gives_none() -> None:
    agent = make_person(make_provider(), Role.AGENT)
    for refused in (lambda: export_windows(by=agent), lambda: take_windows(GOOD, by=agent)):
        with pytest.raises(NotAllowed):
            refused()
