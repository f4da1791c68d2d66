"""People as administrators keep them: who may hold what, and how they are found."""

from typing import Any

import pytest

from selaras.domains.people.actions.activity import deactivate_person
from selaras.domains.people.actions.organisations import change_organisation
from selaras.domains.people.actions.passwords import make_password_link
from selaras.domains.people.actions.people import change_person, create_person
from selaras.domains.people.actions.teams import create_team
from selaras.domains.people.contracts import Actor, Function, OrganisationKind, PeopleFilter, Role
from selaras.domains.people.models import Person
from selaras.domains.people.queries import get_actor
from selaras.domains.people.queries.directory import get_person, list_directory
from selaras.kernel.errors import NotAllowed, NotFound
from tests.domains.people.keeping import fields_at_fault, home
from tests.factories import SYSTEM, make_organisation, make_person, make_provider, make_team

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "role", "fine"),
    [
        (OrganisationKind.PROVIDER_UNIT, Role.ADMINISTRATOR, True),
        (OrganisationKind.CUSTOMER, Role.DECISION_MAKER, True),
        (OrganisationKind.CUSTOMER, Role.AGENT, False),
        (OrganisationKind.CUSTOMER, Role.ADMINISTRATOR, False),
        (OrganisationKind.SUPPLIER, Role.REQUESTER, True),
        (OrganisationKind.SUPPLIER, Role.DECISION_MAKER, False),
    ],
)
def test_duties_fit_the_kind_of_organisation(kind: OrganisationKind, role: Role, fine: bool) -> None:
    where = make_organisation(kind=kind)
    person = make_person(where, Role.REQUESTER)
    if fine:
        change_person(person.own_id, by=SYSTEM, changes={"roles": [role]})
        assert get_actor(person.own_id).roles == {role}
    else:
        change = {"roles": [Role.REQUESTER, role]}
        assert fields_at_fault(lambda: change_person(person.own_id, by=SYSTEM, changes=change)) == {"roles"}
        assert get_actor(person.own_id).roles == {Role.REQUESTER}


def test_nobody_moves_to_a_customer_with_the_providers_duties_and_teams() -> None:
    team = make_team()
    agent = make_person(make_provider(), Role.AGENT, team_ids=[team])
    customer = make_organisation()

    def move(**more: Any) -> None:
        change_person(agent.own_id, by=SYSTEM, changes={"organisation_id": customer, **more})

    assert fields_at_fault(move) == {"roles", "team_ids"}
    assert fields_at_fault(lambda: move(roles=[Role.REQUESTER])) == {"team_ids"}
    move(roles=[Role.REQUESTER], team_ids=[])
    moved = get_actor(agent.own_id)
    assert (moved.organisation_ids, moved.team_ids) == (frozenset({customer}), frozenset())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", " "),
        ("name", "x" * 201),
        ("name", "a\x00b"),
        ("name", "a\nb"),
        ("email", ""),
        ("email", "nobody"),
        ("email", "x" * 250 + "@example.com"),
        ("email", "a\x00b@example.com"),
        ("organisation_id", 2**40),
        ("roles", []),
        ("roles", ["king"]),
        ("team_ids", [2**40]),
        ("language", "fr"),
        ("timezone", "Asia/Atlantis"),
        ("timezone", "../../etc/passwd"),
    ],
)
def test_bad_input_is_told_at_its_field_and_nothing_is_kept(administrator: Actor, field: str, value: Any) -> None:
    fine = {"name": "Sari", "email": "sari@example.com", "organisation_id": home(administrator), "roles": [Role.AGENT]}
    given: dict[str, Any] = {**fine, field: value}
    before = get_person(administrator, administrator.own_id)
    assert fields_at_fault(lambda: create_person(by=administrator, **given)) == {field}
    assert not Person.objects.filter(email__iexact="sari@example.com").exists()
    change = {field: value}
    assert field in fields_at_fault(lambda: change_person(administrator.own_id, by=administrator, changes=change))
    assert get_person(administrator, administrator.own_id) == before


def test_an_address_is_one_persons_in_whatever_case(administrator: Actor) -> None:
    taken = make_person(home(administrator), Role.AGENT, email="Sari@Example.com")
    other = make_person(home(administrator), Role.AGENT)
    change = {"email": " sari@EXAMPLE.com "}
    assert fields_at_fault(lambda: change_person(other.own_id, by=administrator, changes=change)) == {"email"}
    change_person(taken.own_id, by=administrator, changes={"email": "sari@example.com"})
    assert get_person(administrator, taken.own_id).email == "sari@example.com"


def test_only_the_providers_administrators_keep_people() -> None:
    provider, customer = make_provider(), make_organisation()
    agent = make_person(provider, Role.AGENT)
    lead = make_person(customer, Role.DECISION_MAKER)
    with pytest.raises(NotAllowed):
        change_person(lead.own_id, by=agent, changes={"name": "x"})
    # A duty from before the rule: even so, a customer's person keeps nobody.
    stray = make_person(customer, Role.REQUESTER)
    Person.objects.get(pk=stray.own_id).duty_roles.create(role=Role.ADMINISTRATOR)
    for act in (
        lambda by: change_person(agent.own_id, by=by, changes={"name": "x"}),
        lambda by: deactivate_person(agent.own_id, by=by),
        lambda by: make_password_link(agent.own_id, by=by),
        lambda by: create_team(by=by, name="x", function=Function.SERVICE_DESK),
        lambda by: change_organisation(provider, by=by, changes={"name": "x"}),
    ):
        with pytest.raises(NotAllowed):
            act(get_actor(stray.own_id))
    with pytest.raises(NotFound):
        change_person(2**40, by=SYSTEM, changes={"name": "x"})


def test_people_are_found_and_paged_by_key(administrator: Actor) -> None:
    customer = make_organisation()
    names = ["Sari", "Budi", "Budi", "Ratna"]
    made = [make_person(customer, name=name, email=f"{name}{n}@toko.example") for n, name in enumerate(names)]
    deactivate_person(made[3].own_id, by=administrator)

    def found(**wanted: Any) -> list[str]:
        return [row.name for row in list_directory(administrator, PeopleFilter(**wanted)).rows]

    assert found(organisation_id=customer) == ["Budi", "Budi", "Sari"]
    assert found(text="SARI0@toko") == ["Sari"]
    assert found(text="%") == []
    assert found(role=Role.ADMINISTRATOR) == ["Nadia"]
    assert found(organisation_id=customer, active=False) == ["Ratna"]
    assert found(organisation_id=customer, active=None) == ["Budi", "Budi", "Ratna", "Sari"]
    wanted, seen, after = PeopleFilter(organisation_id=customer), [], None
    while True:
        page = list_directory(administrator, wanted, after=after, limit=1)
        seen += [row.id for row in page.rows]
        if (after := page.next) is None:
            break
    assert seen == [made[1].id, made[2].id, made[0].id]


def test_a_customers_people_find_nobody_of_another(administrator: Actor) -> None:
    lead = make_person(make_organisation(), Role.DECISION_MAKER)
    with pytest.raises(NotAllowed):
        list_directory(lead, PeopleFilter())
