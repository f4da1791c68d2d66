"""When something comes by a cron expression: as cron has it, also where clocks change."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selaras.domains.events.crontab import fault_of, next_after

WEEKDAYS = "0 2 * * 1-5"


def at(text: str, zone: str = "UTC") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("cron", "zone", "after", "comes"),
    [
        (WEEKDAYS, "Asia/Jakarta", "2026-11-26T19:00", "2026-11-27T19:00"),  # strictly after; next is Saturday's …
        ("*/15 * * * *", "UTC", "2026-11-26T10:07", "2026-11-26T10:15"),
        ("5-10/5 9,17 * * *", "UTC", "2026-11-26T09:06", "2026-11-26T09:10"),
        ("0 0 29 2 *", "UTC", "2026-01-01T00:00", "2028-02-29T00:00"),
        ("30 3 * JAN-MAR sun", "UTC", "2026-11-26T00:00", "2027-01-03T03:30"),
        ("0 0 * * 7", "UTC", "2026-11-26T00:00", "2026-11-29T00:00"),
        ("@daily", "Asia/Jakarta", "2026-11-26T00:00", "2026-11-26T17:00"),
        ("0 22-1 * * *", "UTC", "2026-11-26T23:30", "2026-11-27T00:00"),
        ("10/20 * * * *", "UTC", "2026-11-26T00:00", "2026-11-26T00:10"),
        # New York: 02:30 is left out on 2026-03-08 and 01:30 comes twice on 2026-11-01.
        ("30 2 * * *", "America/New_York", "2026-03-08T05:00", "2026-03-08T07:00"),
        ("30 1 * * *", "America/New_York", "2026-11-01T05:00", "2026-11-01T05:30"),
        ("30 1 * * *", "America/New_York", "2026-11-01T05:30", "2026-11-02T06:30"),
    ],
)
def test_it_comes_when_cron_runs_it(cron: str, zone: str, after: str, comes: str) -> None:
    if cron == WEEKDAYS:
        comes = "2026-11-29T19:00"  # … and Monday's is Sunday evening in UTC
    assert fault_of(cron, zone) is None
    assert next_after(cron, zone, at(after)) == at(comes)


@pytest.mark.parametrize(
    "cron",
    [
        "", "0 2 * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8", "0 0 15W * *",
        "H 2 * * *", "0 0 L * *", "0 0 * * 1#2", "* * * * * 0", "*/0 * * * *", "a * * * *", "1,,2 * * * *",
        "0 0 30 2 *", "0 0 1 * 1", "0 " * 60, "٣ * * * *", "-1 * * * *",
    ],
)  # fmt: skip
def test_what_is_none_is_refused(cron: str) -> None:
    assert (fault_of(cron, "UTC") or ("", ""))[0] == "cron"


def test_a_zone_that_is_none_is_refused() -> None:
    assert (fault_of(WEEKDAYS, "Asia/Nowhere") or ("", ""))[0] == "zone"


ZONES = st.sampled_from(["Asia/Jakarta", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Cairo"])
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(st.integers(0, 23), st.integers(0, 59), ZONES, MOMENTS)
def test_a_daily_time_comes_once_a_day_whatever_the_clocks_do(
    hour: int, minute: int, zone: str, since: datetime
) -> None:
    cron, where = f"{minute} {hour} * * *", ZoneInfo(zone)
    seen, now = [], since
    for _ in range(4):
        found = next_after(cron, zone, now)
        assert found is not None
        assert found > now
        seen.append(found)
        now = found
    days = [one.astimezone(where).date() for one in seen]
    assert all(b - a == timedelta(days=1) for a, b in pairwise(days))
    for one in seen:
        shown = one.astimezone(where).replace(tzinfo=None)
        wanted = shown.replace(hour=hour, minute=minute, second=0, microsecond=0)
        gap = wanted.replace(tzinfo=where).astimezone(UTC).astimezone(where).replace(tzinfo=None) != wanted
        assert shown == wanted or (gap and shown > wanted and shown - wanted <= timedelta(hours=2))


@given(st.sampled_from(["*/5 * * * *", "0 * * * *", WEEKDAYS, "15 2 1 * *"]), ZONES, MOMENTS, st.integers(0, 200_000))
def test_nothing_comes_between(cron: str, zone: str, since: datetime, seconds: int) -> None:
    found = next_after(cron, zone, since)
    assert found is not None
    between = since + timedelta(seconds=seconds)
    if between < found:
        assert next_after(cron, zone, between) == found
