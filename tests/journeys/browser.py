"""A real Chromium for journeys, and the gestures they share. What the console complains of fails the journey."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
_QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_QUIET)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def signed_in(browser: Browser, address: str, email: str, password: str, *, expects: str = "") -> Iterator[Page]:
    """A page of somebody who has signed in, at what they see first; `expects` is a complaint the journey provokes."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="id-ID", timezone_id="Asia/Jakarta")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(f"{address}/account/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/account/login" not in url)
    try:
        yield page
        assert [each for each in complaints if not expects or expects not in each] == []
    finally:
        context.close()


def picture(page: Page, file: Path) -> None:
    """A screenshot for the README; small enough to be kept with the sources."""
    page.wait_for_load_state("networkidle")
    page.screenshot(path=file, animations="disabled")
