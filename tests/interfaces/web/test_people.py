"""People, teams and organisations in the browser: kept by administrators alone, bad input told at its field."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from selaras.domains.people.actions.activity import deactivate_person
from selaras.domains.people.actions.people import change_person
from selaras.domains.people.contracts import Actor, OrganisationKind, Role
from selaras.domains.people.models import Organisation, Person, Team
from selaras.domains.people.queries import get_actor
from selaras.domains.people.queries.directory import get_person, get_team
from tests.factories import make_organisation, make_person, make_provider, make_team
from tests.interfaces.web.world import PASSWORD, SCRIPT, signed_in

pytestmark = pytest.mark.django_db

GOOD = "payung biru di pasir"


@pytest.fixture
def administrator() -> Actor:
    cache.clear()
    return make_person(make_provider(), Role.ADMINISTRATOR, name="Nadia Utami", password=PASSWORD)


@pytest.fixture
def client(administrator: Actor) -> Client:
    return signed_in(administrator)


def sent(person: Actor, administrator: Actor, **changes: Any) -> dict[str, Any]:
    """What the form of a person sends when these are changed."""
    row = get_person(administrator, person.own_id)
    page = signed_in(administrator).get(f"/people/{row.id}").content.decode()
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen is not None
    fields = {
        "name": row.name,
        "email": row.email,
        "organisation_id": row.organisation_id,
        "roles": [role.value for role in row.roles],
        "team_ids": list(row.team_ids),
        "language": row.language,
        "timezone": row.timezone,
        "seen": seen[1],
    }
    return {**fields, **changes}


def errors(page: str) -> list[str]:
    """The fields an error summary leads to."""
    return re.findall(r'<li><a href="#id_(\w+?)(?:_0)?">', page)


def test_settings_are_for_administrators(administrator: Actor, client: Client) -> None:
    team, customer = make_team(), make_organisation()
    agent = signed_in(make_person(administrator.organisation_id or 0, Role.AGENT))
    lead = signed_in(make_person(customer, Role.DECISION_MAKER))
    pages = ["/people", "/people/new", f"/people/{administrator.id}", "/teams", "/teams/new", f"/teams/{team}"]
    pages += ["/organisations", "/organisations/new", f"/organisations/{customer}"]
    for address in pages:
        assert client.get(address).status_code == 200, address
        assert agent.get(address).status_code == 403, address
        assert lead.get(address).status_code == 403, address
        assert Client().get(address).status_code == 302, address
    for address in (f"/people/{administrator.id}/password-link", f"/people/{administrator.id}/deactivate"):
        assert agent.post(address).status_code == 403
        assert client.get(address).status_code == 405
    rail = client.get("/people").content.decode()
    assert 'href="/people"' in rail
    assert 'href="/people"' not in agent.get("/alerts").content.decode()


def test_somebody_new_chooses_a_password_by_a_link_and_signs_in(administrator: Actor, client: Client) -> None:
    customer = make_organisation("PT Toko")
    given = {"name": "Sari Dewi", "email": "sari@toko.example", "organisation_id": customer, "roles": ["requester"]}
    answer = client.post("/people/new", {**given, "language": "en", "timezone": "Asia/Makassar"})
    assert answer.status_code == 302
    address = answer.headers["Location"]
    page = client.post(f"{address}/password-link")
    link = re.search(r'id="secret">http://testserver([^<]+)<', page.content.decode())
    assert link is not None
    assert "no-store" in page.headers["Cache-Control"]
    assert link[1] not in client.get(address).content.decode()

    stranger = Client()
    first = stranger.get(link[1])
    assert first.status_code == 200
    assert "Sari Dewi" in first.content.decode()
    assert first.headers["Referrer-Policy"] == "same-origin"
    for typed, field in (
        ({"password": "short", "again": "short"}, "password"),
        ({"password": "sari@toko.example", "again": "sari@toko.example"}, "password"),
        ({"password": GOOD, "again": GOOD + "x"}, "again"),
        ({"password": "", "again": ""}, "password"),
    ):
        answer = stranger.post(link[1], typed)
        assert answer.status_code == 422
        assert field in errors(answer.content.decode())
    answer = stranger.post(link[1], {"password": GOOD, "again": GOOD})
    assert answer.headers["Location"] == "/account/login/"
    assert stranger.post("/account/login/", {"login": "SARI@toko.example", "password": GOOD}).status_code == 302
    assert stranger.get("/home").status_code == 200
    gone = Client().get(link[1])
    assert gone.status_code == 404
    assert "works no more" in Client().get(link[1], headers={"accept-language": "en"}).content.decode()
    assert Client().post(link[1], {"password": GOOD, "again": GOOD}).status_code == 404


def test_links_are_not_tried_out_without_end(administrator: Actor) -> None:
    tries = [Client().get(f"/password/{administrator.id}/abc-{n}").status_code for n in range(25)]
    assert tries[0] == 404
    assert tries[-1] == 429


def test_a_new_password_by_link_ends_the_sessions_of_before(administrator: Actor, client: Client) -> None:
    agent = make_person(administrator.organisation_id or 0, Role.AGENT)
    before = signed_in(agent)
    assert before.get("/").status_code == 200
    page = client.post(f"/people/{agent.id}/password-link").content.decode()
    link = re.search(r'id="secret">http://testserver([^<]+)<', page)
    assert link is not None
    Client().post(link[1], {"password": GOOD, "again": GOOD})
    assert before.get("/").status_code == 302


def test_a_password_changed_by_its_owner_ends_other_sessions_and_stands_in_the_trail(administrator: Actor) -> None:
    address = Person.objects.get(pk=administrator.own_id).email
    here, elsewhere = Client(), signed_in(administrator)
    here.post("/account/login/", {"login": address, "password": PASSWORD})
    new = {"oldpassword": PASSWORD, "password1": GOOD, "password2": GOOD}
    assert here.post("/account/password/change/", new).status_code == 302
    page = here.get(f"/people/{administrator.id}")
    assert page.status_code == 200
    assert "chose a password" in page.content.decode()
    assert elsewhere.get("/people").status_code == 302


def test_nobody_changes_their_own_address(administrator: Actor, client: Client) -> None:
    assert client.get("/account/email/").headers["Location"] == "/profile"
    client.post("/account/email/", {"action_add": "", "email": "other@example.com"})
    assert Person.objects.get(pk=administrator.own_id).email != "other@example.com"


def test_the_page_for_a_forgotten_password_sends_no_mail_it_cannot_send() -> None:
    page = Client().get("/account/password/reset/", headers={"accept-language": "en"})
    assert "Ask your administrator" in page.content.decode()
    assert Client().post("/account/password/reset/", {"email": "x@example.com"}).status_code == 405


def test_deactivating_ends_every_session_also_after_coming_back(administrator: Actor, client: Client) -> None:
    agent = make_person(administrator.organisation_id or 0, Role.AGENT, password=PASSWORD)
    inside = signed_in(agent)
    assert inside.get("/").status_code == 200
    client.post(f"/people/{agent.id}/deactivate")
    assert "Deactivated" in client.get(f"/people/{agent.id}").content.decode()
    client.post(f"/people/{agent.id}/reactivate")
    assert inside.get("/").status_code == 302
    known = {"login": Person.objects.get(pk=agent.own_id).email, "password": PASSWORD}
    assert Client().post("/account/login/", known).headers["Location"] == "/"


def test_somebody_deactivated_does_not_sign_in(administrator: Actor) -> None:
    agent = make_person(administrator.organisation_id or 0, Role.AGENT, password=PASSWORD)
    deactivate_person(agent.own_id, by=administrator)
    stranger = Client()
    stranger.post("/account/login/", {"login": Person.objects.get(pk=agent.own_id).email, "password": PASSWORD})
    assert stranger.get("/").status_code == 302


def test_a_changed_address_signs_in_and_the_old_one_no_more(administrator: Actor, client: Client) -> None:
    from allauth.account.models import EmailAddress

    agent = make_person(administrator.organisation_id or 0, Role.AGENT, email="old@example.com", password=PASSWORD)
    EmailAddress.objects.create(user_id=agent.own_id, email="old@example.com", primary=True, verified=True)
    client.post(f"/people/{agent.id}", sent(agent, administrator, email="new@example.com"))
    assert Client().post("/account/login/", {"login": "old@example.com", "password": PASSWORD}).status_code == 200
    assert Client().post("/account/login/", {"login": "new@example.com", "password": PASSWORD}).status_code == 302


def test_oneself_and_the_last_administrator_stay(administrator: Actor, client: Client) -> None:
    answer = client.post(f"/people/{administrator.id}/deactivate")
    assert answer.status_code == 422
    assert "Nobody deactivates themselves" in answer.content.decode()
    answer = client.post(f"/people/{administrator.id}", sent(administrator, administrator, roles=["agent"]))
    assert answer.status_code == 422
    assert errors(answer.content.decode()) == ["roles"]
    assert get_actor(administrator.own_id).roles == {Role.ADMINISTRATOR}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 201),
        ("name", "a\x00b"),
        ("email", "nobody"),
        ("email", "NADIA@example.com"),
        ("email", "x" * 250 + "@example.com"),
        ("organisation_id", "999999"),
        ("organisation_id", "x"),
        ("roles", ["king"]),
        ("roles", ["administrator"]),
        ("roles", []),
        ("team_ids", ["999999"]),
        ("language", "fr"),
        ("timezone", "Asia/Atlantis"),
    ],
)
def test_bad_input_is_told_at_its_field(administrator: Actor, client: Client, field: str, value: Any) -> None:
    change_person(administrator.own_id, by=administrator, changes={"email": "nadia@example.com"})
    customer = make_organisation()
    person = make_person(customer, name="Joko")
    before = get_person(administrator, person.own_id)
    answer = client.post(f"/people/{person.id}", sent(person, administrator, **{field: value}))
    assert answer.status_code == 422
    assert errors(answer.content.decode()) == [field]
    assert get_person(administrator, person.own_id) == before
    fine = {"name": "Baru", "email": "baru@example.com", "organisation_id": customer, "roles": ["requester"]}
    given = {**fine, "language": "id", "timezone": "Asia/Jakarta", field: value}
    answer = client.post("/people/new", given)
    assert answer.status_code == 422
    assert errors(answer.content.decode()) == [field]
    assert not Person.objects.filter(email="baru@example.com").exists()


def test_what_people_are_called_is_never_markup(administrator: Actor, client: Client) -> None:
    customer = make_organisation(SCRIPT[:190])
    team = make_team(SCRIPT)
    person = make_person(customer, name=SCRIPT)
    change_person(person.own_id, by=administrator, changes={"name": SCRIPT + "!"})
    for address in ("/people", f"/people/{person.id}", "/teams", f"/teams/{team}", "/organisations"):
        page = client.get(address).content.decode()
        assert "<script>alert(" not in page, address
        assert "&lt;script&gt;alert(" in page, address


def test_the_second_of_two_is_told_and_loses_nothing_typed(administrator: Actor, client: Client) -> None:
    person = make_person(make_organisation(), name="Joko", email="joko@example.com")
    second = sent(person, administrator, name="Joko Susilo")
    change_person(
        person.own_id, by=administrator, changes={"email": "joko.s@example.com", "roles": [Role.DECISION_MAKER]}
    )
    answer = client.post(f"/people/{person.id}", second)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Nadia Utami" in page
    assert "changed the address from “joko@example.com” to “joko.s@example.com”" in page
    assert 'value="Joko Susilo"' in page  # typed, and still there
    assert 'value="joko.s@example.com"' in page  # not touched: the other's newer value
    assert re.search(r'value="customer_decision_maker"[^>]* checked', page)
    assert get_person(administrator, person.own_id).name == "Joko"
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen is not None
    again = {**second, "email": "joko.s@example.com", "roles": ["customer_decision_maker"], "seen": seen[1]}
    assert client.post(f"/people/{person.id}", again).status_code == 302
    kept = get_person(administrator, person.own_id)
    assert (kept.name, kept.email, kept.roles) == ("Joko Susilo", "joko.s@example.com", (Role.DECISION_MAKER,))


def test_people_are_narrowed_and_paged_by_the_address(administrator: Actor, client: Client) -> None:
    customer = make_organisation()
    for n in range(53):
        make_person(customer, name=f"Warga {n:02}")
    first = client.get(f"/people?organisation={customer}").content.decode()
    assert ("Warga 00" in first, "Warga 49" in first, "Warga 50" in first) == (True, True, False)
    follow = re.search(r'rel="next" href="([^"]+)"', first)
    assert follow is not None
    second = client.get("/people" + follow[1].replace("&amp;", "&")).content.decode()
    assert ("Warga 49" in second, "Warga 52" in second) == (False, True)
    assert "Nadia Utami" in client.get("/people?q=nadia&role=administrator").content.decode()
    for odd in ("?organisation=x&role=king&active=?&after=x", "?q=%00", f"?after={10**30}", "?organisation=9" * 9):
        assert client.get("/people" + odd).status_code == 200


def test_the_lists_take_the_same_queries_for_one_and_for_three(administrator: Actor, client: Client) -> None:
    team = make_team()

    def more() -> None:
        where = make_organisation(parent_id=make_organisation())
        make_person(where)
        make_person(administrator.organisation_id or 0, Role.AGENT, team_ids=[team, make_team()])

    def count(address: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    addresses = ("/people", "/teams", "/organisations", f"/teams/{team}", f"/people/{administrator.id}")
    more()
    one = {address: count(address) for address in addresses}
    more()
    more()
    assert {address: count(address) for address in addresses} == one


def test_organisations_are_made_renamed_and_moved(administrator: Actor, client: Client) -> None:
    root = make_organisation("PT Induk")
    given = {"name": "PT Cabang Timur", "kind": "customer", "parent_id": root, "slug": ""}
    answer = client.post("/organisations/new", given)
    made = Organisation.objects.get(slug="pt-cabang-timur")
    assert answer.headers["Location"] == f"/organisations/{made.pk}"
    assert "PT Cabang Timur" in client.get("/organisations").content.decode()
    assert client.post(f"/organisations/{made.pk}", {"name": "PT Timur", "parent_id": ""}).status_code == 302
    made.refresh_from_db()
    assert (made.name, made.parent_id, made.slug) == ("PT Timur", None, "pt-cabang-timur")
    page = client.get(f"/organisations/{made.pk}").content.decode()
    assert "the one above it from “PT Induk” to “nothing”" in page
    supplier = make_organisation("CV Genset", OrganisationKind.SUPPLIER)
    for change, field in (
        ({"name": "", "parent_id": ""}, "name"),
        ({"name": "x" * 201, "parent_id": ""}, "name"),
        ({"name": "a\x00", "parent_id": ""}, "name"),
        ({"name": "x", "parent_id": made.pk}, "parent_id"),
        ({"name": "x", "parent_id": supplier}, "parent_id"),
        ({"name": "x", "parent_id": "999999"}, "parent_id"),
    ):
        answer = client.post(f"/organisations/{made.pk}", change)
        assert (answer.status_code, errors(answer.content.decode())) == (422, [field])
    for more, field in (
        ({"slug": "Ä"}, "slug"),
        ({"slug": "pt-cabang-timur"}, "slug"),
        ({"kind": "enemy"}, "kind"),
        ({"parent_id": supplier}, "parent_id"),
    ):
        answer = client.post("/organisations/new", {**given, **more})
        assert (answer.status_code, errors(answer.content.decode())) == (422, [field])


def test_teams_are_made_and_manned(administrator: Actor, client: Client) -> None:
    given = {"name": "Meja Layanan", "function": "service_desk", "slug": ""}
    address = client.post("/teams/new", given).headers["Location"]
    team = Team.objects.get(slug="meja-layanan").pk
    agent = make_person(administrator.organisation_id or 0, Role.AGENT, name="Sari")
    assert client.post(f"{address}/members", {"person_id": agent.id}).status_code == 302
    assert client.post(f"{address}/lead", {"lead_id": agent.id}).status_code == 302
    assert get_team(administrator, team).lead_name == "Sari"
    page = client.get(address).content.decode()
    assert "made Sari the lead of Meja Layanan" in page
    assert "added Sari to Meja Layanan" in client.get(f"/people/{agent.id}").content.decode()
    customer = make_person(make_organisation())
    for where, bad in (("members", {"person_id": customer.id}), ("lead", {"lead_id": administrator.id})):
        answer = client.post(f"{address}/{where}", bad)
        assert answer.status_code == 422
        assert 'class="field-error"' in answer.content.decode()
    assert client.post(f"{address}/members/{agent.id}/end").status_code == 302
    found = get_team(administrator, team)
    assert (found.members, found.row.lead_id) == ((), None)
    assert client.post(address, {"name": "Meja", "function": "it_operations"}).status_code == 302
    assert get_team(administrator, team).row.name == "Meja"
    for wrong, field in (({"function": "cooking"}, "function"), ({"name": "a\x00"}, "name"), ({"name": ""}, "name")):
        answer = client.post(address, {"name": "Meja", "function": "it_operations", **wrong})
        assert (answer.status_code, errors(answer.content.decode())) == (422, [field])


def test_a_team_changed_by_two_tells_the_second(administrator: Actor, client: Client) -> None:
    team = make_team("Jaringan")
    seen = get_team(administrator, team).version
    first = {"name": "Jaringan Inti", "function": "service_desk", "seen": seen}
    assert client.post(f"/teams/{team}", first).status_code == 302
    answer = client.post(f"/teams/{team}", {**first, "name": "Jaringan", "function": "it_operations"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "changed the name from “Jaringan” to “Jaringan Inti”" in page
    assert 'value="Jaringan Inti"' in page
    assert re.search(r'value="it_operations" selected', page)
