"""How long events are kept, through the API."""

import pytest

from selaras.domains.people.contracts import Role
from tests.factories import make_person, make_provider
from tests.interfaces.api.caller import Caller

pytestmark = pytest.mark.django_db
DAYS = {"informational": 10, "warning": 20, "exception": 30}


def test_it_is_read_tried_and_changed() -> None:
    operator = Caller(make_person(make_provider(), Role.ADMINISTRATOR))
    start = operator.get("/retention").json()
    tried = operator.put("/retention", **DAYS).json()
    assert (tried["taken"], operator.get("/retention").json()) == (False, start)
    taken = operator.put("/retention", **DAYS, dry_run=False, seen=start["number"]).json()
    assert (taken["taken"], taken["number"]) == (True, start["number"] + 1)
    assert operator.get("/retention").json()["days"] == DAYS
    late = operator.put("/retention", **{**DAYS, "warning": 5}, dry_run=False, seen=start["number"])
    assert late.status_code == 409
    assert operator.put("/retention", **{**DAYS, "warning": 0}).status_code == 422


def test_who_only_looks_at_events_neither_reads_nor_sets_it() -> None:
    operator = Caller(make_person(make_provider(), Role.OPERATOR))
    assert operator.get("/retention").status_code == 403
    assert operator.put("/retention", **DAYS).status_code == 403
