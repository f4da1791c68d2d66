"""A source for everybody on this machine, and where its database is."""

import pytest

from selaras.domains.events.actions.sources import create_source
from tests.factories import SYSTEM
from tests.interfaces.intake.serving import database_url


@pytest.fixture
def dsn(transactional_db: None) -> str:
    """A database with one source, which needs no token from 127.0.0.1."""
    create_source(by=SYSTEM, name="Prometheus", networks=["127.0.0.0/8"], with_token=False)
    return database_url()
