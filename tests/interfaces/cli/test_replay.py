"""`selaras replay` at a terminal."""

from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from selaras.interfaces.cli import replay
from selaras.interfaces.cli.home import Trouble
from tests.domains.events.build import NOON, fire, make_source

pytestmark = pytest.mark.django_db

LOUD = "rules:\n- name: Loud\n  when: []\n  class: exception\n  opens_incident: true\n"


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the test's own database, which is set up already."""
    monkeypatch.setattr(replay, "environment", nullcontext)


def told(tmp_path: Path, *arguments: str, file: str = LOUD) -> str:
    kept = tmp_path / "rules.yaml"
    kept.write_text(file)
    done = CliRunner().invoke(replay.replay, [str(kept), *arguments], standalone_mode=False)
    if done.exception:
        raise done.exception
    return done.output


def test_what_it_would_make(tmp_path: Path) -> None:
    source = make_source()
    fire(source, NOON, alertname="Odd", instance="a")
    fire(source, NOON + timedelta(minutes=5), alertname="Odd", instance="b")
    since, until = NOON.isoformat(), (NOON + timedelta(minutes=1)).isoformat()
    said = told(tmp_path, "--since", since, "--until", until)
    assert "1 changes; the draft treats 1 alerts otherwise." in said
    assert "all\t1 → 1\t0 → 1\t0 → 0" in said
    assert "Odd a" in said
    assert "2 changes" in told(tmp_path, "--since", since)


@pytest.mark.parametrize("arguments", [("--since", "x"), ("--since", "2999-01-01T00:00Z")])
def test_what_cannot_be_is_said_plainly(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    with pytest.raises(Trouble):
        told(tmp_path, *arguments)
    with pytest.raises(Trouble):
        told(tmp_path, "--since", NOON.isoformat(), file="rules: [5]")
