"""Signing in a browser and looking at a page with its eyes: accessibility, policy, cut text."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from playwright.sync_api import Browser, ConsoleMessage, Page

from selaras.domains.people.contracts import Actor
from tests.interfaces.web.world import signed_in

AXE = Path(__file__).resolve().parents[2] / "vendor" / "axe" / "axe.min.js"
DESKTOP = {"width": 1440, "height": 900}
LAPTOP = {"width": 1024, "height": 768}
PHONE = {"width": 390, "height": 844}
_RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}

# Text that is wider than its box although nothing says that it may be shortened.
_CUT = """() => [...document.querySelectorAll('button, .btn, h1, h2, th, label, .rail-link span, .chip, .plain-nav a')]
  .filter((e) => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline'
    && !e.closest('.sr, .cut') && getComputedStyle(e).textOverflow !== 'ellipsis'
    && getComputedStyle(e).clipPath === 'none')
  .map((e) => e.outerHTML.slice(0, 120))"""


@dataclass
class Eyes:
    """A page and what its console complained of."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def hear(self, message: ConsoleMessage) -> None:
        """Keep what concerns the policy or our scripts."""
        if "Content Security Policy" in message.text or (
            message.type == "error" and "/live" not in str(message.location)
        ):
            self.complaints.append(message.text)

    def violations(self) -> list[str]:
        """What axe finds, one line each."""
        found: dict[str, Any] = self.page.evaluate("(rules) => axe.run(document, rules)", _RULES)
        return [f"{v['id']}: {node['html'][:160]}" for v in found["violations"] for node in v["nodes"]]

    def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - innerWidth"))

    def cut(self) -> list[str]:
        """Texts that do not fit their boxes."""
        return list(self.page.evaluate(_CUT))


def look(
    browser: Browser,
    server: str,
    actor: Actor | None,
    *,
    size: dict[str, int] = DESKTOP,
    theme: str = "light",
    scripts: bool = True,
) -> Eyes:
    """A fresh browser of somebody, axe at hand on every page."""
    phone = size["width"] < 500
    context = browser.new_context(
        base_url=server,
        viewport={"width": size["width"], "height": size["height"]},
        color_scheme="dark" if theme == "dark" else "light",
        has_touch=phone,
        is_mobile=phone,
        reduced_motion="reduce",
        locale=f"{actor.language}-ID" if actor else "id-ID",
        java_script_enabled=scripts,
    )
    if actor is not None:
        session = signed_in(actor).cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": server}])
    eyes = Eyes(context.new_page())
    eyes.page.on("console", eyes.hear)
    eyes.page.on("pageerror", lambda error: eyes.complaints.append(str(error)))
    # Not a script of the page: run in every document by the browser itself, past the policy that we test.
    context.add_init_script(path=AXE)
    return eyes
