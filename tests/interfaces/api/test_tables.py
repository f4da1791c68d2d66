"""Tables in which rules look up, through the API."""

import pytest

from selaras.domains.people.contracts import Role
from tests.factories import make_person, make_provider
from tests.interfaces.api.caller import Caller

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Caller:
    return Caller(make_person(make_provider(), Role.SERVICE_OWNER))


def test_the_way_of_a_table(owner: Caller) -> None:
    made = owner.post("/tables", name="racks", keys=["host"], rows="host,rack\ndb1,A\n").json()
    assert (made["table"]["rows"], made["table"]["columns"]) == (1, ["rack"])
    address = f"/tables/{made['table']['id']}"
    seen = made["table"]["version"]
    changed = owner.put(address, keys=["host"], rows="host,rack\ndb1,B\ndb2,B\n", seen=seen).json()
    assert owner.get(address).json() == changed
    assert changed["rows"].split() == ["host,rack", "db1,B", "db2,B"]
    assert changed["changes"][-1]["data"] == {"rows": {"from": 1, "to": 2}, "added": 1, "changed": 1, "removed": 0}
    assert owner.get("/tables").json() == [changed["table"]]


def test_what_is_wrong_is_told_and_changes_nothing(owner: Caller) -> None:
    made = owner.post("/tables", name="racks", keys=["host"], rows="host,rack\ndb1,A\n").json()
    address = f"/tables/{made['table']['id']}"
    twice = owner.put(address, keys=["host"], rows="host,rack\ndb1,A\ndb1,B\n")
    assert (twice.status_code, twice.json()["field"]) == (422, "rows")
    assert owner.post("/tables", name="racks", keys=["host"], rows="host,rack\n").json()["field"] == "name"
    assert owner.put(address, keys=["host"], rows="host,rack\ndb1,C\n").status_code == 200
    late = owner.put(address, keys=["host"], rows="host,rack\n", seen=made["table"]["version"])
    assert (late.status_code, bool(late.json()["changes"])) == (409, True)
    assert owner.get("/tables/999999").status_code == 404
