"""The card in the queue: opened, found, paged, counted, noted; and never another customer's."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from selaras.domains.people.contracts import Actor, Role
from selaras.domains.records.actions.attach import attach
from selaras.domains.records.actions.cards import change_card, lock, open_card, set_due
from selaras.domains.records.actions.links import link, unlink
from selaras.domains.records.actions.notes import add_note
from selaras.domains.records.actions.tally import fold_tally
from selaras.domains.records.actions.watch import be_present, watch
from selaras.domains.records.contracts import Kind, LinkType, NewRecord, RecordFilter, RecordRef, Sort, View
from selaras.domains.records.queries import (
    count_views,
    get_attachment,
    get_record,
    list_attachments,
    list_entries,
    list_links,
    list_presence,
    list_records,
    search,
    search_records,
)
from selaras.domains.records.rules import mended, question
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, NotAllowed, NotFound, Stale
from tests.factories import SYSTEM, make_organisation, make_person, make_provider, make_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(db: None) -> Actor:
    return make_person(make_provider(), Role.AGENT)


def a_record(title: str = "Printer rusak", description: str = "", **fields: Any) -> RecordRef:
    fields.setdefault("organisation_id", make_organisation())
    new = NewRecord(
        kind=Kind.INCIDENT,
        title=title,
        description=description,
        state="reported",
        priority=int(str(fields.pop("priority", 3))),
        **fields,
    )
    return open_card(new, by=SYSTEM)


def numbers(rows: Any) -> list[str]:
    return [row.number for row in rows]


class TestLists:
    def test_pages_by_key_forwards_and_back_without_gap_or_repeat(self, agent: Actor) -> None:
        made = [a_record(f"Gangguan {n}").number for n in range(7)]
        for n, number in enumerate(made[:4]):
            set_due(get_record(agent, number).id, clock.now() + timedelta(hours=(n * 7) % 4))
        for sort in Sort:
            whole = numbers(list_records(agent, RecordFilter(sort=sort)).rows)
            assert sorted(whole) == sorted(made)
            walked, after = [], None
            while True:
                page = list_records(agent, RecordFilter(sort=sort), after=after, limit=2)
                walked += numbers(page.rows)
                if page.next is None:
                    break
                after = page.next
            assert walked == whole
            back = list_records(agent, RecordFilter(sort=sort), after=page.previous, limit=2)
            assert numbers(back.rows) == whole[4:6]

    def test_a_key_that_is_not_ours_is_refused(self, agent: Actor) -> None:
        for key in ("nonsense", "WyJuIl0", "WyJuIiwgInoiLCAxXQ", "x" * 400):
            with pytest.raises(Invalid):
                list_records(agent, after=key)

    def test_filters_narrow(self, agent: Actor) -> None:
        team = make_team()
        one = a_record("Satu", team_id=team, priority=1)
        two = a_record("Dua", assignee_id=agent.id)
        assert numbers(list_records(agent, RecordFilter(team_ids=(team,))).rows) == [one.number]
        assert numbers(list_records(agent, RecordFilter(assignee_id=agent.id)).rows) == [two.number]
        assert numbers(list_records(agent, RecordFilter(unassigned=True)).rows) == [one.number]
        assert numbers(list_records(agent, RecordFilter(priorities=(1, 2))).rows) == [one.number]
        assert list_records(agent, RecordFilter(open=False)).rows == ()

    def test_the_same_queries_for_one_row_and_for_three(self, agent: Actor) -> None:
        counts = []
        for more in (1, 2):
            for _ in range(more):
                a_record()
            with CaptureQueriesContext(
                connection,
            ) as queries:
                list_records(agent)
                count_views(agent)
            counts.append(len(queries))
        assert counts[0] == counts[1] == 2


class TestSearch:
    def test_finds_families_of_words_in_indonesian_and_beginnings(self, agent: Actor) -> None:
        found = a_record("Gagal mengirim laporan bulanan")
        a_record("Layar biru")
        for text in ("dikirim", "kirim", "lapor", "BULANAN", found.number, found.number.lower()):
            assert numbers(search_records(agent, text)) == [found.number], text

    def test_finds_names_with_hyphens_and_dots_whole_and_begun(self, agent: Actor) -> None:
        found = a_record("srv-app-01229 tidak menjawab di 10.60.4.1")
        a_record("srv app lain, 10.60 dan 4.1")
        for text in ("srv-app-01229", "SRV-APP-012", "10.60.4.1", "10.60.4", "menjawab srv-app-01229"):
            assert numbers(search_records(agent, text)) == [found.number], text

    def test_a_number_is_found_without_its_zeros(self, agent: Actor) -> None:
        found = a_record("Biasa")
        digits = found.number.removeprefix("INC").lstrip("0")
        assert found.number in numbers(search_records(agent, f"inc{digits}"))

    def test_forgives_a_slip(self, agent: Actor) -> None:
        found = a_record("Koneksi basisdata terputus")
        assert numbers(search_records(agent, "konekssi")) == [found.number]

    def test_odd_input_finds_nothing_and_breaks_nothing(self, agent: Actor) -> None:
        a_record("Biasa")
        for text in ("'", "\\", "a' | b", "!!!", "%", "&|", "x" * 5000, "'\\''", "é", "日本"):
            assert search_records(agent, text) == []

    def test_internal_notes_are_found_by_the_provider_only(self, agent: Actor) -> None:
        customer = make_organisation()
        lead = make_person(customer, Role.DECISION_MAKER)
        found = a_record("Lambat", "Terlihat kemarin", organisation_id=customer)
        add_note(found.id, by=agent, body="Password admin bocor", public=False)
        add_note(found.id, by=agent, body="Sedang diperiksa", public=True)
        assert numbers(search_records(agent, "bocor")) == [found.number]
        assert search_records(lead, "bocor") == []
        assert numbers(search_records(lead, "diperiksa")) == [found.number]
        assert numbers(search_records(lead, "kemarin")) == [found.number]
        assert list_records(lead, RecordFilter(text="bocor")).rows == ()


class TestWhoseItIs:
    def test_no_read_leaks_another_customers_record(self, agent: Actor) -> None:
        mine, theirs = make_organisation(), make_organisation()
        lead = make_person(mine, Role.DECISION_MAKER)
        secret = a_record("Rahasia", organisation_id=theirs)
        kept = attach(secret.id, by=agent, filename="a.txt", content_type="text/plain", content=b"x", public=True)
        assert list_records(lead).rows == ()
        assert search_records(lead, "Rahasia") == []
        assert list_entries(lead, secret.id) == []
        assert list_attachments(lead, secret.id) == []
        for read in (lambda: get_record(lead, secret.number), lambda: get_attachment(lead, kept)):
            with pytest.raises(NotFound):
                read()
        for write in (
            lambda: add_note(secret.id, by=lead, body="hai", public=True),
            lambda: watch(secret.id, by=lead),
        ):
            with pytest.raises(NotFound):
                write()

    def test_a_shared_cause_is_seen_by_each_customer_hit(self, agent: Actor) -> None:
        one, two = make_organisation(), make_organisation()
        shared = a_record("Basis data mati", organisation_id=make_provider(), affected_ids=frozenset({one, two}))
        for organisation in (one, two):
            assert get_record(make_person(organisation, Role.DECISION_MAKER), shared.number).id == shared.id

    def test_a_requester_sees_what_they_asked_or_watch(self, agent: Actor) -> None:
        home = make_organisation()
        ani, budi = make_person(home), make_person(home)
        asked = a_record("Punya Ani", organisation_id=home, requester_id=ani.id)
        assert numbers(list_records(ani).rows) == [asked.number]
        assert list_records(budi).rows == ()

    def test_a_requester_reads_public_entries_only_and_writes_public_ones(self, agent: Actor) -> None:
        home = make_organisation()
        ani = make_person(home)
        asked = a_record(organisation_id=home, requester_id=ani.id)
        add_note(asked.id, by=agent, body="di dalam", public=False)
        add_note(asked.id, by=ani, body="dari Ani", public=False)
        assert [e.body for e in list_entries(ani, asked.id)] == ["", "dari Ani"]


class TestWriting:
    def test_the_timeline_cannot_be_rewritten(self, agent: Actor) -> None:
        made = a_record()
        for sql in ("UPDATE records_entry SET body = 'x'", "DELETE FROM records_entry"):
            refused = pytest.raises(DatabaseError, match="append-only")
            with refused, transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql + " WHERE record_id = %s", [made.id])

    def test_the_second_of_two_is_told_what_changed(self, agent: Actor) -> None:
        made = a_record()
        seen = get_record(agent, made.number).version
        add_note(made.id, by=agent, body="Saya lihat", public=True)
        with pytest.raises(Stale) as stale, transaction.atomic():
            lock(made.id, by=agent, permission="records.edit", seen=seen)
        assert [entry.body for entry in stale.value.changes] == ["Saya lihat"]

    def test_a_change_tells_old_and_new(self, agent: Actor) -> None:
        made = a_record("Salah tulis")
        with transaction.atomic():
            change_card(lock(made.id, by=agent, permission="records.edit"), by=agent, title="Benar", priority=2)
        last = list_entries(agent, made.id)[-1]
        assert last.data["title"] == {"from": "Salah tulis", "to": "Benar"}
        assert numbers(search_records(agent, "benar")) == [made.number]

    @pytest.mark.parametrize("title", ["", "   ", "x" * 301, "nul\x00"])
    def test_a_title_that_cannot_be_one_names_its_field(self, agent: Actor, title: str) -> None:
        with pytest.raises(Invalid) as refusal:
            a_record(title)
        assert refusal.value.field == "title"

    def test_html_is_kept_as_text(self, agent: Actor) -> None:
        made = a_record("<script>alert(1)</script>")
        assert get_record(agent, made.number).title == "<script>alert(1)</script>"

    def test_permission_is_asked(self) -> None:
        home = make_organisation()
        ani = make_person(home)
        made = a_record(organisation_id=home, requester_id=ani.id)
        with pytest.raises(NotAllowed), transaction.atomic():
            lock(made.id, by=ani, permission="records.edit")
        with pytest.raises(NotAllowed):
            be_present(made.id, by=ani, typing=True)


class TestAround:
    def test_links_are_seen_from_both_ends_and_undone(self, agent: Actor) -> None:
        one, two = a_record("Satu"), a_record("Dua")
        link(one.id, two.id, by=agent, kind=LinkType.CAUSED_BY)
        link(one.id, two.id, by=agent, kind=LinkType.CAUSED_BY)
        assert [(row.outward, row.other.number) for row in list_links(agent, one.id)] == [(True, two.number)]
        assert [(row.outward, row.other.number) for row in list_links(agent, two.id)] == [(False, one.number)]
        unlink(one.id, two.id, by=agent, kind=LinkType.CAUSED_BY)
        assert list_links(agent, one.id) == []
        with pytest.raises(Invalid):
            link(one.id, one.id, by=agent, kind=LinkType.CHILD_OF)

    def test_presence_shows_the_others(self, agent: Actor) -> None:
        other = make_person(agent.organisation_id or 0, Role.AGENT, name="Budi")
        made = a_record()
        be_present(made.id, by=other, typing=True)
        be_present(made.id, by=agent, typing=False)
        assert [(row.name, row.typing) for row in list_presence(agent, made.id)] == [("Budi", True)]
        with clock.frozen(clock.now() + timedelta(minutes=1)):
            assert list_presence(agent, made.id) == []

    def test_a_file_comes_back_as_it_was(self, agent: Actor) -> None:
        made = a_record()
        kept = attach(made.id, by=agent, filename="C:\\a\\b.bin", content_type="x/y", content=b"\x00\xff", public=False)
        row, content = get_attachment(agent, kept)
        assert (row.filename, content) == ("b.bin", b"\x00\xff")


def test_counters_equal_counting(agent: Actor) -> None:
    team = make_team()
    member = make_person(agent.organisation_id or 0, Role.AGENT, team_ids=[team])
    for n in range(5):
        a_record(team_id=team if n % 2 else None, assignee_id=member.id if n == 1 else None, priority=1 + n)
    for _ in range(2):
        assert count_views(member) == {
            View.OPEN: 5,
            View.MINE: 1,
            View.TEAM: 2,
            View.UNASSIGNED: 4,
            View.URGENT: 2,
        }
        fold_tally()


class TestQuestions:
    COMMON = frozenset({"error", "errors", "tidak"})

    def test_a_common_word_is_checked_on_what_the_others_find(self) -> None:
        asked = question("sw-core-12 err", internal=True, common=self.COMMON)
        assert asked.indexed == "('sw-core-12':*)"
        assert asked.checked == "('err':*)"

    def test_common_words_alone_are_asked_for_as_they_are(self) -> None:
        asked = question("err tidak", internal=False, common=self.COMMON)
        assert asked.indexed == "('err':ABC | 'error':ABC | 'errors':ABC) & ('tidak':ABC)"
        assert asked.checked == ""

    def test_slips_are_mended_by_known_words_only(self) -> None:
        assert mended("printre rusak", {"printer", "rusak"}) == "printer rusak"
        assert mended("printer 12", {"printer", "13"}) == ""
        assert mended("zzzz", {"printer"}) == ""

    def test_both_ways_find_the_same(self, agent: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
        made = [a_record(title) for title in ("Tidak ada error", "Error di sw-core-12", "Tidak apa", "Errors lain")]
        asked = ("error", "err", "tidak err", "sw-core-12 err", "error sw-core")
        plain = [numbers(search_records(agent, text)) for text in asked]
        monkeypatch.setattr(search, "_frequent", lambda: dict.fromkeys(self.COMMON, 10_000.0))
        assert [numbers(search_records(agent, text)) for text in asked] == plain
        assert plain[3] == [made[1].number]
