"""Every page in a real browser: no violation of WCAG 2.2 AA, none of the policy, nothing cut, in both themes, languages
and on the phone; and the queue by keyboard alone."""

import re
from datetime import time

import pytest
from django.core import signing
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from selaras.domains.agreements.models import Clock
from selaras.domains.duty.actions.channels import add_channel
from selaras.domains.duty.actions.deliver import send_next
from selaras.domains.duty.actions.page import page
from selaras.domains.duty.contracts import ChannelKind, Every, Hours
from selaras.domains.duty.models import Delivery
from selaras.domains.people.contracts import Actor, Role
from selaras.domains.people.models import Organisation
from selaras.domains.records.queries import get_record
from selaras.domains.services.models import ConfigurationItem, Service
from tests.domains.duty.build import layer, make_policy, make_rota, person, rota
from tests.factories import make_person
from tests.interfaces.web.browsing import DESKTOP, LAPTOP, PHONE, look
from tests.interfaces.web.world import LONG, SCRIPT, World, make_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.real("chromium")]
SIZES = {"desktop": DESKTOP, "laptop": LAPTOP, "phone": PHONE}


def pages(world: World) -> list[tuple[Actor | None, str]]:
    """Every page, as somebody who may open it."""
    customer = Organisation.objects.get(pk=world.estate.customer).slug
    service = Service.objects.get(pk=world.estate.service).slug
    item = ConfigurationItem.objects.get(pk=world.estate.database).slug
    clock = Clock.objects.order_by("pk").values_list("pk", flat=True)[0]
    number = {key: f"/r/{ref.number}" for key, ref in world.records.items()}
    agent = [
        "/",
        "/?state=closed",
        "/?priority=2&state=waiting",
        "/narrow",
        "/search?q=VPN",
        "/search?q=nothing",
        "/new",
    ]
    agent += [
        number["reported"],
        number["working"],
        number["waiting"],
        number["resolved"],
        f"{number['reported']}/do/assign",
        f"{number['working']}/edit",
        f"/clocks/{clock}",
    ]
    agent += ["/alerts", "/services", f"/services/{service}", "/items", f"/items/{item}", "/customers", "/profile"]
    agent += [
        f"/customers/{customer}",
        "/agreements",
        f"/agreements/{world.estate.agreement}",
        "/calendars/1",
        "/nothing",
    ]
    agent += ["/account/logout/", "/account/password/change/", "/account/2fa/", "/account/reauthenticate/"]
    agent += ["/duty", "/duty/policies", "/duty/pages", "/duty/channels"]
    operator, duties, link = make_duty(world)
    lead = ["/home", "/mine", number["working"], f"/services/{service}", "/agreements", "/customers", "/search"]
    requester = ["/home", "/mine", "/new", number["resolved"], f"{number['resolved']}/do/reopen"]
    strangers = [
        "/account/login/",
        "/account/password/reset/",
        "/account/password/reset/done/",
        "/account/signup/",
        "/nothing",
    ]
    strangers.append(link)
    people = [
        (world.agent, agent),
        (operator, duties),
        (world.lead, lead),
        (world.requester, requester),
        (None, strangers),
    ]
    return [(actor, address) for actor, addresses in people for address in addresses]


def make_duty(world: World) -> tuple[Actor, list[str], str]:
    """Duty in use: a rota with a gap, a policy, a call with all that can happen to one; an operator who edits them."""
    operator = make_person(world.estate.provider, Role.OPERATOR, name="Galih Santoso", language=world.agent.language)
    office = Hours(frozenset(range(5)), time(8), time(17))
    make_rota(layer(operator, world.agent, hours=office), layer(world.colleague, every=Every.DAYS), slug="jaga")
    rota_id = make_rota(layer(operator, hours=office), slug="kantor")
    add_channel(by=operator, kind=ChannelKind.MAIL, name="Surel", address="galih@example.com")
    policy = make_policy((5, [rota(rota_id), person(operator)]), (10, [person(world.colleague)]), repeats=1)
    ref = page(by=operator, policy_id=policy, cause="x", subject=LONG, body=SCRIPT)
    send_next()
    address = f"/duty/pages/{ref.id}"
    edits = ["/duty/rotas/jaga/edit", "/duty/policies/eskalasi/edit", "/duty/pages/new", "/duty/rotas/new"]
    shown = ["/duty", "/duty/rotas/jaga", "/duty/rotas/kantor", "/duty/policies/eskalasi", "/duty/pages", address]
    link = f"/duty/acknowledge/{signing.dumps(Delivery.objects.latest('id').pk, salt='duty.acknowledge')}"
    return operator, [*shown, *edits, "/duty/channels"], link


# Each theme with each size and each language once; the laptop is looked at for its width only.
@pytest.mark.parametrize(
    ("size", "theme", "language"),
    [
        ("desktop", "light", "id"),
        ("desktop", "dark", "en"),
        ("phone", "dark", "id"),
        ("phone", "light", "en"),
        ("laptop", "light", "id"),
    ],
)
def test_every_page_is_sound(browser: Browser, live_server: LiveServer, size: str, theme: str, language: str) -> None:
    world = make_world(language)
    faults: list[str] = []
    eyes = {}
    for actor, address in pages(world):
        who = actor.id if actor else None
        if who not in eyes:
            eyes[who] = look(browser, live_server.url, actor, size=SIZES[size], theme=theme)
        seen = eyes[who]
        answer = seen.page.goto(address)
        assert answer is not None
        assert answer.status < 500, address
        found = [] if size == "laptop" else seen.violations()
        found += [f"cut: {text}" for text in seen.cut()]
        found += [f"wider than the window by {seen.overflow()} px"] * (seen.overflow() > 0)
        faults += [f"{address} {fault}" for fault in found]
    faults += [said for one in eyes.values() for said in one.complaints if "404" not in said and "403" not in said]
    for one in eyes.values():
        one.page.context.close()
    assert not faults, "\n".join(faults)


def test_the_queue_by_keyboard_alone(browser: Browser, live_server: LiveServer) -> None:
    world = make_world()
    page = look(browser, live_server.url, world.agent).page
    page.goto("/?sort=newest")
    expect(page.locator("html[data-ready]")).to_be_attached()
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = page.locator("#rows [data-row]").nth(1)
    expect(second.locator(".row-link")).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(second.locator("input")).to_be_checked()
    expect(page.locator("#bulk-bar")).to_be_visible()
    page.keyboard.press("x")
    page.keyboard.press("Enter")
    expect(page.locator("#beside #record")).to_be_visible()
    assert page.url.endswith("/?sort=newest")
    page.keyboard.press("Escape")
    expect(page.locator("#beside")).to_be_hidden()
    expect(second.locator(".row-link")).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("#palette")).to_be_visible()
    page.keyboard.type(world.records["waiting"].number)
    expect(page.locator("#palette-found [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(world.records["waiting"].number))
    page.context.close()


def test_a_case_is_worked_beside_the_list(browser: Browser, live_server: LiveServer) -> None:
    world = make_world()
    page = look(browser, live_server.url, world.colleague).page
    number = world.records["reported"].number
    page.goto("/")
    expect(page.locator("html[data-ready]")).to_be_attached()
    page.locator(f"tr:has-text('{number}') .row-link").click()
    beside = page.locator("#beside")
    beside.get_by_role("button", name="Take", exact=True).click()
    expect(beside.locator(".record-line")).to_contain_text("In progress")
    expect(beside.locator(".record-line")).to_contain_text("Budi Hartono")
    beside.get_by_text("Internal note").click()
    beside.locator("textarea[name=body]").fill("Hanya untuk kita.")
    beside.get_by_role("button", name="Note internally").click()
    expect(beside.locator(".entry-internal")).to_contain_text("Hanya untuk kita.")
    beside.locator("summary", has_text="Resolve").click()
    beside.locator("textarea[name=cause]").fill("Disk penuh")
    beside.locator("details[open] button", has_text="Resolve").click()
    expect(beside.locator(".errors")).to_contain_text("Say what solved it.")
    expect(beside.locator("textarea[name=cause]")).to_have_value("Disk penuh")
    beside.locator("textarea[name=solution]").fill("Dibersihkan")
    beside.locator("details[open] button", has_text="Resolve").click()
    expect(beside.locator(".record-line")).to_contain_text("Resolved")
    assert get_record(world.agent, number).state == "resolved"
    page.context.close()


def test_a_draft_outlives_leaving(browser: Browser, live_server: LiveServer) -> None:
    world = make_world()
    page = look(browser, live_server.url, world.agent).page
    address = f"/r/{world.records['working'].number}"
    page.goto(address)
    expect(page.locator("html[data-ready]")).to_be_attached()
    page.locator("#note_body").fill("Belum selesai menulis")
    page.goto("/")
    page.goto(address)
    expect(page.locator("#note_body")).to_have_value("Belum selesai menulis")
    page.context.close()


def test_without_scripts_one_reads_and_sends(browser: Browser, live_server: LiveServer) -> None:
    world = make_world()
    page = look(browser, live_server.url, world.agent, scripts=False).page
    page.goto("/narrow")
    page.locator("input[name=state][value=waiting]").check()
    page.get_by_role("button", name="Show").click()
    page.locator(".row-link").first.click()
    page.get_by_role("button", name="Resume").click()
    assert get_record(world.agent, world.records["waiting"].number).state == "in_progress"
    page.locator("#note_body").fill("Tanpa skrip")
    page.get_by_role("button", name="Reply").click()
    expect(page.locator("#timeline")).to_contain_text("Tanpa skrip")
    page.context.close()


def test_the_first_page_is_light(browser: Browser, live_server: LiveServer) -> None:
    world = make_world()
    eyes = look(browser, live_server.url, world.agent)
    sizes: list[int] = []
    eyes.page.on("response", lambda answer: sizes.append(len(answer.body())) if answer.ok else None)
    eyes.page.goto("/", wait_until="networkidle")
    assert sum(sizes) < 2 * 155_000  # bytes before compression, which takes off more than half
    eyes.page.context.close()
