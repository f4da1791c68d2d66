"""The record page: notes, moves and edits come back to it, also when they are refused."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from selaras.domains.agreements.models import Agreement
from selaras.domains.incidents.actions.classify import classify
from selaras.domains.incidents.queries import get_incident
from selaras.domains.people.models import Person
from selaras.domains.records.actions.notes import add_note
from selaras.domains.records.queries import get_record, list_entries
from selaras.kernel import clock
from tests.interfaces.web.world import World, make_world, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_every_verb_offered_is_a_move_and_no_other_is_taken(world: World) -> None:
    client, ref = signed_in(world.agent), world.records["reported"]
    page = client.get(f"/r/{ref.number}").content.decode()
    for offer in get_incident(world.agent, ref.number).offers:
        assert f"/r/{ref.number}/do/{offer.verb}" in page
    assert f"/r/{ref.number}/do/resume" not in page
    assert client.post(f"/r/{ref.number}/do/resume", {}).status_code == 409
    assert client.post(f"/r/{ref.number}/do/nonsense", {}).status_code == 409
    assert get_record(world.agent, ref.number).state == "reported"


def test_a_case_through_its_life(world: World) -> None:
    client, ref = signed_in(world.colleague), world.records["reported"]
    address = f"/r/{ref.number}"
    assert client.post(f"{address}/do/start").status_code == 302
    assert client.post(f"{address}/note", {"body": "Sedang diperiksa.", "kind": "public"}).status_code == 302
    assert client.post(f"{address}/note", {"body": "Lihat log.", "kind": "internal"}).status_code == 302
    assert client.post(f"{address}/do/wait", {"waiting_for": "requester", "reason": "Jam?"}).status_code == 302
    assert client.post(f"{address}/do/resume").status_code == 302
    missing = client.post(f"{address}/do/resolve", {"cause": "Disk penuh", "solution": ""})
    assert missing.status_code == 422
    assert "Say what solved it." in missing.content.decode()
    assert "Disk penuh" in missing.content.decode()  # what was typed is kept
    assert client.post(f"{address}/do/resolve", {"cause": "Disk penuh", "solution": "Dibersihkan"}).status_code == 302
    asker = signed_in(world.requester)
    assert "Is it solved?" in asker.get("/home").content.decode()
    assert asker.post(f"{address}/do/confirm").status_code == 302
    assert get_record(world.agent, ref.number).state == "closed"
    entries = {entry.body: entry.public for entry in list_entries(world.agent, ref.id)}
    assert entries["Sedang diperiksa."] is True
    assert entries["Lihat log."] is False


def test_a_refused_verb_says_why(world: World) -> None:
    page = signed_in(world.agent).get(f"/r/{world.records['resolved'].number}").content.decode()
    assert 'aria-disabled="true" aria-describedby="why-close"' in page
    assert "The requester still has time to say whether it is solved." in page


def test_the_second_of_two_is_told_what_changed_and_loses_nothing(world: World) -> None:
    client, ref = signed_in(world.agent), world.records["working"]
    seen = get_record(world.agent, ref.number).version
    classify(ref.id, by=world.colleague, title="Judul dari Budi", seen=seen)
    typed = {"title": "Judul dari Sari", "impact": 1, "urgency": 1, "service_id": world.estate.service, "seen": seen}
    late = client.post(f"/r/{ref.number}/edit", typed)
    page = late.content.decode()
    assert late.status_code == 409
    assert "Budi Hartono" in page
    assert "the title from" in page
    assert 'value="Judul dari Sari"' in page
    assert get_record(world.agent, ref.number).title == "Judul dari Budi"
    again = client.post(f"/r/{ref.number}/edit", {**typed, "seen": get_record(world.agent, ref.number).version})
    assert again.status_code == 302
    assert get_record(world.agent, ref.number).title == "Judul dari Sari"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"title": ""}, "Title"),
        ({"title": "x" * 301}, "Title"),
        ({"impact": "7"}, "Impact"),
        ({"service_id": "999999"}, "Service"),
    ],
)
def test_bad_input_names_its_field_and_writes_nothing(world: World, change: dict[str, str], named: str) -> None:
    client, ref = signed_in(world.agent), world.records["working"]
    before = get_record(world.agent, ref.number)
    good = {
        "title": "Baik",
        "impact": "2",
        "urgency": "2",
        "service_id": str(world.estate.service),
        "seen": str(before.version),
    }
    answer = client.post(f"/r/{ref.number}/edit", {**good, **change})
    assert answer.status_code == 422
    assert named in answer.content.decode()
    assert get_record(world.agent, ref.number) == before


def test_notes_that_cannot_be_kept_come_back_with_their_text(world: World) -> None:
    client, ref = signed_in(world.agent), world.records["working"]
    long = "Teks panjang " * 9000
    answer = client.post(f"/r/{ref.number}/note", {"body": long, "kind": "public"})
    assert answer.status_code == 422
    assert long.strip() in answer.content.decode()
    assert client.post(f"/r/{ref.number}/note", {"body": " ", "kind": "public"}).status_code == 422


def test_a_file_is_kept_and_only_ever_downloaded(world: World) -> None:
    client, ref = signed_in(world.agent), world.records["working"]
    file = SimpleUploadedFile("bukti.html", b"<script>alert(1)</script>", content_type="text/html")
    assert client.post(f"/r/{ref.number}/note", {"body": "", "kind": "internal", "file": file}).status_code == 302
    page = client.get(f"/r/{ref.number}").content.decode()
    address = page.split("/files/")[1].split('"')[0]
    kept = client.get(f"/r/{ref.number}/files/{address}")
    assert kept.headers["Content-Disposition"].startswith("attachment")
    assert kept.headers["Content-Type"] == "application/octet-stream"
    assert signed_in(world.requester).get(f"/r/{ref.number}/files/{address}").status_code == 404


def test_the_timeline_tells_under_which_agreement_clocks_started(world: World) -> None:
    number = Agreement.objects.get(pk=world.estate.agreement).number
    page = signed_in(world.agent).get(f"/r/{world.records['working'].number}").content.decode()
    assert f"clock started: Resolution, Response · {number}" in page


def test_a_line_reads_as_its_reader_is_and_as_time_passes(world: World) -> None:
    address, now = f"/r/{world.records['working'].number}", clock.now()
    with clock.frozen(now):
        add_note(world.records["working"].id, by=world.agent, body="Sudah dicoba.", public=True)
        inside = _line_of("Sudah dicoba.", signed_in(world.agent).get(address).content.decode())
        assert "just now" in inside
        assert "Public" in inside
    with clock.frozen(now + timedelta(minutes=10)):
        assert "10 minutes ago" in _line_of("Sudah dicoba.", signed_in(world.agent).get(address).content.decode())
        assert "Public" not in _line_of("Sudah dicoba.", signed_in(world.requester).get(address).content.decode())
        Person.objects.filter(pk=world.agent.own_id).update(language="id", timezone="Asia/Jayapura")
        theirs = _line_of("Sudah dicoba.", signed_in(world.agent).get(address).content.decode())
        assert "10 menit lalu" in theirs
        assert "Publik" in theirs
        assert "WIT" in theirs


def _line_of(body: str, page: str) -> str:
    return next(line for line in page.split("<li data-entry") if body in line)


def test_the_number_of_queries_does_not_grow_with_the_timeline(world: World) -> None:
    client, ref = signed_in(world.agent), world.records["working"]

    def queries() -> int:
        with CaptureQueriesContext(connection) as told:
            client.get(f"/r/{ref.number}")
        return len(told)

    few = queries()
    for n in range(3):
        add_note(ref.id, by=world.agent, body=f"Catatan {n}", public=True)
    assert queries() == few <= 24


def test_presence_says_who_else_is_here(world: World) -> None:
    address = f"/r/{world.records['working'].number}/presence"
    signed_in(world.colleague).post(address, {"typing": "1"})
    assert "Budi Hartono is writing" in signed_in(world.agent).post(address, {}).content.decode()


def test_a_customer_reports_and_an_agent_opens_for_them(world: World) -> None:
    form = {"title": "Toko tidak terbuka", "description": "", "urgency": "1", "service_id": str(world.estate.service)}
    mine = signed_in(world.requester).post("/new", form)
    assert mine.status_code == 302
    theirs = signed_in(world.agent).post("/new", {**form, "impact": "1", "organisation_id": str(world.other)})
    card = get_record(world.agent, theirs.headers["Location"].rsplit("/", 1)[1])
    assert card.organisation_id == world.other
    assert signed_in(world.requester).post("/new", {**form, "title": ""}).status_code == 422
    assert signed_in(world.requester).post("/new", {**form, "title": "a\x00b"}).status_code == 422


def test_a_part_is_put_under_its_parent_answered_and_resolved_along(world: World) -> None:
    client = signed_in(world.agent)
    parent, child = world.records["working"], world.records["waiting"]
    form = client.get(f"/r/{child.number}/do/put_under").content.decode()
    assert f"/r/{child.number}/parents" in form
    options = client.get(f"/r/{child.number}/parents?parent={parent.number}").content.decode()
    assert f'value="{parent.number}"' in options
    wrong = client.post(f"/r/{child.number}/do/put_under", {"parent": "INC9999999"})
    assert wrong.status_code == 422
    assert "INC9999999" in wrong.content.decode()
    assert client.post(f"/r/{child.number}/do/put_under", {"parent": parent.number.lower()}).status_code == 302
    assert f"/r/{parent.number}" in client.get(f"/r/{child.number}").content.decode()
    page = client.get(f"/r/{parent.number}").content.decode()
    assert child.number in page
    assert "To its 1 open part too" in page
    note = {"body": "Kami perbaiki bersama.", "kind": "public", "children": "on"}
    assert client.post(f"/r/{parent.number}/note", note).status_code == 302
    assert "Kami perbaiki bersama." in signed_in(world.requester).get(f"/r/{child.number}").content.decode()
    solved = {"cause": "Disk penuh", "solution": "Dibersihkan", "children": "on"}
    assert client.post(f"/r/{parent.number}/do/resolve", solved).status_code == 302
    assert get_record(world.agent, child.number).state == "resolved"
    assert signed_in(world.requester).get(f"/r/{child.number}/parents?parent=x").status_code == 403


def test_it_is_escalated_shown_to_whom_it_was_and_answered(world: World) -> None:
    client, chief, ref = signed_in(world.agent), signed_in(world.colleague), world.records["working"]
    asked = {"reason": "Direktur menelepon", "decision": "Pindah?", "to_id": str(world.colleague.id)}
    assert client.post(f"/r/{ref.number}/do/escalate_up", {**asked, "decision": ""}).status_code == 422
    assert client.post(f"/r/{ref.number}/do/escalate_up", asked).status_code == 302
    assert "Escalated to me" in chief.get("/").content.decode()
    assert "Escalated to me" not in client.get("/").content.decode()
    narrowed = chief.get("/?escalated=me").content.decode()
    assert ref.number in narrowed
    assert world.records["waiting"].number not in narrowed
    page = chief.get(f"/r/{ref.number}").content.decode()
    assert "Awaits an answer" in page
    address = page.split(f'action="/r/{ref.number}/escalations/')[1].split('"')[0]
    assert chief.post(f"/r/{ref.number}/escalations/{address}", {"answer": "Ya"}).status_code == 302
    assert "Answered" in client.get(f"/r/{ref.number}").content.decode()
    assert "Direktur menelepon" not in signed_in(world.lead).get(f"/r/{ref.number}").content.decode()
    other = world.records["waiting"].number
    assert client.post(f"/r/{other}/escalations/{address}", {"answer": "Ya"}).status_code == 404
