"""Services and items through their actions: what is kept, what is refused and why, who may."""

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from selaras.domains.people.contracts import Role
from selaras.domains.services.actions.dependencies import link
from selaras.domains.services.actions.items import create_item, edit_item
from selaras.domains.services.actions.services import create_service, edit_service, move_service
from selaras.domains.services.actions.uses import record_outcome, record_use
from selaras.domains.services.lifecycle import LIFE
from selaras.domains.services.models import Service, ServiceUse
from selaras.domains.services.queries import (
    get_item,
    get_service,
    get_service_team,
    is_used_by,
    list_items,
    list_names,
    list_outcomes,
    list_services,
    list_uses,
    offers_of,
)
from selaras.kernel.errors import Invalid, MoveRefused, NotAllowed, NotFound, Stale
from selaras.kernel.models import Announcement
from tests.domains.services.build import make_item, make_service
from tests.factories import SYSTEM, make_organisation, make_person, make_provider, make_team

pytestmark = pytest.mark.django_db


def test_a_service_from_idea_to_end() -> None:
    service = make_service("shop", state="pipeline").id
    for verb, reason, state in (
        ("charter", "", "chartered"),
        ("publish", "", "catalogue"),
        ("retire", "Replaced.", "retiring"),
        ("keep", "Not replaced.", "catalogue"),
        ("retire", "Replaced after all.", "retiring"),
        ("end", "", "retired"),
    ):
        assert move_service(service, by=SYSTEM, verb=verb, reason=reason) == state
    last = Announcement.objects.filter(name="service.changed").latest("pk").payload
    assert (last["service_id"], last["from"], last["to"]) == (service, "retiring", "retired")


def test_moves_that_the_table_lacks_or_needs_more_for_are_refused() -> None:
    shop, mail, acme = make_service("shop"), make_service("mail"), make_organisation()
    for verb, reason in (("end", ""), ("charter", ""), ("retire", " "), ("no such", "")):
        with pytest.raises(MoveRefused):
            move_service(shop.id, by=SYSTEM, verb=verb, reason=reason)
    move_service(shop.id, by=SYSTEM, verb="retire", reason="Old.")
    link(mail, shop, by=SYSTEM)
    with pytest.raises(MoveRefused, match="depend on it"):
        move_service(shop.id, by=SYSTEM, verb="end")
    record_use(by=SYSTEM, service_id=shop.id, organisation_id=acme, business_process="Sales", criticality=1)
    with pytest.raises(MoveRefused, match="still use it"):
        move_service(shop.id, by=SYSTEM, verb="end")


@pytest.mark.parametrize("state", list(LIFE.states))
def test_the_database_refuses_moves_too(state: str) -> None:
    row = Service.objects.create(slug="s", name_id="S", name_en="S", state="catalogue")
    allowed = ("catalogue", state) in LIFE.pairs() or state == "catalogue"
    if allowed:
        assert Service.objects.filter(pk=row.pk).update(state=state) == 1
    else:
        with pytest.raises(IntegrityError), transaction.atomic():
            Service.objects.filter(pk=row.pk).update(state=state)


def test_all_faults_of_a_service_are_told_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        create_service(by=SYSTEM, slug="Bad Slug", name_id="", name_en="x" * 201, owner_id=10**9, team_id=10**9)
    assert set(refused.value.fields) == {"slug", "name_id", "name_en", "owner_id", "team_id"}
    make_service("shop")
    with pytest.raises(Invalid) as taken:
        create_service(by=SYSTEM, slug="shop", name_id="Toko", name_en="Shop")
    assert taken.value.field == "slug"


def test_an_edit_on_an_old_version_is_refused() -> None:
    shop = make_service("shop", state="pipeline").id
    edit_service(shop, by=SYSTEM, changes={"name_en": "Web shop"}, seen=1)
    with pytest.raises(Stale) as stale:
        edit_service(shop, by=SYSTEM, changes={"name_en": "Shop"}, seen=1)
    assert stale.value.changes[-1].data == {"name_en": {"from": "Service shop", "to": "Web shop"}}
    assert get_service(SYSTEM, "shop").name_en == "Web shop"
    with pytest.raises(Invalid):
        edit_service(shop, by=SYSTEM, changes={"state": "retired"})
    with pytest.raises(NotFound):
        edit_service(10**9, by=SYSTEM, changes={"name_en": "Shop"})


def test_an_item_its_names_and_its_attributes() -> None:
    team = make_team()
    made = create_item(
        by=SYSTEM, slug="db-1", name="Orders DB", item_class="database", team_id=team, names=["DB-1.Example.ID"]
    )
    assert list_names(SYSTEM, made) == ["db-1", "db-1.example.id", "orders db"]
    edit_item(made, by=SYSTEM, changes={"names": ["10.0.0.5", "DB-1", " db-1.example.id"]})
    assert list_names(SYSTEM, made) == ["10.0.0.5", "db-1", "db-1.example.id"]
    edit_item(made, by=SYSTEM, changes={"attributes": {"cpu": 4}, "environment": "test"}, seen=2)
    row = get_item(SYSTEM, "db-1")
    assert (row.attributes, row.environment, row.version, row.team_id) == ({"cpu": 4}, "test", 3, team)
    edit_item(made, by=SYSTEM, changes={"environment": "test"}, seen=3)  # nothing differs: no new version
    with pytest.raises(Stale) as stale:
        edit_item(made, by=SYSTEM, changes={"name": "x"}, seen=1)
    names, fields = (change.data for change in stale.value.changes)
    assert names["names"]["from"] == ["db-1", "db-1.example.id", "orders db"]
    assert fields["environment"] == {"from": "production", "to": "test"}


def test_what_an_item_may_not_be() -> None:
    host = make_item("host", ["other.example"]).id
    for fields in (
        {"slug": "host"},
        {"slug": "new", "names": ["Other.Example"]},
        {"slug": "new", "names": ["a\x00b"]},
        {"slug": "new", "attributes": {"a": "\x00"}},
        {"slug": "new", "attributes": {"a": "\ud800"}},
        {"slug": "new", "attributes": {"a": float("nan")}},
        {"slug": "new", "attributes": {"a": "x" * 70_000}},
        {"slug": "new", "item_class": "toaster"},
        {"slug": "new", "name": "a\x00b"},
    ):
        with pytest.raises(Invalid), transaction.atomic():
            create_item(by=SYSTEM, **{"name": "N", "item_class": "host", **fields})  # type: ignore[arg-type]  # whatever is wrong
    assert [row.slug for row in list_items(SYSTEM)] == ["host"]
    make_item("known")
    for names in (["known"], ["a\x00b"], ["x" * 256]):
        with pytest.raises(Invalid) as refused:
            edit_item(host, by=SYSTEM, changes={"names": names, "name": "other"})
        assert refused.value.field == "names"
    edit_item(host, by=SYSTEM, changes={"names": []})
    assert list_names(SYSTEM, host) == ["host"]  # an item always answers to its slug
    assert get_item(SYSTEM, "host").name == "HOST"


def test_uses_and_outcomes_belong_to_one_customer() -> None:
    shop, acme, other = make_service("shop").id, make_organisation("Acme"), make_organisation("Other")
    theirs = record_outcome(by=SYSTEM, organisation_id=other, name_id="A", name_en="A", unit="%", target=1)
    with pytest.raises(Invalid) as refused:
        record_use(
            by=SYSTEM, service_id=shop, organisation_id=acme, business_process="X", criticality=5, outcome_id=theirs
        )
    assert refused.value.field == "criticality"
    with pytest.raises(Invalid):
        record_use(
            by=SYSTEM, service_id=shop, organisation_id=acme, business_process="X", criticality=1, outcome_id=theirs
        )
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError), transaction.atomic():
        ServiceUse.objects.create(
            service_id=shop, organisation_id=acme, outcome_id=theirs, business_process="X", criticality=1
        )
    for target in ("many", "NaN", "1e40"):
        with pytest.raises(Invalid):
            record_outcome(by=SYSTEM, organisation_id=acme, name_id="A", name_en="A", unit="%", target=target)


def test_customers_see_the_services_they_use_and_no_more() -> None:
    acme, other = make_organisation("Acme"), make_organisation("Other")
    shop, mail, idea = make_service("shop"), make_service("mail"), make_service("idea", state="pipeline")
    for service, organisation in ((shop, acme), (mail, other), (idea, acme)):
        record_use(by=SYSTEM, service_id=service.id, organisation_id=organisation, business_process="P", criticality=1)
    record_outcome(by=SYSTEM, organisation_id=other, name_id="A", name_en="A", unit="%", target=1)
    edit_service(shop.id, by=SYSTEM, changes={"team_id": make_team("Secret team")})
    user = make_person(acme)
    assert [row.slug for row in list_services(user)] == ["shop"]
    assert list_services(user)[0].team_name is None
    assert [row.slug for row in list_services(user, ids=[mail.id])] == []
    assert {row.organisation_name for row in list_uses(user)} == {"Acme"}
    assert list_uses(user, organisation_ids=[other]) == []
    assert offers_of(user, get_service(user, "shop")) == ()
    for hidden in ("mail", "idea", "no-such"):
        with pytest.raises(NotFound):
            get_service(user, hidden)
    with pytest.raises(NotFound):
        list_outcomes(user, other)
    for read in (lambda: list_items(user), lambda: get_item(user, "x"), lambda: list_names(user, 1)):
        with pytest.raises(NotAllowed):
            read()
    assert is_used_by(shop.id, [acme])
    assert not is_used_by(mail.id, [acme])
    assert is_used_by(mail.id, None)
    assert get_service_team(None) is None


def test_who_may_write() -> None:
    provider, acme = make_provider(), make_organisation()
    agent, owner = make_person(provider, Role.AGENT), make_person(provider, Role.SERVICE_OWNER)
    shop = make_service("shop")
    for write in (
        lambda by: create_service(by=by, slug="new", name_id="N", name_en="N"),
        lambda by: edit_service(shop.id, by=by, changes={"name_en": "N"}),
        lambda by: move_service(shop.id, by=by, verb="retire", reason="R"),
        lambda by: create_item(by=by, slug="new", name="N", item_class="host"),
        lambda by: record_use(by=by, service_id=shop.id, organisation_id=acme, business_process="P", criticality=1),
    ):
        for other in (agent, make_person(acme, Role.DECISION_MAKER)):
            with pytest.raises(NotAllowed):
                write(other)
        write(owner)


def test_lists_page_by_key_in_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(7):
        make_item(f"item-{number}")
        make_service(f"service-{number}")
    for read in (list_items, list_services):
        first = read(SYSTEM, limit=3)
        second = read(SYSTEM, after=first[-1].slug, limit=3)
        assert [row.slug[-1] for row in (*first, *second)] == list("012345")
        with django_assert_num_queries(1):
            assert len(read(SYSTEM)) == 7
    assert [row.slug for row in list_items(SYSTEM, text="ITEM-3")] == ["item-3"]
    assert [row.slug for row in list_services(SYSTEM, text="layanan service-2", states=["catalogue"])] == ["service-2"]
