"""Teams: who belongs to them, who leads them."""

import pytest

from selaras.domains.people.actions.activity import deactivate_person
from selaras.domains.people.actions.people import change_person
from selaras.domains.people.actions.teams import add_member, change_team, create_team, remove_member, set_team_lead
from selaras.domains.people.contracts import Actor, Function, Role
from selaras.domains.people.queries.changes import list_changes
from selaras.domains.people.queries.directory import get_team
from selaras.kernel.errors import NotFound
from tests.domains.people.keeping import fields_at_fault, home
from tests.factories import make_organisation, make_person, make_team

pytestmark = pytest.mark.django_db


def test_a_team_is_made_changed_and_joined(administrator: Actor) -> None:
    team = create_team(by=administrator, name="Meja Layanan", function=Function.SERVICE_DESK)
    person = make_person(home(administrator), Role.AGENT, name="Sari")
    change_team(team, by=administrator, changes={"function": Function.IT_OPERATIONS})
    add_member(team, by=administrator, person_id=person.own_id)
    add_member(team, by=administrator, person_id=person.own_id)
    set_team_lead(team, by=administrator, person_id=person.id)
    found = get_team(administrator, team)
    assert (found.row.slug, found.row.function, found.lead_name) == ("meja-layanan", Function.IT_OPERATIONS, "Sari")
    assert [row.name for row in found.members] == ["Sari"]
    remove_member(team, by=administrator, person_id=person.own_id)
    found = get_team(administrator, team)
    assert (found.members, found.row.lead_id) == ((), None)
    assert [row.verb for row in list_changes(administrator, team_id=team)] == [
        "leave",
        "unlead",
        "lead",
        "join",
        "change",
        "create",
    ]
    with pytest.raises(NotFound):
        remove_member(team, by=administrator, person_id=person.own_id)


def test_leaving_a_team_by_ones_own_fields_ends_the_lead_too(administrator: Actor) -> None:
    team = make_team()
    person = make_person(home(administrator), Role.AGENT, team_ids=[team])
    set_team_lead(team, by=administrator, person_id=person.id)
    change_person(person.own_id, by=administrator, changes={"team_ids": []})
    assert get_team(administrator, team).row.lead_id is None


def test_only_active_people_of_the_provider_belong_to_a_team_or_lead_it(administrator: Actor) -> None:
    team = make_team()
    customer, gone = make_person(make_organisation()), make_person(home(administrator), Role.AGENT, team_ids=[team])
    deactivate_person(gone.own_id, by=administrator)
    other = make_person(home(administrator), Role.AGENT)
    deactivate_person(other.own_id, by=administrator)
    for person_id in (customer.own_id, other.own_id, 2**40):
        assert fields_at_fault(add_member, team, by=administrator, person_id=person_id) == {"person_id"}
    assert fields_at_fault(lambda: set_team_lead(team, by=administrator, person_id=gone.id)) == {"lead_id"}
    for bad in ({"name": ""}, {"name": "a\x00"}, {"name": "x" * 201}, {"function": "cooking"}):
        assert fields_at_fault(change_team, team, by=administrator, changes=bad) == set(bad)
