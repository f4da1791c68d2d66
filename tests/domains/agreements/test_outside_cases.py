"""Business time against what seven other projects' tests expect."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from selaras.domains.agreements.rules import Calendar, add, compile_calendar, difference

HERE = Path(__file__).parent
OWN = HERE / "business_time_cases.json"
OUTSIDE = HERE.parents[2].parent / "shared" / "data" / "business_time_cases.json"
WHOLE_SECONDS = "Intrepidd/working_hours"


def cases() -> list[Any]:
    """All outside cases: those the repository holds, and more where the shared folder is present."""
    read = json.loads(OWN.read_text("utf-8"))
    seen = {(case["source"], case["id"]) for case in read}
    if OUTSIDE.exists():
        more = json.loads(OUTSIDE.read_text("utf-8"))
        read += [case for case in more if (case["source"], case["id"]) not in seen]
    return [pytest.param(case, id=f"{case['source'].split()[0]}:{case['id']}") for case in read]


def calendar_of(case: dict[str, Any]) -> Calendar:
    """The calendar that the case describes."""
    return compile_calendar(case["timezone"], case["week"], [date.fromisoformat(day) for day in case["holidays"]])


@pytest.mark.parametrize("case", cases())
def test_agrees_with_other_projects(case: dict[str, Any]) -> None:
    calendar, start = calendar_of(case), datetime.fromisoformat(case["start_utc"])
    if case["op"] == "add":
        assert add(calendar, start, case["seconds"]) == datetime.fromisoformat(case["expected_utc"])
        return
    seconds = difference(calendar, start, datetime.fromisoformat(case["end_utc"]))
    if case["source"].startswith(WHOLE_SECONDS):
        seconds = int(seconds)
    assert seconds == case["expected_seconds"]
