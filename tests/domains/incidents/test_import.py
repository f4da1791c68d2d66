"""Another system's history: taken over whole, as it was, once, and never half."""

import csv
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

import selaras
from selaras.domains.incidents.actions import import_history as action
from selaras.domains.incidents.actions.import_history import LogMapping, import_history, read_mapping
from selaras.domains.incidents.importing.contracts import ImportReport, Line
from selaras.domains.incidents.queries import get_incident
from selaras.domains.people.contracts import Actor, Role
from selaras.domains.people.queries import list_people, list_teams
from selaras.domains.records.contracts import RecordFilter, Sort, View
from selaras.domains.records.models import Affected, Entry, Record
from selaras.domains.records.queries import count_views, list_entries, list_records, search_records
from selaras.kernel.errors import Invalid, NotAllowed, NotFound
from tests.factories import SYSTEM, make_organisation, make_person, make_provider

EXCERPT = Path(__file__).with_name("uci_incident_event_log.csv")
SHIPPED = Path(selaras.__file__).parent / "interfaces" / "cli" / "mappings" / "servicenow-uci.toml"
TOLD = tomllib.loads(SHIPPED.read_text())
OUT_OF_ORDER = "INC0000137"


class Rows:
    """A table in memory."""

    def __init__(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        self.columns = list(columns)
        self.rows = [list(row) for row in rows]

    def lines(self) -> Iterator[Line]:
        yield from (Line(n, row) for n, row in enumerate(self.rows, start=2))

    def put(self, line: int, column: str, value: str) -> None:
        self.rows[line - 2][self.columns.index(column)] = value

    def numbers(self) -> list[str]:
        return list(dict.fromkeys(row[0] for row in self.rows))

    def lines_of(self, number: str) -> list[int]:
        return [line.number for line in self.lines() if line.values[0] == number]


@pytest.fixture
def table() -> Rows:
    with EXCERPT.open(encoding="utf-8", newline="") as text:
        columns, *rows = csv.reader(text)
    return Rows(columns, rows)


@pytest.fixture
def mapping() -> LogMapping:
    return read_mapping(TOLD)


@pytest.fixture
def customer(db: None) -> int:
    make_provider()
    return make_organisation()


def take(table: Rows, mapping: LogMapping, customer: int, **more: Any) -> ImportReport:
    return import_history(table, mapping, by=SYSTEM, organisation_id=customer, **more)


def stored() -> tuple[object, ...]:
    """Everything an import writes, without the numbers that a sequence gives."""
    cards = Record.objects.order_by("title", "opened_at", "incident__imported__external_number").values_list(
        "incident__imported__external_number", "title", "state", "priority", "opened_at", "closed_at", "version",
        "team__name", "requester__email", "organisation_id", "incident__resolved_at", "incident__reopened",
    )  # fmt: skip
    entries = Entry.objects.order_by("record__incident__imported__external_number", "version").values_list(
        "record__incident__imported__external_number", "at", "actor_name", "verb", "public", "body", "version"
    )
    return list(cards), list(entries), Affected.objects.count()


def found(external_number: str) -> str:
    number: str = Record.objects.values_list("number", flat=True).get(
        incident__imported__external_number=external_number
    )
    return number


@pytest.mark.django_db
class TestAsItWas:
    def test_every_line_becomes_an_entry_at_its_time(self, table: Rows, mapping: LogMapping, customer: int) -> None:
        report = take(table, mapping, customer)
        assert (report.lines, report.imported, report.refused) == (251, 39, [])
        assert Entry.objects.filter(verb="imported").count() == 251
        assert Entry.objects.filter(verb="opened").count() == Affected.objects.count() == 39
        for record in Record.objects.all():
            entries = list_entries(SYSTEM, record.pk)
            assert [entry.version for entry in entries] == list(range(1, record.version + 1))
            assert [entry.at for entry in entries[1:]] == sorted(entry.at for entry in entries[1:])
            assert entries[0].at == record.opened_at
            assert entries[-1].data["to"] == record.state == "closed"

    def test_moves_that_no_lifecycle_allows_are_kept(self, table: Rows, mapping: LogMapping, customer: int) -> None:
        take(table, mapping, customer)
        moves = [entry.data for entry in Entry.objects.filter(verb="imported")]
        back = [data for data in moves if data["from"] == "closed" and data["to"] == "in_progress"]
        assert len(back) == 2
        record = Record.objects.filter(incident__reopened__gt=0).first()
        assert record is not None
        assert get_incident(SYSTEM, record.number).reopened >= 1

    def test_the_page_of_an_imported_incident(self, table: Rows, mapping: LogMapping, customer: int) -> None:
        table.rows = [row for row in table.rows if row[0] == OUT_OF_ORDER]
        take(table, mapping, customer)
        [row] = search_records(SYSTEM, OUT_OF_ORDER)
        detail = get_incident(SYSTEM, row.number)
        assert detail.card.title.startswith("Category ")
        assert detail.card.closed_at is not None
        assert detail.card.due_at is None
        assert detail.source == "import"
        first, second, *_ = list_entries(SYSTEM, row.id)
        assert (first.verb, first.data["external_number"]) == ("opened", OUT_OF_ORDER)
        assert (second.actor_name, second.data["from"], second.data["said"]) == ("Updated by 60", None, "New")

    def test_words_that_say_nothing_leave_the_state(self, table: Rows, mapping: LogMapping, customer: int) -> None:
        take(table, mapping, customer)
        said_nothing = list(Entry.objects.filter(data__said="-100"))
        assert said_nothing
        for entry in said_nothing:
            before = Entry.objects.filter(record_id=entry.record_id, version__lt=entry.version).order_by("-version")[0]
            assert entry.data["to"] == before.data["to"]

    def test_whose_it_is(self, table: Rows, mapping: LogMapping, customer: int) -> None:
        other = make_person(make_organisation(), Role.DECISION_MAKER)
        lead = make_person(customer, Role.DECISION_MAKER)
        take(table, mapping, customer)
        everything = RecordFilter(open=None, sort=Sort.NEWEST)
        assert len(list_records(lead, everything).rows) == 39
        assert list_records(other, everything).rows == ()
        assert search_records(other, OUT_OF_ORDER) == []

    def test_callers_become_people_who_cannot_sign_in(self, table: Rows, mapping: LogMapping, customer: int) -> None:
        take(table, mapping, customer)
        callers = list_people(SYSTEM, organisation_id=customer, limit=1000)
        assert {person.name for person in callers} == {
            row[7] for row in {row[0]: row for row in table.rows}.values() if row[7] != "?"
        }
        assert all(person.email.endswith(f"@customer-{customer}.import.invalid") for person in callers)

    def test_callers_stay_names_where_the_mapping_says_so(self, table: Rows, customer: int) -> None:
        take(table, read_mapping({**TOLD, "people": {}, "teams": {}}), customer)
        assert list_people(SYSTEM, organisation_id=customer) == []
        assert not Record.objects.exclude(team=None, requester=None).exists()
        assert Entry.objects.filter(verb="opened", data__caller__startswith="Caller ").exists()

    def test_groups_become_teams_once(self, table: Rows, mapping: LogMapping, customer: int) -> None:
        take(table, mapping, customer)
        names = [team.name for team in list_teams()]
        assert names
        assert len(names) == len(set(names))

    def test_counters_hold_also_for_open_ones(self, table: Rows, mapping: LogMapping, customer: int) -> None:
        table.rows = [row for row in table.rows if row[1] not in ("Closed", "Resolved")]
        agent = make_person(make_provider(), Role.AGENT)
        take(table, mapping, customer)
        assert 0 < Record.objects.filter(closed_at=None).count() == count_views(agent)[View.OPEN]

    def test_differences_of_priority_are_told_and_kept(self, table: Rows, mapping: LogMapping, customer: int) -> None:
        report = take(table, mapping, customer)
        assert report.differences == {(3, 3, 4): 5}
        assert set(Record.objects.filter(incident__impact=3, incident__urgency=3).values_list("priority")) == {(4,)}


@pytest.mark.django_db
class TestOnce:
    def test_a_second_run_changes_nothing(self, table: Rows, mapping: LogMapping, customer: int) -> None:
        take(table, mapping, customer)
        before = stored()
        again = take(table, mapping, customer)
        assert (again.imported, again.known, again.known_lines, again.refused) == (0, 39, 251, [])
        assert stored() == before

    def test_killed_in_the_middle_and_run_again_is_as_once(
        self, table: Rows, mapping: LogMapping, customer: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(action, "BATCH", 40)
        with transaction.atomic():
            take(table, mapping, customer)
            once = stored()
            transaction.set_rollback(True)
        write, batches = action._write, iter(range(100))

        def killed(*given: Any) -> None:
            write(*given)
            if next(batches) == 2:
                raise KeyboardInterrupt

        monkeypatch.setattr(action, "_write", killed)
        with pytest.raises(KeyboardInterrupt):
            take(table, mapping, customer)
        assert 0 < Record.objects.count() < 39
        assert Entry.objects.filter(verb="opened").count() == Record.objects.count() == Affected.objects.count()
        monkeypatch.setattr(action, "_write", write)
        report = take(table, mapping, customer)
        assert report.imported + report.known == 39
        assert stored() == once

    def test_two_customers_may_have_the_same_numbers(self, table: Rows, mapping: LogMapping, customer: int) -> None:
        take(table, mapping, customer)
        assert take(table, mapping, make_organisation()).imported == 39

    def test_a_log_that_went_on_is_told_not_doubled(self, table: Rows, mapping: LogMapping, customer: int) -> None:
        last = table.rows.pop()
        take(table, mapping, customer)
        before = stored()
        table.rows.append(last)
        report = take(table, mapping, customer)
        assert {refused.number for refused in report.refused} == {last[0]}
        assert "imported before" in str(report.refused[0].reason)
        assert stored() == before

    def test_lines_of_an_incident_may_stand_anywhere(self, table: Rows, mapping: LogMapping, customer: int) -> None:
        with transaction.atomic():
            take(table, mapping, customer)
            once = stored()
            transaction.set_rollback(True)
        table.rows.sort(key=lambda row: (row[5], row[0]))
        assert take(table, mapping, customer).refused == []
        assert stored() == once

    def test_no_more_queries_for_more_incidents(self, table: Rows, mapping: LogMapping, customer: int) -> None:
        some = Rows(table.columns, [row for row in table.rows if row[0] in table.numbers()[:20]])
        counts = []
        for rows in (some, table):
            with CaptureQueriesContext(connection) as queries:
                take(rows, replace(mapping, create_teams=None), customer)
            counts.append(len(queries))
        assert counts[1] <= counts[0]


@pytest.mark.django_db
class TestRefused:
    @pytest.mark.parametrize(
        ("column", "value", "why"),
        [
            ("incident_state", "Frozen", "no state for “Frozen”"),
            ("incident_state", "?", "no state for “”"),
            ("sys_updated_at", "31/2/2016 10:00", "no time"),
            ("sys_updated_at", "2016-02-29T10:00", "no time"),
            ("sys_updated_at", "?", "unknown"),
            ("opened_at", "1/1/9999 00:00", "future"),
            ("closed_at", "1/1/2001 00:00", "closed before it was opened"),
            ("impact", "9 - Cosmic", "no level from 1 to 3"),
            ("urgency", "?", "no level"),
            ("priority", "0", "no level from 1 to 5"),
        ],
    )
    def test_a_bad_value_names_line_column_and_reason(
        self, table: Rows, mapping: LogMapping, customer: int, column: str, value: str, why: str
    ) -> None:
        number = table.numbers()[4]
        lines = table.lines_of(number)
        table.put(lines[-1], column, value)
        report = take(table, mapping, customer)
        fault = next(refused for refused in report.refused if refused.column)
        assert (fault.line, fault.number, fault.column) == (lines[-1], number, column)
        assert why in str(fault.reason)
        assert sorted(refused.line for refused in report.refused) == lines
        assert report.imported == 38
        assert not Record.objects.filter(incident__imported__external_number=number).exists()

    def test_a_line_that_breaks_off_takes_its_incident_out(
        self, table: Rows, mapping: LogMapping, customer: int
    ) -> None:
        number = table.numbers()[-1]
        lines = table.lines_of(number)
        for kept in ([number, "Clo"], [number[:6]], [""]):
            with transaction.atomic():
                report = take(Rows(table.columns, [*table.rows[:-1], kept]), mapping, customer)
                assert sorted(refused.line for refused in report.refused) == lines
                assert {refused.number for refused in report.refused} == {number}
                assert "of 36 columns" in str(report.refused[0].reason)
                assert report.imported == 38
                transaction.set_rollback(True)

    def test_lines_without_a_number_or_with_nul(self, table: Rows, mapping: LogMapping, customer: int) -> None:
        table.put(2, "number", "?")
        line = table.lines_of(table.numbers()[-1])[0]
        table.put(line, "location", "a\x00b")
        report = take(table, mapping, customer)
        told = {refused.line: str(refused.reason) for refused in report.refused}
        assert "number" in told[2]
        assert "NUL" in told[line]

    def test_a_missing_column_is_named_before_anything_is_written(
        self, table: Rows, mapping: LogMapping, customer: int
    ) -> None:
        table.columns[table.columns.index("impact")] = "Auswirkung"
        table.columns[0] = "Nummer"
        with pytest.raises(Invalid) as refusal:
            take(table, mapping, customer)
        assert set(refusal.value.fields) == {"number", "impact"}
        assert not Record.objects.exists()

    def test_permission_is_asked(self, table: Rows, mapping: LogMapping, customer: int) -> None:
        agent: Actor = make_person(make_provider(), Role.AGENT)
        with pytest.raises(NotAllowed):
            import_history(table, mapping, by=agent, organisation_id=customer)

    def test_unknown_teams_and_services_are_named(self, table: Rows, customer: int) -> None:
        for told in ({"teams": {"names": {"Group 70": "nowhere"}}}, {"services": {"x": "nowhere"}}):
            with pytest.raises(Invalid, match="nowhere"):
                take(table, read_mapping({**TOLD, **told}), customer)
        with pytest.raises((Invalid, NotFound), match="nowhere"):
            take(table, read_mapping(TOLD), customer, service="nowhere")


@pytest.mark.parametrize(
    ("told", "key"),
    [
        ({"columns": {"number": "n"}}, "columns.state"),
        ({"columns": {**TOLD["columns"], "colour": "c"}}, "columns.colour"),
        ({"columns": {k: v for k, v in TOLD["columns"].items() if k != "impact"}}, "columns.impact"),
        ({"columns": ["number"]}, "columns"),
        ({"states": {"Done": "finished"}}, "states.Done"),
        ({"states": {"Held": "waiting"}}, "states.Held"),
        ({"states": {"Same": "merged"}}, "states.Same"),
        ({"dates": {"formats": ["%d"], "zone": "Asia/Atlantis"}}, "dates.zone"),
        ({"dates": {"formats": [], "zone": "UTC"}}, "dates.formats"),
        ({"levels": {"impact": {"Huge": 7}}}, "levels.impact"),
        ({"defaults": {"priority": 9}}, "defaults.priority"),
        ({"teams": {"create": "cooks"}}, "teams.create"),
        ({"title": "category"}, "title"),
        ({"source": ""}, "source"),
    ],
)
def test_a_mapping_that_cannot_be_names_its_key(told: dict[str, Any], key: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_mapping({**TOLD, **told})
    assert refusal.value.field == key
    assert key in str(refusal.value)
