"""The schedule: what is due runs once, and a failure harms nothing else."""

from datetime import UTC, datetime, timedelta

import pytest

from selaras.interfaces.jobs import regular
from selaras.interfaces.jobs.models import LastRun
from selaras.interfaces.jobs.schedule import SCHEDULE, Regular
from selaras.kernel import clock

START = datetime(2026, 3, 2, 1, tzinfo=UTC)


@pytest.mark.django_db
def test_runs_when_due_and_not_before(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[datetime] = []
    monkeypatch.setattr(regular, "SCHEDULE", [Regular("count", 60, lambda: runs.append(clock.now()))])
    for seconds in (0, 30, 59, 60, 61, 120):
        with clock.frozen(START + timedelta(seconds=seconds)):
            regular.run_due()
    assert [(at - START).seconds for at in runs] == [0, 60, 120]


@pytest.mark.django_db
def test_a_failure_is_kept_and_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[int] = []

    def fail() -> None:
        raise ValueError("no such thing")

    monkeypatch.setattr(regular, "SCHEDULE", [Regular("bad", 60, fail), Regular("good", 60, lambda: runs.append(1))])
    regular.run_due()
    assert runs == [1]
    assert LastRun.objects.get(name="bad").failed_with == "ValueError('no such thing')"


@pytest.mark.django_db
def test_every_entry_of_the_schedule_runs() -> None:
    assert regular.run_due() == len(SCHEDULE)
    assert not LastRun.objects.exclude(failed_with="").exists()
