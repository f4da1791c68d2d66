"""Who changed what: said for good, never a secret, and nobody writes over another."""

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from selaras.domains.people.actions.activity import deactivate_person
from selaras.domains.people.actions.passwords import choose_password, make_password_link
from selaras.domains.people.actions.people import change_person, create_person
from selaras.domains.people.actions.preferences import set_preferences
from selaras.domains.people.actions.take_over import take_over_people
from selaras.domains.people.actions.tokens import create_token
from selaras.domains.people.contracts import Actor, Role
from selaras.domains.people.models import Change, Person
from selaras.domains.people.queries import get_actor
from selaras.domains.people.queries.changes import last_change, list_changes
from selaras.domains.people.queries.directory import get_person
from selaras.kernel.errors import NotAllowed, Stale
from selaras.kernel.models import Announcement
from tests.domains.people.keeping import GOOD, home
from tests.factories import make_organisation, make_person

pytestmark = pytest.mark.django_db


def test_the_trail_says_who_changed_what_and_never_a_secret(administrator: Actor) -> None:
    customer = make_organisation("PT Toko")
    branch = make_organisation("PT Toko Timur", parent_id=customer)
    person_id = create_person(
        by=administrator, email="a@example.com", name="A", organisation_id=customer, roles=[Role.REQUESTER]
    )
    change_person(
        person_id, by=administrator, changes={"name": "B", "roles": [Role.DECISION_MAKER], "organisation_id": branch}
    )
    link = make_password_link(person_id, by=administrator)
    choose_password(person_id, key=link.key, password=GOOD)
    secret = create_token(by=get_actor(person_id), name="Grafana", roles=[Role.DECISION_MAKER])
    set_preferences(by=get_actor(person_id), theme="dark", timezone="Asia/Makassar")
    set_preferences(by=get_actor(person_id), theme="light")
    deactivate_person(person_id, by=administrator)
    rows = list_changes(administrator, person_id=person_id)[::-1]
    assert [(row.actor_name, row.verb) for row in rows] == [
        ("Nadia", "create"),
        ("Nadia", "change"),
        ("Nadia", "link"),
        ("B", "password"),
        ("B", "token"),
        ("B", "change"),
        ("Nadia", "deactivate"),
    ]
    assert rows[1].data["name"] == {"from": "A", "to": "B"}
    assert rows[1].data["roles"] == {"from": ["requester"], "to": ["customer_decision_maker"]}
    assert rows[1].data["organisation_id"]["to_name"] == "PT Toko Timur"
    assert rows[5].data["timezone"] == {"from": "Asia/Jakarta", "to": "Asia/Makassar"}
    told = str([row.data for row in rows]) + str(list(Announcement.objects.values_list("payload", flat=True)))
    stored = Person.objects.get(pk=person_id).password
    assert not [word for word in (GOOD, link.key, secret, stored) if word in told]


def test_a_change_that_changes_nothing_leaves_no_trace(administrator: Actor) -> None:
    before = last_change(person_id=administrator.own_id)
    change_person(administrator.own_id, by=administrator, changes={"name": " Nadia "})
    assert last_change(person_id=administrator.own_id) == before


def test_people_taken_over_have_a_trail_too(administrator: Actor) -> None:
    made = take_over_people({"x@example.com": "X"}, by=administrator, organisation_id=make_organisation())
    assert [row.verb for row in list_changes(administrator, person_id=made["x@example.com"])] == ["take_over"]


@pytest.mark.parametrize("statement", ["UPDATE people_change SET actor_name = 'x'", "DELETE FROM people_change"])
def test_the_database_refuses_to_change_the_trail(administrator: Actor, statement: str) -> None:
    assert Change.objects.exists()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_trail_is_for_administrators(administrator: Actor) -> None:
    with pytest.raises(NotAllowed):
        list_changes(make_person(home(administrator), Role.AGENT), person_id=administrator.own_id)


def test_the_second_of_two_is_told_and_writes_nothing(administrator: Actor) -> None:
    person = make_person(make_organisation(), name="A")
    seen = last_change(person_id=person.own_id)
    change_person(person.own_id, by=administrator, changes={"name": "B"}, seen=seen)
    with pytest.raises(Stale) as stale:
        change_person(person.own_id, by=administrator, changes={"name": "C"}, seen=seen)
    assert [(row.actor_name, row.data["name"]["to"]) for row in stale.value.changes] == [("Nadia", "B")]
    assert get_person(administrator, person.own_id).name == "B"
    now = last_change(person_id=person.own_id)
    make_password_link(person.own_id, by=administrator)  # changes none of the fields
    change_person(person.own_id, by=administrator, changes={"name": "C"}, seen=now)
