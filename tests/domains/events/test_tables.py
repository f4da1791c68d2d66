"""Tables: labels looked up in them, faults told by row, two people at one of them, and rules that name one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selaras.domains.events.actions.rule_sets import export_rules, review_rules, take_rules
from selaras.domains.events.actions.tables import save_table
from selaras.domains.events.contracts import AlertClass, Condition
from selaras.domains.events.contracts.rules import Addition, RuleRow
from selaras.domains.events.looking_up import LookupTable, read_table
from selaras.domains.events.models import Assessment, TableChange
from selaras.domains.events.queries.rules import list_rules
from selaras.domains.events.queries.tables import get_table, list_tables
from selaras.domains.events.queries.trial import try_rule
from selaras.domains.people.contracts import Role
from selaras.kernel.errors import Invalid, NotAllowed, Stale
from tests.domains.events.build import NOON, assess, fire, make_rule, make_source
from tests.factories import SYSTEM, make_person, make_provider

HOSTS = "host,owner,rack\ndb-1,dba,r1\ndb-2,,r2\n"
_ANY = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
CELL = _ANY.map(lambda cell: " ".join(cell.split()))


def test_a_row_is_found_by_its_key_and_replaces_no_label() -> None:
    table = read_table(HOSTS, ["host"])
    assert table.found({"host": "db-1"}) == {"owner": "dba", "rack": "r1"}
    assert table.found({"host": "db-1", "owner": "me"}) == {"rack": "r1"}
    assert table.found({"host": "db-2"}) == {"rack": "r2"}
    assert table.found({"instance": "db-1"}) == {}
    assert table.found({"instance": "db-1"}, ["instance"]) == {"owner": "dba", "rack": "r1"}
    two = read_table("site;host;owner\na;1;x\nb;1;y\n", ["site", "host"])
    assert two.found({"site": "b", "host": "1"}) == {"owner": "y"}


@given(st.dictionaries(st.tuples(CELL.filter(bool), CELL), st.tuples(CELL), max_size=20))
def test_what_is_written_is_read_again(rows: dict[tuple[str, ...], tuple[str, ...]]) -> None:
    table = LookupTable(("a", "b"), ("c",), rows)
    assert read_table(table.written(), ["a", "b"]) == table


@pytest.mark.parametrize(
    ("text", "field", "said"),
    [
        ("host,owner\nx\n", "rows", "Row 2 has 1 cells; 2 are expected."),
        ("host,owner\nx,y\n\nx,z\n", "rows", "Row 4 has the same key as row 2."),
        ("host,owner\n,y\n", "rows", "Row 2: its key is empty."),
        (f"host,owner\nx,{'y' * 1001}\n", "rows", "Row 2: a cell holds up to 1000 characters."),
        ('host,owner\nx,"y\n', "rows", "Row 2 cannot be read: unexpected end of data"),
        ("1a,owner\nx,y\n", "rows", "Row 1 names the columns"),
        ("", "rows", "Row 1 names the columns"),
        ("host\nx\n", "rows", "Besides the key"),
        ("name,owner\nx,y\n", "keys", "Name columns of the table"),
        ("host,owner\n" + "".join(f"{n},y\n" for n in range(100_001)), "rows", "Row 100002: a table has up to 100,000"),
    ],
)
def test_what_is_wrong_is_told_by_row(text: str, field: str, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_table(text, ["host"])
    assert said in str(refused.value.fields[field])


def test_several_faults_are_told_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        read_table("host,owner\n" + "x\n" * 50, ["host"])
    assert len(refused.value.fields) == 10


def look_up(name: str = "Owners", **more: object) -> int:
    return make_rule(
        by=SYSTEM, name=name, conditions=[], alert_class=AlertClass.WARNING, goes_on=True, looks_up="hosts",
        look_by=["instance"], adds=[Addition("mail", "{owner}@selaras.example")], order=1, **more,  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.usefixtures("noon")
def test_a_rule_adds_what_the_table_says_and_follows_its_changes() -> None:
    made = save_table(by=SYSTEM, name="hosts", keys=["host"], rows=HOSTS)
    make_rule(
        by=SYSTEM, name="Of the DBA", conditions=[Condition("owner", "=", "dba")], alert_class=AlertClass.EXCEPTION,
        order=1,
    )  # fmt: skip
    look_up()
    source = make_source()
    fire(source, NOON, alertname="Disk", instance="db-1")
    assess()
    first = Assessment.objects.get()
    assert first.added == {"owner": "dba", "rack": "r1", "mail": "dba@selaras.example"}
    assert first.alert_class == "exception"
    save_table(by=SYSTEM, table_id=made, keys=["host"], rows=HOSTS.replace("dba", "storage"), seen=1)
    fire(source, NOON, alertname="Fan", instance="db-1")
    assess()
    assert Assessment.objects.exclude(pk=first.pk).get().added["owner"] == "storage"
    draft = RuleRow(0, 0, "Draft", (), AlertClass.WARNING, looks_up="hosts", look_by=("instance",))
    tried = {
        row.labels["instance"]: row.after for row in try_rule(SYSTEM, draft, before_id=list_rules(SYSTEM)[0].id).rows
    }
    assert tried["db-1"].added["rack"] == "r1"


@pytest.mark.django_db
def test_two_people_at_one_table_and_its_history() -> None:
    made = save_table(by=SYSTEM, name="hosts", keys=["host"], rows=HOSTS)
    save_table(by=SYSTEM, table_id=made, keys=["host"], rows="host,owner,rack\ndb-1,x,r1\ndb-3,y,r3\n", seen=1)
    with pytest.raises(Stale):
        save_table(by=SYSTEM, table_id=made, keys=["host"], rows=HOSTS, seen=1)
    detail = get_table(SYSTEM, made)
    assert detail.content == "host,owner,rack\ndb-1,x,r1\ndb-3,y,r3\n"
    assert (detail.table.rows, detail.table.version, detail.table.columns) == (2, 2, ("owner", "rack"))
    assert detail.changes[-1].data == {"added": 1, "removed": 1, "changed": 1}
    save_table(by=SYSTEM, table_id=made, keys=["host"], rows=detail.content, seen=2)
    assert TableChange.objects.count() == 2
    for name, said in (("hosts", "another table"), ("No Name", "small letters")):
        with pytest.raises(Invalid, match=said):
            save_table(by=SYSTEM, name=name, keys=["host"], rows=HOSTS)
    agent = make_person(make_provider(), Role.AGENT)
    with pytest.raises(NotAllowed):
        save_table(by=agent, name="mine", keys=["host"], rows=HOSTS)
    with pytest.raises(NotAllowed):
        list_tables(agent)


@pytest.mark.django_db
def test_rules_name_a_table_also_in_their_file() -> None:
    with pytest.raises(Invalid, match="There is no table"):
        look_up()
    save_table(by=SYSTEM, name="hosts", keys=["host"], rows=HOSTS)
    look_up()
    assert list_tables(SYSTEM)[0].used_by == ("Owners",)
    written = export_rules(by=SYSTEM)
    assert review_rules(written, by=SYSTEM) == []
    take_rules(written.replace("- instance", "- node"), by=SYSTEM)
    assert list_rules(SYSTEM)[0].look_by == ("node",)
    for before, after, said in (
        ("table: hosts", "table: none", "There is no table"),
        ("table: hosts", "table: 5", "lookup"),
        ("- instance", "- a\n    - b", "each key column"),
    ):
        with pytest.raises(Invalid, match=said):
            take_rules(written.replace(before, after), by=SYSTEM)
