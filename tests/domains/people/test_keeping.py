"""People as administrators keep them: who may hold what, who may be let go, and that nobody writes over another."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.db.utils import IntegrityError

from selaras.domains.people.actions.activity import deactivate_person, reactivate_person
from selaras.domains.people.actions.organisations import change_organisation, create_organisation
from selaras.domains.people.actions.passwords import choose_password, get_link_person, make_password_link
from selaras.domains.people.actions.people import change_person, create_person
from selaras.domains.people.actions.preferences import set_preferences
from selaras.domains.people.actions.take_over import take_over_people
from selaras.domains.people.actions.teams import add_member, change_team, create_team, remove_member, set_team_lead
from selaras.domains.people.actions.tokens import create_token
from selaras.domains.people.contracts import Actor, Function, OrganisationKind, PeopleFilter, Role
from selaras.domains.people.models import Change, Person
from selaras.domains.people.queries import get_actor, get_token_actor
from selaras.domains.people.queries.changes import last_change, list_changes
from selaras.domains.people.queries.directory import get_node, get_person, get_team, list_directory, list_tree
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, NotAllowed, NotFound, Stale
from selaras.kernel.models import Announcement
from tests.factories import SYSTEM, make_organisation, make_person, make_provider, make_team

pytestmark = pytest.mark.django_db

GOOD = "payung biru di pasir"


@pytest.fixture
def administrator() -> Actor:
    return make_person(make_provider(), Role.ADMINISTRATOR, name="Nadia")


def fields_at_fault(act: Callable[[], object]) -> set[str]:
    with pytest.raises(Invalid) as refusal:
        act()
    return set(refusal.value.fields)


def home(actor: Actor) -> int:
    assert actor.organisation_id is not None
    return actor.organisation_id


# --- who may hold what ---------------------------------------------------------


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


# --- letting go ------------------------------------------------------------------


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


# --- a password by a link ----------------------------------------------------------


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
    act = lambda: choose_password(person.own_id, key=link.key, password=password)  # noqa: E731
    assert fields_at_fault(act) == {"password"}
    assert get_link_person(person.own_id, link.key) is not None


def test_there_is_no_link_for_somebody_deactivated(administrator: Actor) -> None:
    person = make_person(make_organisation())
    deactivate_person(person.own_id, by=administrator)
    assert fields_at_fault(lambda: make_password_link(person.own_id, by=administrator)) == {"active"}


# --- the trail -----------------------------------------------------------------------


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


# --- organisations ---------------------------------------------------------------------


def test_a_slug_is_proposed_from_the_name() -> None:
    def slug(name: str) -> str:
        return get_node(SYSTEM, create_organisation(by=SYSTEM, name=name, kind=OrganisationKind.CUSTOMER)).slug

    assert [slug("PT Bank Wanawira (Persero)"), slug("PT Bank Wanawira, Persero"), slug("Café 東京"), slug("東京")] == [
        "pt-bank-wanawira-persero",
        "pt-bank-wanawira-persero-2",
        "cafe",
        "organisation",
    ]
    assert len(slug("x" * 200)) <= 80
    again: dict[str, Any] = {"name": "x", "kind": OrganisationKind.CUSTOMER, "slug": "cafe"}
    assert fields_at_fault(lambda: create_organisation(by=SYSTEM, **again)) == {"slug"}
    for bad in ("Café", "a b", "../x", "x" * 81, "a\x00"):
        assert fields_at_fault(lambda bad=bad: create_organisation(by=SYSTEM, **{**again, "slug": bad})) == {"slug"}  # type: ignore[misc]


def test_an_organisation_moves_within_its_kind_and_never_below_itself(administrator: Actor) -> None:
    root, supplier = make_organisation("A"), make_organisation("S", OrganisationKind.SUPPLIER)
    child = make_organisation("B", parent_id=root)
    leaf = make_organisation("C", parent_id=child)

    def move(one: int, below: int | None) -> None:
        change_organisation(one, by=administrator, changes={"parent_id": below})

    for one, below in ((root, leaf), (root, root), (root, supplier), (root, home(administrator)), (root, 2**40)):
        assert fields_at_fault(lambda one=one, below=below: move(one, below)) == {"parent_id"}  # type: ignore[misc]
    lead = make_person(root, Role.DECISION_MAKER)
    assert get_actor(lead.own_id).organisation_ids == frozenset({root, child, leaf})
    move(child, None)
    assert get_actor(lead.own_id).organisation_ids == frozenset({root})
    told = list_changes(administrator, organisation_id=child)[0].data["parent_id"]
    assert told == {"from": root, "to": None, "from_name": "A", "to_name": None}
    wrong: dict[str, Any] = {"name": "x", "kind": "supplier", "parent_id": root}
    assert fields_at_fault(lambda: create_organisation(by=administrator, **wrong)) == {"parent_id"}


def test_the_tree_is_read_in_order_and_by_pages() -> None:
    b = make_organisation("B")
    a = make_organisation("a")
    make_organisation("S", OrganisationKind.SUPPLIER)
    make_provider("P")
    make_organisation("a-1", parent_id=a)
    make_person(a)
    deactivate_person(make_person(a).own_id, by=SYSTEM)
    rows = list_tree(SYSTEM)
    assert [(row.name, row.depth, row.people) for row in rows] == [
        ("a", 0, 1),
        ("a-1", 1, 0),
        ("B", 0, 0),
        ("P", 0, 0),
        ("S", 0, 0),
    ]
    pages = [list_tree(SYSTEM, limit=2)]
    while len(pages[-1]) == 2:
        pages.append(list_tree(SYSTEM, after=pages[-1][-1].id, limit=2))
    assert [row for page in pages for row in page] == rows
    assert [row.id for row in list_tree(make_person(b, Role.DECISION_MAKER))] == [b]
    assert [row.name for row in list_tree(SYSTEM, text="A-")] == ["a-1"]


# --- teams -------------------------------------------------------------------------------


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
        assert fields_at_fault(lambda one=person_id: add_member(team, by=administrator, person_id=one)) == {  # type: ignore[misc]
            "person_id"
        }
    assert fields_at_fault(lambda: set_team_lead(team, by=administrator, person_id=gone.id)) == {"lead_id"}
    for bad in ({"name": ""}, {"name": "a\x00"}, {"name": "x" * 201}, {"function": "cooking"}):
        act = lambda bad=bad: change_team(team, by=administrator, changes=bad)  # noqa: E731
        assert fields_at_fault(act) == set(bad)


# --- the directory ---------------------------------------------------------------------------


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
