"""Letting people go and back: at once, never the last administrator, never each other."""

from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction

from selaras.domains.people.actions.activity import deactivate_person, reactivate_person
from selaras.domains.people.actions.organisations import change_organisation
from selaras.domains.people.actions.passwords import get_link_person, make_password_link
from selaras.domains.people.actions.people import change_person
from selaras.domains.people.actions.teams import set_team_lead
from selaras.domains.people.actions.tokens import create_token
from selaras.domains.people.contracts import Actor, Role
from selaras.domains.people.models import Person
from selaras.domains.people.queries import get_actor, get_token_actor
from selaras.domains.people.queries.directory import get_team, list_tree
from selaras.kernel.errors import Invalid, NotFound
from tests.domains.people.keeping import GOOD, fields_at_fault, home
from tests.factories import SYSTEM, make_organisation, make_person, make_provider, make_team

pytestmark = pytest.mark.django_db


def test_a_deactivated_person_is_out_at_once_and_comes_back_without_tokens(administrator: Actor) -> None:
    team = make_team()
    agent = make_person(home(administrator), Role.AGENT, team_ids=[team], password=GOOD)
    set_team_lead(team, by=administrator, person_id=agent.id)
    secret = create_token(by=agent, name="Grafana", roles=[Role.AGENT])
    link = make_password_link(agent.own_id, by=administrator)
    session = Person.objects.get(pk=agent.own_id).get_session_auth_hash()
    deactivate_person(agent.own_id, by=administrator)
    assert get_token_actor(secret) is None
    assert get_link_person(agent.own_id, link.key) is None
    with pytest.raises(NotFound):
        get_actor(agent.own_id)
    assert get_team(administrator, team).row.lead_id is None
    reactivate_person(agent.own_id, by=administrator)
    again = Person.objects.get(pk=agent.own_id)
    assert again.check_password(GOOD)
    assert again.get_session_auth_hash() != session
    assert get_token_actor(secret) is None
    assert get_link_person(agent.own_id, link.key) is None


def test_nobody_deactivates_themselves_or_the_last_administrator(administrator: Actor) -> None:
    def deactivate(person: Actor, by: Actor) -> None:
        deactivate_person(person.own_id, by=by)

    assert fields_at_fault(lambda: deactivate(administrator, administrator)) == {"active"}
    assert fields_at_fault(lambda: deactivate(administrator, SYSTEM)) == {"active"}
    change = {"roles": [Role.AGENT]}
    assert fields_at_fault(lambda: change_person(administrator.own_id, by=SYSTEM, changes=change)) == {"roles"}
    second = make_person(home(administrator), Role.ADMINISTRATOR)
    deactivate(second, administrator)
    assert fields_at_fault(lambda: deactivate(administrator, SYSTEM)) == {"active"}
    reactivate_person(second.own_id, by=administrator)
    change_person(administrator.own_id, by=second, changes=change)
    assert get_actor(administrator.own_id).roles == {Role.AGENT}


def _wait_for_a_lock(answer: "Future[str]") -> None:
    """Until another connection of this database waits for a lock, or has come through without one."""
    waiting = 0
    while not waiting and not answer.done():
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "SELECT pg_stat_clear_snapshot(), count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            waiting = cursor.fetchone()[1]


@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_deactivate_each_other_at_once() -> None:
    provider = make_provider()
    one, two = make_person(provider, Role.ADMINISTRATOR), make_person(provider, Role.ADMINISTRATOR)

    def other_way() -> str:
        try:
            deactivate_person(one.own_id, by=two)
        except Invalid as refusal:
            return str(refusal.field)
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            deactivate_person(two.own_id, by=one)
            answer = pool.submit(other_way)
            _wait_for_a_lock(answer)
        assert answer.result(30) == "active"
    assert Person.objects.filter(is_active=True, duty_roles__role=Role.ADMINISTRATOR).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_moves_at_once_make_no_cycle() -> None:
    one, two = make_organisation(), make_organisation()

    def other_way() -> str:
        try:
            change_organisation(two, by=SYSTEM, changes={"parent_id": one})
        except Invalid as refusal:
            return str(refusal.field)
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            change_organisation(one, by=SYSTEM, changes={"parent_id": two})
            answer = pool.submit(other_way)
            _wait_for_a_lock(answer)
        assert answer.result(30) == "parent_id"
    assert [row.depth for row in list_tree(SYSTEM)] == [0, 1]
