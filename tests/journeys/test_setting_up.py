"""Somebody new makes a source, a rota, a policy and a rule from what the pages say, and the first alert calls who is on
duty; how long that takes a person is reckoned as they would do it, gesture by gesture."""

import json
import re
import subprocess
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.browser import chromium, signed_in
from tests.journeys.harness import Installation, new_home

MOST = 600  # seconds
SOON = 60_000  # ms
# Seconds a gesture, by the keystroke-level model (Card, Moran and Newell, 1980), for somebody who types without skill.
_KEY, _POINT, _CLICK, _TO_KEYBOARD, _THINK, _PAGE_LOADS = 0.28, 1.1, 0.2, 0.4, 1.35, 1.0
_WORDS = 200 / 60  # read in a second
# What is to be read: neither choices of a list that stays shut, nor code that is copied.
_TEXTS = """() => {
  const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT), found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const above = node.parentElement;
    if (above.closest('option, pre, script, template') || !above.checkVisibility()) continue;
    found.push(node.data.trim());
  }
  return found.filter(Boolean);
}"""


class Person:
    """Somebody at a page who reads whatever is new to them, all of it, and then acts by the words that stand there."""

    def __init__(self, page: Page) -> None:
        self.page, self.seconds, self._known = page, 0.0, set[str]()

    def press(self, words: str) -> None:
        """A link or a button."""
        either = self.page.get_by_role("link", name=words, exact=True)
        self._click(either.or_(self.page.get_by_role("button", name=words, exact=True)))
        self.page.wait_for_load_state()
        self.seconds += _PAGE_LOADS
        self._read()

    def write(self, label: str, text: str) -> None:
        """Into a field."""
        field = self._field(label)
        self._click(field)
        field.fill(text)
        self.seconds += 2 * _TO_KEYBOARD + _KEY * len(text)

    def choose(self, label: str, words: str) -> None:
        """From a list, which is opened and looked through."""
        field = self._field(label)
        self.seconds += 2 * (_THINK + _POINT + _CLICK)
        field.select_option(label=words)

    def tick(self, label: str) -> None:
        """A box, named first of what stands with it."""
        self._click(self.page.get_by_role("checkbox", name=re.compile(f"^{re.escape(label)}")))

    def _field(self, label: str) -> Locator:
        return self.page.get_by_label(re.compile(rf"^{re.escape(label)}( \\(.*\\))?$")).first

    def _click(self, what: Locator) -> None:
        what.first.click()
        self.seconds += _THINK + _POINT + _CLICK

    def _read(self) -> None:
        texts = set(self.page.evaluate(_TEXTS))
        self.seconds += sum(len(text.split()) for text in texts - self._known) / _WORDS
        self._known |= texts


@pytest.fixture
def installation() -> Iterator[Installation]:
    with new_home() as home:
        yield Installation(home)


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


@pytest.mark.real("chromium")
def test_a_source_a_rota_a_policy_and_a_rule_in_ten_minutes(installation: Installation, browser: Browser) -> None:
    with installation.up("--demo"):
        address = f"http://127.0.0.1:{installation.port}"
        administrator = next(pair for pair in installation.sign_ins() if pair[0].startswith("nadia."))
        with signed_in(browser, address, *administrator) as page:
            person = Person(page)
            token = make_source(person)
            make_rota(person)
            make_policy(person)
            make_rule(person)
            page.goto(f"{address}/duty/pages")
            post(address, token)
            # Whoever is on duty is called, and the list of calls says so by itself.
            page.get_by_role("link", name=re.compile("PintuGudangMacet")).click(timeout=SOON)
            expect(page.locator("main")).to_contain_text("Galih Santoso")
        assert person.seconds < MOST


def make_source(person: Person) -> str:
    """A source, tried by the command that its page shows; gives its token."""
    person.press("Sumber peristiwa")
    person.press("Sumber baru")
    person.write("Nama", "Prometheus gudang")
    person.press("Buat sumber")
    subprocess.run(["sh", "-c", person.page.inner_text("#trial")], check=True, capture_output=True, timeout=30)
    expect(person.page.locator("#heard")).to_contain_text("Terdengar", timeout=SOON)
    return person.page.inner_text("#token")


def make_rota(person: Person) -> None:
    """Two people in turn."""
    person.press("Piket")
    person.press("Jadwal piket baru")
    person.write("Nama", "Piket gudang")
    person.choose("Giliran 1", "Galih Santoso")
    person.choose("Giliran 2", "Agus Setiawan")
    person.press("Simpan")


def make_policy(person: Person) -> None:
    """Whoever is on duty by it."""
    person.press("Piket")
    person.press("Kebijakan eskalasi")
    person.press("Kebijakan baru")
    person.write("Nama", "Gangguan gudang")
    person.choose("Beri tahu", "piket menurut Piket gudang")
    person.press("Simpan")


def make_rule(person: Person) -> None:
    """Asked before all others: an incident, and a call by the policy."""
    person.press("Aturan alarm")
    person.press("Aturan baru")
    person.write("Nama", "Gudang")
    person.write("Label 1", "job")
    person.write("Nilai 1", "gudang")
    person.choose("Kelas", "Pengecualian")
    person.tick("Membuka insiden")
    person.choose("Memanggil lewat", "Gangguan gudang")
    person.choose("Ditanyakan sebelum", "Disk hampir penuh")
    person.press("Simpan")


def post(address: str, token: str) -> None:
    """As Prometheus posts, with the token that the source's page showed."""
    labels = {"alertname": "PintuGudangMacet", "job": "gudang", "severity": "critical"}
    request = urllib.request.Request(
        f"{address}/api/v2/alerts",
        json.dumps([{"labels": labels}]).encode(),
        {"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 200
