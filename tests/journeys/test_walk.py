"""The README's five-minute walk, step by step, with real parts: Selaras, Prometheus, a target, Chromium.

With SELARAS_PICTURES=1 it writes the README's pictures to docs/images.
"""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from selaras.interfaces.cli.demo import walk as files
from tests.journeys.browser import chromium, picture, signed_in
from tests.journeys.harness import Installation, Running, free_port, new_home, until

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "images"
SOON = 60_000  # ms; the walk says fifteen seconds, a loaded test machine may take longer


@contextmanager
def program(command: str, log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A program of the walk, ended at the end."""
    words = shlex.split(command)
    words[0] = sys.executable if words[0] == "python3" else words[0]
    with log.open("ab") as out:
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)
    try:
        yield process
    finally:
        stop(process)


def stop(process: "subprocess.Popen[bytes]") -> None:
    """Ctrl-C."""
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGINT)
    process.wait(20)


class Api:
    """The HTTP API with a token, as curl uses it."""

    def __init__(self, address: str, token: str) -> None:
        self.address, self.token = address, token

    def __call__(self, path: str, body: dict[str, Any] | None = None) -> Any:
        request = urllib.request.Request(
            f"{self.address}/api/v1{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    with new_home() as home:
        yield Installation(home)


@pytest.fixture(scope="module")
def running(installation: Installation) -> Iterator[Running]:
    with installation.up("--demo") as one:
        yield one


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


def shot(page: Page, name: str) -> None:
    if os.environ.get("SELARAS_PICTURES") == "1":
        PICTURES.mkdir(parents=True, exist_ok=True)
        picture(page, PICTURES / f"{name}.png")


@pytest.mark.real("chromium", "prometheus")
def test_the_walk_of_the_readme(
    installation: Installation,
    running: Running,
    browser: Browser,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address = f"http://127.0.0.1:{installation.port}"
    monkeypatch.setattr(files, "TARGET_PORT", free_port())
    monkeypatch.setattr(files, "PROMETHEUS_PORT", free_port())
    target_command, prometheus_command = files.write(tmp_path, address)
    logins = installation.sign_ins()

    with ExitStack() as stack:
        agent = stack.enter_context(signed_in(browser, address, *logins[0]))
        expect(agent.locator("#rows tr[data-row]").first).to_be_visible()
        target = stack.enter_context(program(target_command, tmp_path / "target.log"))
        stack.enter_context(program(prometheus_command, tmp_path / "prometheus.log"))
        until(lambda: "GET /metrics" in (tmp_path / "target.log").read_text(), "Prometheus reads the target")
        stop(target)

        # The queue offers it without reloading; nothing moves under the cursor until it is asked for.
        expect(agent.locator("#fresh")).to_be_visible(timeout=SOON)
        agent.click("#fresh")
        row = agent.locator("#rows tr", has_text="tidak merespons").first
        expect(row).to_be_visible()
        agent.goto(address + str(row.locator("a.row-link").get_attribute("href")))
        number = agent.url.rsplit("/", 1)[1]
        check_what_it_shows(agent)
        shot(agent, "incident")
        why = agent.locator(".record a[href*='/clocks/']").first
        agent.goto(address + str(why.get_attribute("href")))
        expect(agent.locator("main")).to_contain_text("Asia/")
        shot(agent, "clock")
        agent.goto(f"{address}/r/{number}")
        resolve_it(agent)

        # The target runs again: Prometheus says resolved, and the incident says so.
        stack.enter_context(program(target_command, tmp_path / "target.log"))
        expect(agent.locator("#timeline")).to_contain_text("melihat penyebabnya hilang", timeout=SOON)
        shot(agent, "resolved")
        token = make_token(agent, address)

    api = Api(address, token)
    assert api(f"/incidents/{number}")["cause_state"] == "cleared"
    the_customer_sees_their_part(browser, address, logins, number, api)
    the_way_through_the_api(api)


def check_what_it_shows(agent: Page) -> None:
    """What happened, who is hit, how long is left, on one page."""
    expect(agent.locator("#timeline li").first).to_be_visible()
    expect(agent.locator(".record")).to_contain_text("Kasir")
    assert agent.locator(".record a[href*='/clocks/']").count() >= 2
    assert agent.locator(".record a[href*='/customers/']").count() >= 1


def resolve_it(agent: Page) -> None:
    """Take, note twice, hold, resume, resolve: only with the buttons that the page offers."""
    do(agent, "start")
    note(agent, "internal", "Sakelar rak 4 mati, petugas sedang ke sana.")
    note(agent, "public", "Kami sedang memeriksanya, kabar berikutnya 30 menit lagi.")
    assert not agent.locator(offered("confirm")).count()
    do(agent, "wait", waiting_for="requester", reason="Apakah kasir lain normal?")
    expect(agent.locator(offered("resume"))).to_have_count(1)
    do(agent, "resume")
    do(agent, "resolve", cause="Sakelar rak 4 kehilangan daya", solution="Catu daya diganti")
    expect(agent.locator(offered("reopen"))).to_have_count(1)


def offered(verb: str) -> str:
    """Where a move is on the page: its form, or the place that its form comes to when it is opened."""
    return f"form[action$='/do/{verb}'], [hx-get*='/do/{verb}?']"


def do(page: Page, verb: str, **given: str) -> None:
    """Make a move with what it asks for."""
    form = page.locator(f"form[action$='/do/{verb}']")
    if not form.is_visible():
        page.locator("details.verb", has=page.locator(offered(verb))).locator("summary").click()
    for name, value in given.items():
        field = form.locator(f"[name={name}]").first
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
        elif field.get_attribute("type") == "radio":
            form.locator(f"[name={name}][value={value}]").check()
        else:
            field.fill(value)
    version = page.locator("#record").get_attribute("data-version")
    form.locator("button[type=submit]").click()
    expect(page.locator("#record")).not_to_have_attribute("data-version", str(version))


def note(page: Page, kind: str, body: str) -> None:
    """Write a note."""
    page.check(f"input[name=kind][value={kind}]")
    page.fill("#note_body", body)
    page.locator(".composer-form button[type=submit]").click()
    expect(page.locator("#timeline")).to_contain_text(body)


def make_token(page: Page, address: str) -> str:
    """A token made on the profile page, shown once."""
    page.goto(f"{address}/profile")
    form = page.locator("form[action$='/profile/tokens']")
    page.locator("details", has=form).locator("summary").click()
    form.locator("[name=name]").fill("curl")
    for box in form.locator("input[name=roles]").all():
        box.check()
    form.locator("button[type=submit]").click()
    page.wait_for_load_state()
    found = re.search(r"sel_[\w-]{20,}", page.content())
    assert found
    return found[0]


def the_customer_sees_their_part(
    browser: Browser, address: str, logins: list[tuple[str, str]], number: str, api: Api
) -> None:
    """A decision maker whose service is hit sees it; another customer's finds nothing, not even by search."""
    hit = api(f"/records/{number}")["organisation_name"]
    seen = {}
    for email, password in (login for login in logins if not login[0].endswith("tirtamaya.example")):
        with signed_in(browser, address, email, password, expects="status of 404") as page:
            answer = page.goto(f"{address}/r/{number}")
            assert answer is not None
            text = page.inner_text("body")
            seen[email] = answer.status
            assert "Sakelar rak 4 mati" not in text
            page.goto(f"{address}/search?q={number}")  # a whole number that is found opens its record
            assert page.url.endswith(f"/r/{number}") == (answer.status == 200)
            page.goto(f"{address}/home")
            if answer.status == 200:
                shot(page, "customer")
    assert 200 in seen.values(), (hit, seen)
    assert 404 in seen.values(), (hit, seen)


def the_way_through_the_api(api: Api) -> None:
    """All of it again: report, take, note, hold, resume, resolve."""
    made = api("/incidents", {"title": "Lewat API", "impact": 2, "urgency": 2})
    number = made["card"]["number"]
    for move in (
        {"verb": "start"},
        {"verb": "wait", "waiting_for": "supplier", "reason": "Menunggu suku cadang"},
        {"verb": "resume"},
        {"verb": "resolve", "cause": "Rusak", "solution": "Diganti"},
    ):
        made = api(f"/incidents/{number}/moves", move)
    assert made["card"]["state"] == "resolved"
    assert [entry["verb"] for entry in api(f"/records/{number}/entries")][-1] == "resolve"
