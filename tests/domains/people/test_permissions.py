"""What a role may do, and whose affairs a person may know of."""

import pytest

from selaras.domains.people.actions.preferences import set_preferences
from selaras.domains.people.actions.teams import set_team_lead
from selaras.domains.people.actions.tokens import create_token, revoke_token
from selaras.domains.people.contracts import Role
from selaras.domains.people.queries import (
    get_actor,
    get_token_actor,
    list_organisations,
    list_teams,
    list_tokens,
    may,
    require,
)
from selaras.kernel.errors import Invalid, NotAllowed, NotFound
from tests.factories import SYSTEM, make_organisation, make_person, make_provider, make_team

pytestmark = pytest.mark.django_db


def test_an_agent_works_and_a_requester_does_not() -> None:
    provider = make_provider()
    agent, requester = make_person(provider, Role.AGENT), make_person(make_organisation(), Role.REQUESTER)
    assert may(agent, "incidents.resolve")
    assert not may(requester, "incidents.resolve")
    with pytest.raises(NotAllowed):
        require(requester, "incidents.resolve")


def test_another_customers_affairs_do_not_exist() -> None:
    mine, theirs = make_organisation(), make_organisation()
    branch = make_organisation(parent_id=mine)
    lead = make_person(mine, Role.DECISION_MAKER)
    require(lead, "records.view", mine)
    require(lead, "records.view", branch)
    with pytest.raises(NotFound):
        require(lead, "records.view", theirs)
    assert {row.id for row in list_organisations(lead)} == {mine, branch}


def test_a_misspelt_permission_is_an_error_not_a_refusal() -> None:
    agent = make_person(make_provider(), Role.AGENT)
    with pytest.raises(KeyError):
        may(agent, "incidents.resolv")


def test_a_token_carries_some_of_ones_roles_and_ends_when_revoked() -> None:
    agent = make_person(make_provider(), Role.AGENT, Role.SERVICE_OWNER)
    secret = create_token(by=agent, name="monitoring", roles=[Role.AGENT])
    through = get_token_actor(secret)
    assert through is not None
    assert through.id == agent.id
    assert through.roles == {Role.AGENT}
    assert not may(through, "services.edit")
    revoke_token(list_tokens(agent.id or 0)[0].id, by=agent)
    assert get_token_actor(secret) is None
    assert get_token_actor("sel_unknown") is None


def test_a_token_cannot_carry_a_role_one_does_not_have() -> None:
    agent = make_person(make_provider(), Role.AGENT)
    with pytest.raises(Invalid) as refusal:
        create_token(by=agent, name="more", roles=[Role.ADMINISTRATOR])
    assert "roles" in refusal.value.fields


def test_preferences_are_kept_and_wrong_ones_name_their_field() -> None:
    person = make_person(make_organisation())
    set_preferences(by=person, language="en", theme="dark", timezone="Asia/Makassar")
    again = get_actor(person.id or 0)
    assert (again.language, again.theme, again.timezone) == ("en", "dark", "Asia/Makassar")
    for field, value in {"language": "fr", "theme": "pink", "timezone": "Asia/Atlantis"}.items():
        with pytest.raises(Invalid) as refusal:
            set_preferences(by=person, **{field: value})
        assert refusal.value.field == field


def test_a_team_is_led_by_one_of_its_own() -> None:
    team = make_team()
    member = make_person(make_provider(), Role.SPECIALIST, team_ids=[team])
    set_team_lead(team, by=SYSTEM, person_id=member.id)
    assert [row.lead_id for row in list_teams() if row.id == team] == [member.id]
    with pytest.raises(Invalid, match="belongs to the team"):
        set_team_lead(team, by=SYSTEM, person_id=make_person(make_provider(), Role.SPECIALIST).id)
