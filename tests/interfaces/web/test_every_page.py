"""Every page in a real browser: no violation of WCAG 2.2 AA, none of the policy, nothing cut, in both themes and
languages and on the phone."""

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.interfaces.web.browsing import DESKTOP, LAPTOP, PHONE, look
from tests.interfaces.web.every_page import pages
from tests.interfaces.web.world import add_ways, make_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.real("chromium")]
SIZES = {"desktop": DESKTOP, "laptop": LAPTOP, "phone": PHONE}


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
