"""What people do in a real browser: by keyboard alone, beside the list, without scripts, on live pages."""

import re

import pytest
from playwright.sync_api import Browser, Route, expect
from pytest_django.live_server_helper import LiveServer

from selaras.domains.events.actions.sources import create_source
from selaras.domains.events.models import Alert
from selaras.domains.events.queries.rules import list_rules
from selaras.domains.records.queries import get_record
from selaras.kernel import clock
from tests.domains.events.build import fire
from tests.interfaces.web.browsing import look
from tests.interfaces.web.world import make_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.real("chromium")]


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
    page.set_viewport_size({"width": 1000, "height": 640})
    page.evaluate("document.querySelector('#record-verbs').scrollIntoView({block: 'end'})")
    page.locator("summary", has_text="Resolve").click()
    expect(page.locator("details.verb[open] button[type=submit]")).to_be_in_viewport()
    page.evaluate("document.dispatchEvent(new CustomEvent('live:record'))")
    page.locator("textarea[name=cause]").fill("Disk penuh")
    expect(page.locator("textarea[name=cause]")).to_have_value("Disk penuh")
    page.context.close()


def test_news_does_not_take_a_click_away(browser: Browser, live_server: LiveServer) -> None:
    """What is drawn anew under a pressed button would lose the click."""
    world = make_world()
    page = look(browser, live_server.url, world.colleague).page
    other = page.context.new_page()
    for one in (page, other):
        one.goto(f"/r/{world.records['reported'].number}")
        expect(one.locator("html[data-ready]")).to_be_attached()
    page.bring_to_front()
    page.locator("#record-verbs summary").first.hover()
    page.mouse.down()
    other.get_by_role("button", name="Take", exact=True).click()
    expect(other.locator(".record-line")).to_contain_text("In progress")
    with page.expect_response(lambda answer: "x-selaras-live" in answer.request.headers):
        page.evaluate("document.dispatchEvent(new CustomEvent('live:record'))")
    page.evaluate("fetch(location.href).then((answer) => answer.text())")  # a page later, the first has been seen to
    page.mouse.up()
    expect(page.locator("#record-verbs details[open] form")).to_be_visible()
    expect(page.locator(".record-line")).to_contain_text("In progress")
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
