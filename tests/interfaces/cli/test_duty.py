"""`selaras duty now` at a terminal."""

from contextlib import nullcontext

import pytest
from click.testing import CliRunner

from selaras.interfaces.cli import duty
from selaras.interfaces.cli.home import Trouble
from tests.domains.duty.build import layer, make_rota, worker
from tests.factories import make_provider

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the test's own database, which is set up already."""
    monkeypatch.setattr(duty, "environment", nullcontext)
    make_rota(layer(worker(make_provider(), "Ayu")))


def told(*arguments: str) -> list[str]:
    done = CliRunner().invoke(duty.duty, ["now", *arguments], standalone_mode=False)
    if done.exception:
        raise done.exception
    return done.output.strip().split("\t")


def test_a_line_a_rota() -> None:
    assert told("--at", "2026-11-25T12:00+07:00") == ["jaga", "Ayu", "2026-11-30T02:00+00:00", "Ayu"]
    assert told("--at", "2026-11-01T12:00+07:00", "--rota", "jaga") == ["jaga", "-", "-", "Ayu"]


@pytest.mark.parametrize("arguments", [("--at", "besok"), ("--at", "2026-11-25T12:00"), ("--rota", "lain")])
def test_what_cannot_be_answered_is_said_plainly(arguments: tuple[str, ...]) -> None:
    with pytest.raises(Trouble):
        told(*arguments)
