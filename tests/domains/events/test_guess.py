"""What is made of payloads without any mapping: of tools known by name, and of shapes nobody has named."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selaras.domains.events.reading.guess import guess
from selaras.domains.events.reading.notice import Notice
from selaras.domains.events.reading.split import TooMany
from tests.domains.events.payloads import SHAPES, Expected

EXAMPLES = Path(__file__).resolve().parents[4] / "shared" / "data" / "alert_payloads"


def told(notice: Notice) -> Expected:
    labels = notice.labels
    return (
        labels.get("alertname", ""),
        labels.get("instance", ""),
        labels.get("service", ""),
        labels.get("severity", ""),
        notice.saying.value,
    )


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_is_read_as_a_person_would(name: str) -> None:
    payload, expected = SHAPES[name]
    assert [told(notice) for notice in guess(payload)] == expected


def test_firing_and_resolved_are_the_same_alert() -> None:
    pairs: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({"title": "[FIRING:1] Disk", "host": "a", "status": "firing"},
         {"title": "[RESOLVED] Disk", "host": "a", "status": "resolved"}),
        ({"summary": "cmk a - UP -> DOWN", "host": "a", "state": "DOWN"},
         {"summary": "cmk a - DOWN -> UP", "host": "a", "state": "UP"}),
        ({"message": "PROBLEM: load is 93", "host": "a"}, {"message": "RECOVERY: load is 5", "host": "a"}),
        ({"incident_id": 7, "title": "x", "state": "open"},
         {"incident_id": 7, "title": "x is over", "state": "closed"}),
        ({"subject": "Problem: CPU is high", "host": "a"}, {"subject": "Resolved in 12m 3s: CPU is high", "host": "a"}),
        ({"title": "Alert for device r-2 - Down", "host": "r-2", "state": "1"},
         {"title": "Device r-2 recovered from Down", "host": "r-2", "state": "0"}),
        ({"issue": {"id": "i1", "state": "OPEN", "text": "Heap is full", "fqdn": "j.example"}},
         {"issue": {"id": "i1", "state": "CLOSED"}}),
        ({"alert_event": "STATE_START", "alert_correlation_id": "c", "name": "5xx"},
         {"alert_event": "STATE_END", "alert_correlation_id": "c", "name": "5xx"}),
        ({"check": {"status": "failed", "reason": "no such host"}, "monitor": {"url": "https://s.example"}},
         {"check": {"status": "successful"}, "monitor": {"url": "https://s.example"}}),
        ({"Name": "Pay", "TriggerType": "Critical"}, {"Name": "Pay", "TriggerType": "ResolvedCritical"}),
        ({"message_type": "CRITICAL", "entity_display_name": "Disk of db1", "state_message": "98%"},
         {"message_type": "RECOVERY", "entity_display_name": "Disk of db1", "state_message": "40%"}),
        ({"event_name": "CPU of r-3", "host_name": "r-3", "event_value": "1"},
         {"event_name": "CPU of r-3", "host_name": "r-3", "event_value": "0"}),
        ({"host_name": "w", "service_name": "http", "state": "CRITICAL", "output": "refused"},
         {"host_name": "w", "service_name": "http", "state": "OK", "output": "200 in 3 ms"}),
    ]  # fmt: skip
    for fires, ends in pairs:
        first, last = guess(fires)[0], guess(ends)[0]
        assert (first.saying.value, last.saying.value) == ("firing", "resolved"), fires
        assert first.identity == last.identity, fires


def test_what_changes_names_nothing_and_what_is_numbered_does() -> None:
    def identity(**payload: Any) -> Any:
        return guess({"status": "down", **payload})[0].identity

    for one, again in (
        ("Load is 93", "Load is 5"),
        ("Disk at 95.2% (19.0 of 20.0 GB)", "Disk at 97% (19.4 of 20.0 GB)"),
        ("10:02:11.123: shell in container", "11:42:09.001: shell in container"),
        ("queue=1200 jobs", "queue=1350 jobs"),
    ):
        assert identity(title=one) == identity(title=again), one
    for one, other in (
        ("linux-db-02", "linux-db-03"),
        ("Backup of VM 104 failed", "Backup of VM 105 failed"),
        ("Too many 500s", "Too many 404s"),
        ("10.0.0.1 is unreachable", "10.0.0.2 is unreachable"),
    ):
        assert identity(title=one) != identity(title=other), one
    assert identity(alert_id="7", alert_scope="host:a") != identity(alert_id="7", alert_scope="host:b")
    assert identity(title="AP is gone", device_id="A1") != identity(title="AP is gone", device_id="A2")
    errors = [{"error": {"message": text}, "application": "shop", "host": "a"} for text in ("Key missing", "No money")]
    assert identity(**errors[0]) != identity(**errors[1])


def test_the_link_leads_to_the_alert() -> None:
    for payload, link in (
        ({"title": "x", "linksensor": "https://m.example/s?id=2"}, "https://m.example/s?id=2"),
        (
            {"title": "x", "potentialAction": [{"targets": [{"os": "all", "uri": "https://m.example/b"}]}]},
            "https://m.example/b",
        ),
        ({"title": "x", "UnsubscribeURL": "https://m.example/?Action=Unsubscribe"}, ""),
        (
            {"version": 2, "account": {"url": "https://m.example/me"}, "error": {"url": "https://m.example/e/1"}},
            "https://m.example/e/1",
        ),
        ({"title": "x", "url": "https://"}, ""),
    ):
        assert guess(payload)[0].url == link, payload


def test_what_surrounds_a_list_fills_gaps_and_names_nothing() -> None:
    first, second = guess({"host": "gw", "incident_id": "1", "alerts": [{"title": "A"}, {"title": "B", "host": "x"}]})
    assert (first.labels["instance"], second.labels["instance"]) == ("gw", "x")
    assert first.identity != second.identity


def test_the_worlds_examples_are_readable() -> None:
    """Examples of other tools, where they are at hand: a name that is not the tool's word for "event", a summary."""
    for file in sorted(EXAMPLES.glob("*.json")) if EXAMPLES.is_dir() else []:
        notices = guess(json.loads(file.read_text()))
        assert notices, file.name
        for notice in notices:
            assert notice.labels["alertname"] not in ("", "Event"), file.name
            assert notice.annotations["summary"], file.name


def test_more_alerts_than_are_taken_are_refused() -> None:
    with pytest.raises(TooMany):
        guess([{"title": "x"}] * 2002)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=40),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["title", "alerts", "labels", "status", "host", "severity", "time", "tags", "data", "key"])
            | st.text(max_size=12),
            inner,
            max_size=6,
        )
    ),
    max_leaves=30,
)


@settings(max_examples=300, deadline=None)
@given(JSON)
def test_anything_is_read_without_failing(value: Any) -> None:
    for notice in guess(value):
        assert notice.labels["alertname"]
        json.dumps([notice.labels, notice.annotations], ensure_ascii=False).encode()
