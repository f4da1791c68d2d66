"""What every test may use: a database of its own worker, and Django set up on it."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import storages
from django.db import connections
from django.test import TransactionTestCase
from hypothesis import settings as hypothesis_settings
from pytest_django.plugin import DjangoDbBlocker

from selaras.interfaces.cli.prepare import compile_translations
from tests import database, parts


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "real(*programs): a journey with real programs; left out where there are none")
    # No deadline: how long an example takes says more of the machine than of the code.
    hypothesis_settings.register_profile("selaras", deadline=None)
    hypothesis_settings.load_profile("selaras")
    compile_translations()
    # Plain names: nothing has been collected here.
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    storages.__dict__.pop("backends", None)
    settings.SECRET_KEY = "tests only: no secret"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    parts.leave_out(config, items)


def pytest_runtest_setup(item: pytest.Item) -> None:
    parts.require(item)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    parts.take_over(node)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    parts.tell(terminalreporter)


@pytest.fixture(scope="session")
def database_server() -> Iterator[str]:
    """The DSN of the test server (its database `selaras` is empty)."""
    with database.server() as dsn:
        yield dsn


@pytest.fixture(scope="session")
def django_db_setup(database_server: str, worker_id: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A migrated database for this worker, cloned from the template in a fraction of a second."""
    name = f"test_{os.getpid()}_{worker_id}"
    with django_db_blocker.unblock():
        database.drop_abandoned(database_server)
        source = database.template(database_server)
        own = database.clone(database_server, source, name)

        def fresh_again(_case: Any) -> None:
            # Instead of Django's TRUNCATE of every table: it also brings back what migrations put in, and
            # does not argue with tables that refuse TRUNCATE.
            connections.close_all()
            database.clone(database_server, source, name)

        setattr(TransactionTestCase, "_fixture_teardown", fresh_again)  # noqa: B010  # mypy refuses a method
        with database.django_on(own):
            yield
        database.drop(database_server, name)
