"""Whoever keeps people."""

import pytest

from selaras.domains.people.contracts import Actor, Role
from tests.factories import make_person, make_provider


@pytest.fixture
def administrator(db: None) -> Actor:
    """An administrator of the provider."""
    return make_person(make_provider(), Role.ADMINISTRATOR, name="Nadia")
