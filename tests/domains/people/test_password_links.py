"""A password by a link that works once."""

from datetime import timedelta

import pytest

from selaras.domains.people.actions.activity import deactivate_person
from selaras.domains.people.actions.passwords import choose_password, get_link_person, make_password_link
from selaras.domains.people.actions.people import change_person
from selaras.domains.people.contracts import Actor
from selaras.domains.people.models import Person
from selaras.kernel import clock
from selaras.kernel.errors import NotFound
from tests.domains.people.keeping import GOOD, fields_at_fault
from tests.factories import make_organisation, make_person

pytestmark = pytest.mark.django_db


def test_a_link_works_once(administrator: Actor) -> None:
    person = make_person(make_organisation())
    link = make_password_link(person.own_id, by=administrator)
    assert get_link_person(person.own_id, link.key) is not None
    choose_password(person.own_id, key=link.key, password=GOOD)
    assert Person.objects.get(pk=person.own_id).check_password(GOOD)
    with pytest.raises(NotFound):
        choose_password(person.own_id, key=link.key, password=GOOD + "!")


def test_a_link_ends_with_time_and_is_nobody_elses(administrator: Actor) -> None:
    person, other = make_person(make_organisation()), make_person(make_organisation())
    link = make_password_link(person.own_id, by=administrator)
    for person_id, key in ((other.own_id, link.key), (person.own_id, "x"), (person.own_id, ""), (2**40, link.key)):
        with pytest.raises(NotFound):
            choose_password(person_id, key=key, password=GOOD)
    with clock.frozen(link.valid_until - timedelta(minutes=1)):
        assert get_link_person(person.own_id, link.key) is not None
    with clock.frozen(link.valid_until + timedelta(minutes=1)):
        assert get_link_person(person.own_id, link.key) is None


def test_a_link_ends_when_the_address_changes(administrator: Actor) -> None:
    person = make_person(make_organisation())
    link = make_password_link(person.own_id, by=administrator)
    change_person(person.own_id, by=administrator, changes={"email": "new@example.com"})
    assert get_link_person(person.own_id, link.key) is None


@pytest.mark.parametrize("password", ["", "short", "password1234", "person@example", "x" * 1001, GOOD + "\x00"])
def test_a_password_that_is_too_weak_is_refused_and_the_link_stays(administrator: Actor, password: str) -> None:
    person = make_person(make_organisation(), email="person@example.com")
    link = make_password_link(person.own_id, by=administrator)
    assert fields_at_fault(choose_password, person.own_id, key=link.key, password=password) == {"password"}
    assert get_link_person(person.own_id, link.key) is not None


def test_there_is_no_link_for_somebody_deactivated(administrator: Actor) -> None:
    person = make_person(make_organisation())
    deactivate_person(person.own_id, by=administrator)
    assert fields_at_fault(lambda: make_password_link(person.own_id, by=administrator)) == {"active"}
