"""Imports: everything or nothing, every refusal told with its line, the second time nothing changes."""

import json

import pytest

from selaras.domains.people.contracts import Role
from selaras.domains.people.queries import list_teams
from selaras.domains.services.actions.import_backstage import import_backstage
from selaras.domains.services.actions.import_csv import Sheet, import_csv
from selaras.domains.services.contracts import ImportReport
from selaras.domains.services.models import Dependency
from selaras.domains.services.queries import (
    find_item,
    get_item,
    get_service,
    impact_of,
    list_items,
    list_services,
    reach_of,
)
from selaras.kernel.errors import NotAllowed
from tests.domains.services.build import make_item, make_service
from tests.factories import SYSTEM, make_person, make_provider, make_team

pytestmark = pytest.mark.django_db

ITEMS = """slug,name,class,environment,names,attributes.cpu,attributes
web-1,Web one,host,production,web-1.example.id|10.0.0.1,4,"{""rack"": 7}"
db-1,Orders DB,database,,,,
"""
SERVICES = "slug,name_id,name_en,state\nshop,Toko,Shop,catalogue\nidea,Gagasan,,\n"
EDGES = "upper,lower\nshop,db-1\nitem:db-1,web-1\n"


def items(text: str | bytes, *, dry_run: bool = False) -> ImportReport:
    content = text if isinstance(text, bytes) else text.encode()
    return import_csv(content, by=SYSTEM, sheet=Sheet.ITEMS, dry_run=dry_run)


def faults(report: ImportReport) -> list[tuple[int, str]]:
    return [(row.line, row.field) for row in report.refused]


def test_three_sheets_and_the_same_again() -> None:
    sheets = ((Sheet.ITEMS, ITEMS), (Sheet.SERVICES, SERVICES), (Sheet.DEPENDENCIES, EDGES))
    for sheet, text in sheets:
        assert import_csv(text.encode(), by=SYSTEM, sheet=sheet) == ImportReport(created=2)
    for sheet, text in sheets:
        assert import_csv(text.encode(), by=SYSTEM, sheet=sheet) == ImportReport(same=2)
    row = get_item(SYSTEM, "web-1")
    assert row.attributes == {"cpu": "4", "rack": 7}
    assert get_item(SYSTEM, "db-1").environment == "production"
    found = find_item({"instance": "10.0.0.1:9100"})
    assert found is not None
    assert found.item.id == row.id
    assert get_service(SYSTEM, "shop").state == "catalogue"
    assert get_service(SYSTEM, "idea").name_en == "Gagasan"
    assert [hit.slug for hit in impact_of([row.id]).services] == ["shop"]


def test_a_column_left_out_is_left_unchanged() -> None:
    items(ITEMS)
    assert items("slug,name\ndb-1,Orders\n") == ImportReport(changed=1)
    row = get_item(SYSTEM, "db-1")
    assert (row.name, row.item_class, row.version) == ("Orders", "database", 2)


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + ITEMS.encode(),
        ITEMS.encode("utf-16"),
        ITEMS.replace("\n", "\r\n").encode(),
        ITEMS.replace(",", ";").encode(),
        ITEMS.replace(",", "\t").encode(),
        (ITEMS + "\n,,,,,,\n\n").encode(),
    ],
    ids=["mark", "utf-16", "crlf", "semicolons", "tabs", "empty rows"],
)
def test_files_as_tools_write_them(content: bytes) -> None:
    report = items(content)
    assert (report.refused, report.created) == ((), 2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [(1, "slug")]),
        ("name\nx\n", [(1, "slug")]),
        ("slug,name,class,colour\nx,X,host,red\n", [(1, "colour")]),
        ("slug,slug,name,class\nx,x,X,host\n", [(1, "slug")]),
        ("slug,name,class\nx,X,host\nx,X,host\n", [(3, "slug")]),
        ("slug,name,class\nok,X,host\nBad Slug!,X,host\n", [(3, "slug")]),
        ("slug,name,class\nok,X,host\nx,,host\n", [(3, "name")]),
        ("slug,name,class\nx,X,toaster\n", [(2, "item_class")]),
        ("slug,name,class\nx,X\n", [(2, "")]),
        ("slug,name,class\nx,X,host,more\n", [(2, "")]),
        ("slug\nx\n", [(2, "item_class"), (2, "name")]),
        ("slug,name,class,team\nx,X,host,nobody\n", [(2, "team")]),
        ("slug,name,class,attributes\nx,X,host,{\n", [(2, "attributes")]),
        ("slug,name,class,attributes\nx,X,host,[1]\n", [(2, "attributes")]),
        ("slug,name,class,names\nx,X,host,taken\n", [(2, "names")]),
        ("slug,name,class,names\nx,X,host,n\ny,Y,host,N\n", [(3, "names")]),
        ('slug,name,class\nok,X,host\nx,"X,host\n', [(3, "")]),
        ("slug,name,class\nok,X,host\nx,a\x00b,host\n", [(3, "name")]),
        ("slug,name,class\nx," + "y" * 1_000_000 + ",host\n", [(2, "name")]),
        (b"slug,name,class\nx,caf\xe9,host\n", [(2, "")]),
        (b"\xff\xfe\x00\xd8\x00\x00", [(1, "")]),
    ],
)
def test_what_is_refused_is_told_by_line_and_nothing_is_written(
    text: str | bytes, expected: list[tuple[int, str]]
) -> None:
    make_item("first", ["taken"])
    report = items(text)
    assert sorted(faults(report)) == expected
    assert not report.written
    assert all(str(row.reason) and len(str(row.reason)) < 200 for row in report.refused)
    assert [row.slug for row in list_items(SYSTEM)] == ["first"]


def test_dependencies_that_cannot_be_are_told_and_none_is_written() -> None:
    for slug in ("both", "host"):
        make_item(slug)
    for slug in ("both", "shop"):
        make_service(slug)
    text = "upper,lower\nshop,host\nhost,shop\nshop,nobody\nboth,host\nshop,shop\nservice:both,item:both\n,host\n"
    report = import_csv(text.encode(), by=SYSTEM, sheet=Sheet.DEPENDENCIES)
    assert faults(report) == [(3, "lower"), (4, "lower"), (5, "upper"), (6, "lower"), (8, "upper")]
    assert not Dependency.objects.exists()


def test_states_move_forward_only_for_new_services() -> None:
    make_service("shop")
    text = "slug,name_id,name_en,state\nshop,Layanan shop,Service shop,pipeline\nnew,N,N,retired\n"
    report = import_csv(text.encode(), by=SYSTEM, sheet=Sheet.SERVICES)
    assert faults(report) == [(2, "state"), (3, "state")]
    assert [row.slug for row in list_services(SYSTEM)] == ["shop"]


def test_owners_and_teams_are_looked_up() -> None:
    team, owner = make_team("Ops"), make_person(make_provider(), Role.SERVICE_OWNER, email="owner@example.com")
    slug = next(row.slug for row in list_teams() if row.id == team)
    text = f"slug,name_id,owner,team\nshop,Toko,Owner@Example.com,{slug}\n"
    assert import_csv(text.encode(), by=SYSTEM, sheet=Sheet.SERVICES).created == 1
    row = get_service(SYSTEM, "shop")
    assert (row.owner_id, row.team_id, row.name_en) == (owner.id, team, "Toko")
    report = import_csv(b"slug,name_id,owner\nshop,Toko,nobody@example.com\n", by=SYSTEM, sheet=Sheet.SERVICES)
    assert faults(report) == [(2, "owner")]


def test_a_dry_run_tells_and_writes_nothing() -> None:
    assert items(ITEMS, dry_run=True) == ImportReport(created=2)
    assert list_items(SYSTEM) == []


def test_importing_needs_permission() -> None:
    with pytest.raises(NotAllowed):
        import_csv(b"", by=make_person(make_provider(), Role.AGENT), sheet=Sheet.ITEMS)


CATALOGUE = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: orders, title: Orders backend}
spec:
  type: service
  owner: group:default/no-such-team
  system: shop
  dependsOn: [resource:orders-db, Component:default/ledger]
  providesApis: [orders]
  consumesApis: [api:payments/pay]
---
kind: Component
metadata: {name: ledger}
spec: {type: service, subcomponentOf: orders, dependsOn: ["component:orders"]}
---
kind: Resource
metadata: {name: orders-db}
spec: {type: database, dependencyOf: ["component:ledger"]}
---
kind: API
metadata: {name: orders}
spec: {type: openapi, definition: {deeply: [nested]}}
---
kind: API
metadata: {name: pay, namespace: payments}
---
kind: System
metadata: {name: shop, description: Sells things}
spec: {domain: commerce}
---
kind: Domain
metadata: {name: commerce}
---
kind: Group
metadata: {name: team-a}
---
"""


def test_a_backstage_catalogue_and_the_same_again() -> None:
    report = import_backstage(CATALOGUE.encode(), by=SYSTEM)
    assert report.refused == ()
    assert [(note.line, note.field) for note in report.notes] == [(1, "spec.owner"), (8, "kind")]
    assert [(row.slug, row.item_class) for row in list_items(SYSTEM)] == [
        ("api-orders", "endpoint"),
        ("api-payments-pay", "endpoint"),
        ("ledger", "application"),
        ("orders", "application"),
        ("resource-orders-db", "database"),
    ]
    assert [(row.slug, row.state) for row in list_services(SYSTEM)] == [
        ("domain-commerce", "pipeline"),
        ("shop", "pipeline"),
    ]
    database = get_item(SYSTEM, "resource-orders-db")
    reach = reach_of([database.id])
    assert reach.items == 4  # the database, orders, ledger and the API that orders provides
    shop = get_service(SYSTEM, "shop")
    assert (reach.services[0].service_id, reach.services[0].depth) == (shop.id, 2)
    again = import_backstage(CATALOGUE.encode(), by=SYSTEM)
    assert (again.created, again.changed) == (0, 0)


ORDERS = "kind: Component\nmetadata: {name: orders}"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"{ORDERS}\nspec: {{dependsOn: [nobody]}}", 1),
        (f"{ORDERS}\nspec: {{dependsOn: ['domain:d']}}\n---\nkind: Domain\nmetadata: {{name: d}}", 1),
        ("kind: Component\nmetadata: {name: a}\n---\nkind: Component\nmetadata: {}", 2),
        ("kind: Component\nmetadata: {name: a}\n---\nkind: Component\nmetadata: {name: a}", 2),
        ("kind: Component\nmetadata: {name: a}\n---\n- 1\n- 2", 2),
        ("kind: Component\nmetadata: {name: a}\n---\n{a: [", 2),
        ("kind: Component\nmetadata: {name: a}\n---\n" + "[" * 100_000, 2),
        ("kind: Component\nmetadata: {name: a, title: " + "x" * 1_000_000 + "}", 1),
        ("!!python/object/apply:os.system ['true']", 1),
    ],
)
def test_a_bad_catalogue_is_refused_whole(text: str, line: int) -> None:
    report = import_backstage(text.encode(), by=SYSTEM)
    assert {row.line for row in report.refused} == {line}
    assert list_items(SYSTEM) == []
    assert json.dumps([str(row.reason) for row in report.refused])


def test_a_bomb_of_aliases_is_harmless() -> None:
    bomb = "a: &a [x,x]\n" + "".join(
        f"{b}: &{b} [*{a},*{a}]\n" for a, b in zip("abcdefghijklmnop", "bcdefghijklmnopq", strict=True)
    )
    text = "kind: Component\nmetadata: {name: a}\nspec:\n  type: &z {}\n" + "".join(
        f"  {line}\n" for line in bomb.splitlines()
    )
    assert import_backstage(text.encode(), by=SYSTEM).created == 1
