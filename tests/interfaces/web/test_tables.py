"""Lookup tables in the browser: made of what is typed or of a file, faults by row, two people, out again."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from selaras.domains.events.actions.tables import save_table
from selaras.domains.events.queries.rules import list_rules
from selaras.domains.events.queries.tables import list_tables
from selaras.domains.people.contracts import Role
from tests.factories import SYSTEM, make_person, make_provider
from tests.interfaces.web.forms import text_of
from tests.interfaces.web.world import signed_in

pytestmark = pytest.mark.django_db
HOSTS = "host,owner\ndb-1,dba\n"


@pytest.fixture
def client() -> Client:
    return signed_in(make_person(make_provider(), Role.ADMINISTRATOR, name="Galih Santoso"))


def test_a_table_is_typed_changed_and_taken_out(client: Client) -> None:
    assert "No lookup table" in text_of(client.get("/tables"))
    made = client.post("/tables/new", {"name": "hosts", "keys": "host", "rows": HOSTS})
    (row,) = list_tables(SYSTEM)
    assert (made.status_code, made.headers["Location"]) == (302, f"/tables/{row.id}")
    page = text_of(client.get(f"/tables/{row.id}"))
    assert "db-1,dba" in page
    assert "made; rows: 1" in page
    file = SimpleUploadedFile("hosts.csv", f"{HOSTS}db-2,storage\n".encode())
    assert client.post(f"/tables/{row.id}", {"keys": "host", "seen": "1", "upload": file}).status_code == 302
    assert "rows added: 1, removed: 0, changed: 0" in text_of(client.get(f"/tables/{row.id}"))
    out = client.get(f"/tables/{row.id}/export")
    assert (out.content.decode(), out.headers["Content-Disposition"]) == (
        f"{HOSTS}db-2,storage\n", 'attachment; filename="hosts.csv"',
    )  # fmt: skip


def test_what_is_wrong_is_told_by_row_and_nothing_typed_is_lost(client: Client) -> None:
    wrong = "host,owner\ndb-1\ndb-2,a,b\n"
    answer = client.post("/tables/new", {"name": "hosts", "keys": "host", "rows": wrong})
    said = text_of(answer)
    assert answer.status_code == 422
    assert "Row 2 has 1 cells; 2 are expected." in said
    assert "Row 3 has 3 cells; 2 are expected." in said
    assert said.index("Row 2 has") < said.index("Row 3 has")
    assert "db-2,a,b" in said
    assert list_tables(SYSTEM) == []


def test_the_second_of_two_sees_what_the_first_did_and_keeps_what_they_typed(client: Client) -> None:
    made = save_table(by=SYSTEM, name="hosts", keys=["host"], rows=HOSTS)
    save_table(by=SYSTEM, table_id=made, keys=["host"], rows=HOSTS.replace("dba", "storage"))
    mine = {"keys": "host", "rows": HOSTS.replace("dba", "mine"), "seen": "1"}
    late = client.post(f"/tables/{made}", mine)
    assert late.status_code == 409
    assert "db-1,mine" in text_of(late)
    assert 'name="seen" value="2"' in text_of(late)
    assert client.post(f"/tables/{made}", {**mine, "seen": "2"}).status_code == 302


def test_a_rule_chooses_a_table(client: Client) -> None:
    save_table(by=SYSTEM, name="hosts", keys=["host"], rows=HOSTS)
    first = list_rules(SYSTEM)[0]
    asked = {"name": "Owners", "alert_class": "warning", "goes_on": "on", "before_id": str(first.id), "do": "save"}
    page = client.get("/rules/new")
    given = {**asked, "looks_up": "hosts", "look_by": "instance", "seen": str(page.context["form"].initial["seen"])}
    assert client.post("/rules/new", given).status_code == 302
    rule = list_rules(SYSTEM)[0]
    assert (rule.looks_up, rule.look_by) == ("hosts", ("instance",))
    assert "looks up in hosts" in text_of(client.get("/rules"))
    assert "Owners" in text_of(client.get("/tables"))


def test_only_who_keeps_the_rules_sees_them(client: Client) -> None:
    made = save_table(by=SYSTEM, name="hosts", keys=["host"], rows=HOSTS)
    agent = signed_in(make_person(make_provider(), Role.AGENT))
    for address in ("/tables", "/tables/new", f"/tables/{made}", f"/tables/{made}/export"):
        assert agent.get(address).status_code == 403


def test_the_list_asks_the_same_however_many_there_are(client: Client) -> None:
    counts = []
    for many in (1, 3):
        for n in range(many):
            save_table(by=SYSTEM, name=f"t{many}{n}", keys=["host"], rows=HOSTS)
        with CaptureQueriesContext(connection) as asked:
            client.get("/tables")
        counts.append(len(asked))
    assert counts[0] == counts[1]
