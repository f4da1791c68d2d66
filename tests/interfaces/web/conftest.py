"""A real browser for pages."""

import shutil
from collections.abc import Iterator

import pytest
from django.db import connections
from playwright.sync_api import Browser, sync_playwright


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's chromium, headless. A module's and no longer: while it lives, its event loop holds the thread.

    Inside and outside of that loop Django keeps connections apart; none is left behind for tests that come after.
    """
    connections.close_all()
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as player:
        # Django is used from the thread of that loop on purpose.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        started = player.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield started
        started.close()
        connections.close_all()
