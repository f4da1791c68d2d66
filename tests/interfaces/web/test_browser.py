"""Every page in a real browser: no violation of WCAG 2.2 AA, none of the policy, nothing cut, in both themes, languages
and on the phone; and the queue by keyboard alone."""

import re
from datetime import datetime, time, timedelta

import pytest
from django.core import signing
from playwright.sync_api import Browser, Route, expect
from pytest_django.live_server_helper import LiveServer

from selaras.domains.agreements.models import Calendar, Clock, Target
from selaras.domains.duty.actions.channels import add_channel
from selaras.domains.duty.actions.deliver import send_next
from selaras.domains.duty.actions.handovers import draft_handover, move_handover
from selaras.domains.duty.actions.log import write_note
from selaras.domains.duty.actions.page import page
from selaras.domains.duty.contracts.channels import ChannelKind
from selaras.domains.duty.contracts.rotas import Every, Hours
from selaras.domains.duty.contracts.shifts import Fact, FactKind
from selaras.domains.duty.models import Delivery
from selaras.domains.duty.queries import get_rota, next_shift_change
from selaras.domains.events.actions.checks import create_check
from selaras.domains.events.actions.heartbeats import create_heartbeat
from selaras.domains.events.actions.mapping import set_mapping
from selaras.domains.events.actions.silences import silence as make_silence
from selaras.domains.events.actions.snmp_users import add_snmp_user
from selaras.domains.events.actions.sources import create_source
from selaras.domains.events.actions.windows import save_window
from selaras.domains.events.contracts import Condition
from selaras.domains.events.contracts.checks import CheckKind
from selaras.domains.events.contracts.silences import SilenceDraft
from selaras.domains.events.contracts.sources import SnmpAuthentication
from selaras.domains.events.contracts.windows import WindowDraft, WindowKind
from selaras.domains.events.models import Alert
from selaras.domains.events.queries.rules import list_rules
from selaras.domains.people.actions.activity import deactivate_person
from selaras.domains.people.actions.passwords import make_password_link
from selaras.domains.people.contracts import Actor, Role
from selaras.domains.people.models import Organisation
from selaras.domains.records.queries import get_record
from selaras.domains.services.models import ConfigurationItem, Service, ServiceUse
from selaras.kernel import clock
from tests.domains.duty.build import layer, make_policy, make_rota, person, rota
from tests.domains.events.build import fire
from tests.factories import SYSTEM, make_organisation, make_person
from tests.interfaces.web.browsing import DESKTOP, LAPTOP, PHONE, look
from tests.interfaces.web.world import LONG, SCRIPT, World, add_ways, make_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.real("chromium")]
SIZES = {"desktop": DESKTOP, "laptop": LAPTOP, "phone": PHONE}


def pages(world: World) -> list[tuple[Actor | None, str]]:
    """Every page, as somebody who may open it."""
    customer = Organisation.objects.get(pk=world.estate.customer).slug
    service = Service.objects.get(pk=world.estate.service).slug
    item = ConfigurationItem.objects.get(pk=world.estate.database).slug
    explained = Clock.objects.order_by("pk").values_list("pk", flat=True)[0]
    calendar = Calendar.objects.order_by("pk")[0].pk
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
        f"/clocks/{explained}",
    ]
    agent += ["/alerts", "/services", f"/services/{service}", "/items", f"/items/{item}", "/customers", "/profile"]
    agent += [
        f"/customers/{customer}",
        "/agreements",
        f"/agreements/{world.estate.agreement}",
        f"/calendars/{calendar}",
        "/nothing",
    ]
    major = f"/r/{world.records['major'].number}"
    agent += ["/majors", "/status", f"{number['working']}/do/put_under", f"{number['working']}/do/escalate_up"]
    agent += [f"{number['working']}/do/declare_major", major, "/?escalated=me"]
    agent += [f"/r/{world.records['reviewed'].number}/review", f"/r/{world.records['steps'].number}"]
    admin = ["/settings/models", "/settings/models/new", f"/settings/models/{world.model}", "/settings/matrix"]
    admin += ["/settings/escalation"]
    agent += ["/account/logout/", "/account/password/change/", "/account/2fa/", "/account/reauthenticate/"]
    use, target = ServiceUse.objects.order_by("pk")[0].pk, Target.objects.order_by("pk")[0].pk
    agreement = world.estate.agreement
    owner = ["/new/service", "/services", f"/services/{service}", f"/services/{service}/edit", "/new/item", "/items"]
    owner += [f"/items/{item}", f"/items/{item}/edit", f"/items/{item}/dependencies", "/import/estate", f"/uses/{use}"]
    owner += [f"/services/{service}/uses", f"/needs/{world.estate.customer}", f"/needs/{world.estate.customer}/new"]
    owner += ["/agreements", "/new/agreement", f"/agreements/{agreement}", f"/agreements/{agreement}/targets/{target}"]
    owner += ["/calendars", "/new/calendar", f"/calendars/{calendar}", f"/calendars/{calendar}/edit"]
    lead = ["/home", "/status", major, "/mine", number["working"], f"/services/{service}", "/agreements"]
    lead += ["/customers", "/search"]
    requester = ["/home", "/status", "/mine", "/new", number["resolved"], f"{number['resolved']}/do/reopen"]
    source = create_source(by=world.administrator, name="Prometheus Jakarta", networks=["10.1.0.0/16"]).id
    fire(source, clock.now(), alertname="Disk", instance=world.records["reported"].number)
    draft = SilenceDraft(
        (Condition("alertname", "=", "Disk"),), clock.now(), clock.now() + timedelta(hours=2), "Galih", "Ganti disk"
    )
    silence = make_silence(by=world.administrator, draft=draft)
    alert = Alert.objects.order_by("-pk").values_list("pk", flat=True)[0]
    events = ["/alerts?state=all&silenced=1", f"/alerts/{alert}", "/silences", "/silences?state=expired"]
    events += ["/silences/new", f"/silences/new?alert={alert}", f"/silences/{silence}"]
    rule = list_rules(world.administrator)[0].id
    events += ["/rules", f"/rules?moved={rule}&way=down", "/rules/new", f"/rules/{rule}", "/rules/file"]
    window = _window(calendar)
    events += ["/maintenance", "/maintenance/new", f"/maintenance/{window}"]
    events += ["/rules/history", "/rules/history/1", "/alerts/set-aside", "/alerts/noise"]
    events += ["/sources", "/sources/new", f"/sources/{source}", f"/alerts?source={source}"]
    agent += ["/duty", "/duty/policies", "/duty/pages", "/duty/channels"]
    operator, duties, calls = make_duty(world)
    strangers = [
        "/account/login/",
        "/account/password/reset/",
        "/account/password/reset/done/",
        "/account/signup/",
        "/nothing",
    ]
    _add_ugly_people(world)
    settings = ["/people", "/people?q=nobody", "/people/new", f"/people/{world.agent.id}", f"/people/{world.lead.id}"]
    settings += ["/teams", "/teams/new", f"/teams/{world.estate.team}"]
    settings += ["/organisations", "/organisations/new", f"/organisations/{world.estate.customer}"]
    ugly = _source()
    settings += [f"/sources/{ugly}/mapping", f"/sources/{ugly}/snmp", f"/sources/{source}/snmp"]
    beating = create_heartbeat(by=SYSTEM, source_id=ugly, name=LONG[:120], interval=3600, grace=0, severity="error").id
    settings += ["/heartbeats", "/heartbeats/new", f"/heartbeats/{beating}"]
    asking = create_check(by=SYSTEM, source_id=ugly, kind=CheckKind.DNS, name=LONG[:120], target="selaras.example")
    settings += ["/checks", "/checks/new", "/checks/new?kind=dns", f"/checks/{asking}"]
    link = make_password_link(world.requester.own_id, by=world.administrator)
    strangers += [calls, f"/password/{link.person_id}/{link.key}", f"/password/{link.person_id}/used"]
    keeper = make_person(world.estate.provider, Role.SERVICE_OWNER, name="Maya Lestari", language=world.agent.language)
    people = [
        (world.administrator, [*settings, *admin, *events]),
        (world.agent, agent),
        (keeper, owner),
        (operator, duties),
        (world.lead, lead),
        (world.requester, requester),
        (None, strangers),
    ]
    return [(actor, address) for actor, addresses in people for address in addresses]


def _source() -> int:
    made = create_source(by=SYSTEM, name=f"{LONG} {LONG}"[:120]).id
    add_snmp_user(
        made,
        by=SYSTEM,
        name="W" * 32,
        authentication=SnmpAuthentication.SHA256,
        authentication_key="authenticate",
    )
    sample = f'{{"rows": [{{"title": "{LONG}", "host": "db1", "severity": "P1"}}]}}'
    set_mapping(made, by=SYSTEM, paths={"each": "rows", "name": "title"}, seen=0, sample=sample)
    return made


def _window(calendar: int) -> int:
    condition = Condition("alertname", "=~", f"{LONG}|Disk")
    draft = WindowDraft(
        f"{LONG} {LONG}"[:120], calendar, kind=WindowKind.OUTSIDE, matchers=(condition,), ends=("item:toko-db-1",)
    )
    return save_window(draft, by=SYSTEM)


def _add_ugly_people(world: World) -> None:
    """Somebody with the longest of names, who has left, in the branch of a branch."""
    organisation = make_organisation("Cabang Timur Jauh", parent_id=world.estate.customer)
    deactivate_person(make_person(organisation, name=f"{LONG} {LONG}"[:200]).own_id, by=SYSTEM)


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
    due_at = get_rota_change(operator)
    write_note(rota_id, SCRIPT, by=operator)
    signed = draft_handover(rota_id, due_at, by=operator, facts=[Fact(FactKind.NOTE, LONG, SCRIPT, due_at)])
    move_handover(signed, "hand_over", by=operator)
    draft = draft_handover(make_rota(layer(operator, hours=office), slug="sif"), due_at, by=operator, facts=[])
    address = f"/duty/pages/{ref.id}"
    edits = ["/duty/rotas/jaga/edit", "/duty/policies/eskalasi/edit", "/duty/pages/new", "/duty/rotas/new"]
    shown = ["/duty", "/duty/rotas/jaga", "/duty/rotas/kantor", "/duty/policies/eskalasi", "/duty/pages", address]
    shown += ["/duty/log", "/duty/rotas/kantor/handovers", f"/duty/handovers/{signed}", f"/duty/handovers/{draft}"]
    link = f"/duty/acknowledge/{signing.dumps(Delivery.objects.latest('id').pk, salt='duty.acknowledge')}"
    return operator, [*shown, *edits, "/duty/channels"], link


def get_rota_change(operator: Actor) -> datetime:
    """The end of the office hours to come."""
    change = next_shift_change(get_rota(operator, "kantor"))
    assert change is not None
    return change.due_at


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
    world = add_ways(make_world(language))
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


def test_a_move_shows_its_outcome_once(browser: Browser, live_server: LiveServer) -> None:
    """While the answer to a move is on its way, the live page does not run ahead: it would offer the next buttons, and
    the answer then close the form that somebody quick has opened."""
    world = make_world()
    page = look(browser, live_server.url, world.colleague).page
    other = page.context.new_page()
    for one in (page, other):
        one.goto(f"/r/{world.records['reported'].number}")
        expect(one.locator("html[data-ready]")).to_be_attached()
    before: list[str] = []

    def late(route: Route) -> None:
        answer = route.fetch()
        for one in (page, other):
            one.evaluate("document.dispatchEvent(new CustomEvent('live:record'))")
        expect(other.locator(".record-line")).to_contain_text("In progress")
        before.append(page.locator(".record-line").inner_text())
        route.fulfill(response=answer)

    page.route("**/do/start", late)
    page.get_by_role("button", name="Take", exact=True).click()
    expect(page.locator(".record-line")).to_contain_text("In progress")
    assert "Reported" in before[0]
    page.locator("summary", has_text="Resolve").click()
    page.evaluate("document.dispatchEvent(new CustomEvent('live:record'))")
    page.locator("textarea[name=cause]").fill("Disk penuh")
    expect(page.locator("textarea[name=cause]")).to_have_value("Disk penuh")
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


@pytest.mark.parametrize("scripts", [True, False])
def test_somebody_new_comes_in_by_a_link(browser: Browser, live_server: LiveServer, scripts: bool) -> None:
    world = make_world()
    page = look(browser, live_server.url, world.administrator, scripts=scripts).page
    page.goto("/people/new")
    page.get_by_label("Name", exact=True).fill("Dewi Lestari")
    page.get_by_label("E-mail address").fill("dewi@example.com")
    page.get_by_label("Organisation").select_option(str(world.estate.customer))
    page.get_by_label("Service desk agent").check()
    page.get_by_role("button", name="Make the person").click()
    expect(page.locator(".errors")).to_contain_text("A customer's person can be a requester or a decision maker")
    page.get_by_label("Service desk agent").uncheck()
    page.get_by_role("button", name="Make the person").click()
    page.get_by_role("button", name="Make a link to choose a password").click()
    link = page.locator("#secret").inner_text()
    page.get_by_role("link", name="People").last.click()
    expect(page.locator("h1")).to_have_text("People")

    hers = look(browser, live_server.url, None, scripts=scripts).page
    hers.goto(link)
    hers.locator("#id_password").fill("short")
    hers.locator("#id_again").fill("short")
    hers.locator(".gate-card button[type=submit]").click()
    expect(hers.locator("#id_password_error")).to_be_visible()
    for field in ("#id_password", "#id_again"):
        hers.locator(field).fill("payung biru di pasir")
    hers.locator(".gate-card button[type=submit]").click()
    expect(hers).to_have_url(re.compile("/account/login/"))
    hers.locator("#id_login").fill("dewi@example.com")
    hers.locator("#id_password").fill("payung biru di pasir")
    hers.locator("#main button[type=submit]").first.click()
    expect(hers).to_have_url(re.compile("/home"))
    page.context.close()
    hers.context.close()


def test_the_first_page_is_light(browser: Browser, live_server: LiveServer) -> None:
    world = make_world()
    eyes = look(browser, live_server.url, world.agent)
    sizes: list[int] = []
    eyes.page.on("response", lambda answer: sizes.append(len(answer.body())) if answer.ok else None)
    eyes.page.goto("/", wait_until="networkidle")
    assert sum(sizes) < 2 * 155_000  # bytes before compression, which takes off more than half
    eyes.page.context.close()


def test_a_parent_is_found_while_typing(browser: Browser, live_server: LiveServer) -> None:
    world = make_world()
    page = look(browser, live_server.url, world.agent).page
    child, parent = world.records["waiting"].number, world.records["working"].number
    page.goto(f"/r/{child}")
    expect(page.locator("html[data-ready]")).to_be_attached()
    page.locator("summary", has_text="Put under a parent").click()
    field = page.locator("input[name=parent]")
    field.press_sequentially(f"inc{int(parent[3:])}")  # as people type it
    expect(page.locator(f"#parents option[value={parent}]")).to_be_attached()
    field.fill(parent)
    page.locator("details[open] button", has_text="Put under a parent").click()
    expect(page.locator("#record-side")).to_contain_text(parent)
    page.context.close()


def test_a_move_on_a_page_of_its_own_is_sent(browser: Browser, live_server: LiveServer) -> None:
    world = make_world()
    page = look(browser, live_server.url, world.requester).page
    number = world.records["resolved"].number
    page.goto(f"/r/{number}/do/reopen")
    expect(page.locator("html[data-ready]")).to_be_attached()
    page.locator("textarea[name=reason]").fill("Masih lambat")
    page.locator("main form .btn-first").click()
    expect(page).to_have_url(re.compile(f"/r/{number}$"))
    assert get_record(world.agent, number).state == "in_progress"
    page.context.close()


def test_a_silence_is_counted_while_it_is_typed(browser: Browser, live_server: LiveServer) -> None:
    world = make_world()
    source = create_source(by=world.administrator, name="Prometheus").id
    for instance in ("db-1", "db-2", "web-1"):
        fire(source, clock.now(), alertname="Disk", instance=instance)
    page = look(browser, live_server.url, world.administrator).page
    alert = Alert.objects.order_by("-pk").values_list("pk", flat=True)[0]
    page.goto(f"/silences/new?alert={alert}")
    expect(page.locator("html[data-ready]")).to_be_attached()
    expect(page.locator("#would")).to_contain_text("1 alert fires")
    page.locator("#op-1").select_option("=~")
    page.locator("#value-1").fill("db-.*")
    expect(page.locator("#would")).to_contain_text("2 alerts fire")
    page.locator("#id_comment").fill("Ganti disk")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Ganti disk")
    page.context.close()


def test_rules_are_moved_by_keyboard(browser: Browser, live_server: LiveServer) -> None:
    world = make_world()
    rules = [rule.id for rule in list_rules(world.administrator)]
    page = look(browser, live_server.url, world.administrator).page
    page.goto("/rules")
    expect(page.locator("html[data-ready]")).to_be_attached()
    page.locator(f"#rule-{rules[0]} button[value=down]").focus()
    for place in (2, 3):
        page.keyboard.press("Enter")
        expect(page.locator(f"#rule-{rules[0]} .rule-place")).to_have_text(str(place))
        expect(page.locator(f"#rule-{rules[0]} button[value=down]")).to_be_focused()
    assert [rule.id for rule in list_rules(world.administrator)][:3] == [rules[1], rules[2], rules[0]]
    page.context.close()
