"""Maintenance windows in the browser: shown before they are saved, changed, switched."""

import pytest
from django.test import Client

from selaras.domains.agreements.actions.calendars import create_calendar
from selaras.domains.agreements.queries.calendars import list_calendars
from selaras.domains.events.models import Window
from selaras.domains.people.contracts import Role
from tests.estate import ALWAYS, make_estate
from tests.factories import SYSTEM, make_person, make_provider
from tests.interfaces.web.forms import text_of
from tests.interfaces.web.world import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    make_estate()
    return signed_in(make_person(make_provider(), Role.OPERATOR, name="Galih Santoso"))


def form(**changed: object) -> dict[str, object]:
    known = list_calendars()[0].id
    given = {
        "name": "Patch night", "calendar_id": known, "kind": "recurring", "starts": "2090-01-01T01:00",
        "minutes": "120", "repeats": "own", "rrule": "FREQ=MONTHLY;BYDAY=2SU", "ends": "toko-db-1",
        "dependents": "on", "enabled": "on", "label": "", "op": "=", "value": "", "do": "save",
    }  # fmt: skip
    return {**given, **changed}


def test_a_window_is_shown_made_changed_and_switched(client: Client) -> None:
    shown = client.post("/maintenance/new", form(do="show"))
    assert "8 Jan 2090" in text_of(shown).replace(".", "")
    assert not Window.objects.exists()
    assert client.post("/maintenance/new", form()).status_code == 302
    made = Window.objects.get()
    assert (made.rrule, made.starts, made.made_by) == ("FREQ=MONTHLY;BYDAY=2SU", "2090-01-01T01:00", "Galih Santoso")
    page = text_of(client.get(f"/maintenance/{made.pk}"))
    assert "item:toko-db-1" in page
    assert 'value="2090-01-01T01:00"' in page
    assert client.post(f"/maintenance/{made.pk}", form(repeats="FREQ=DAILY", seen="1")).status_code == 302
    assert Window.objects.get().rrule == "FREQ=DAILY"
    late = client.post(f"/maintenance/{made.pk}", form(name="Mine", seen="1"))
    assert late.status_code == 409
    assert "Mine" in text_of(late)
    assert "Patch night" in text_of(client.get("/maintenance"))
    client.post(f"/maintenance/{made.pk}/switch", {"enabled": "0", "seen": "2"})
    assert not Window.objects.get().enabled
    late = client.post(f"/maintenance/{made.pk}/switch", {"enabled": "1", "seen": "2"}, follow=True)
    assert "Somebody else has just changed it" in text_of(late)


def test_errors_name_their_field_and_keep_what_was_typed(client: Client) -> None:
    for changed, said in (
        ({"rrule": "FREQ=HOURLY"}, "Begin with FREQ=DAILY"),
        ({"ends": "nothing-of-that-name"}, "There is no item and no service"),
        ({"ends": ""}, "Say what is maintained"),
        ({"starts": "soon"}, "Give a date and a time"),
        ({"starts": ""}, "Say when it is open for the first time"),
    ):
        for do in ("save", "show") if "ends" not in changed else ("save",):
            answer = client.post("/maintenance/new", form(do=do, **changed))
            assert answer.status_code == 422
            assert said in text_of(answer)
            assert "Patch night" in text_of(answer)


def test_without_a_calendar_the_page_says_what_to_do() -> None:
    reader = signed_in(make_person(make_provider(), Role.OPERATOR))
    assert "make a calendar first" in text_of(reader.get("/maintenance"))
    create_calendar(by=SYSTEM, slug="k", name="K", timezone="Asia/Jakarta", week=ALWAYS)
    assert "New window" in text_of(reader.get("/maintenance"))


def test_who_may_not_respond_only_reads(client: Client) -> None:
    client.post("/maintenance/new", form())
    agent = signed_in(make_person(make_provider(), Role.AGENT))
    page = client.get(f"/maintenance/{Window.objects.get().pk}")
    assert page.status_code == 200
    assert agent.get("/maintenance/new").status_code == 403
    assert agent.post(f"/maintenance/{Window.objects.get().pk}", form(seen="1", name="X")).status_code == 403


def test_windows_go_out_as_a_file_and_come_in_after_a_review(client: Client) -> None:
    client.post("/maintenance/new", form())
    out = client.get("/maintenance/export")
    assert out.headers["Content-Type"].startswith("application/yaml")
    text = out.content.decode().replace("minutes: 120", "minutes: 90")
    seen = str(Window.objects.get().version)
    reviewed = client.post("/maintenance/file", {"file": text, "seen": seen, "do": "review"})
    assert "<del>120</del> → <ins>90</ins>" in text_of(reviewed)
    assert Window.objects.get().minutes == 120
    assert client.post("/maintenance/file", {"file": text, "seen": seen, "do": "take"}).status_code == 302
    assert Window.objects.get().minutes == 90
    text = text.replace("minutes: 90", "minutes: 60")
    late = client.post("/maintenance/file", {"file": text, "seen": seen, "do": "take"})
    assert late.status_code == 409
    wrong = client.post("/maintenance/file", {"file": "windows: [{name: A}]", "seen": "2", "do": "review"})
    assert wrong.status_code == 422
    assert "Window 1 (A)" in text_of(wrong)
