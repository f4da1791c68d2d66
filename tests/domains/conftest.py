"""The moment at which tests of events, and of what follows from them, stand."""

from collections.abc import Iterator

import pytest

from selaras.kernel import clock
from tests.domains.events.build import NOON


@pytest.fixture
def noon() -> Iterator[None]:
    """It is noon in Jakarta."""
    with clock.frozen(NOON):
        yield
