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

EXAMPLES = Path(__file__).resolve().parents[4] / "shared" / "data" / "alert_payloads"

# payload, then alertname, instance, service, severity, state of what must be read
Expected = tuple[str, str, str, str, str]
SHAPES: dict[str, tuple[Any, list[Expected]]] = {
    "flat, with other names for everything": (
        {"AlarmTitle": "Disk almost full", "ServerName": "db01", "AlertLevel": "Major", "CurrentState": "PROBLEM"},
        [("Disk almost full", "db01", "", "error", "firing")],
    ),
    "an alarm of CloudWatch inside a message of SNS": (
        {
            "Type": "Notification",
            "Subject": 'OK: "CPU" in EU',
            "Message": json.dumps(
                {
                    "AlarmName": "CPU high",
                    "AlarmDescription": "Above 90 %",
                    "NewStateValue": "OK",
                    "OldStateValue": "ALARM",
                    "NewStateReason": "Threshold no longer crossed",
                    "StateChangeTime": "2026-01-02T03:04:05.678+0000",
                    "Trigger": {"Namespace": "AWS/EC2", "Dimensions": [{"name": "InstanceId", "value": "i-0ab"}]},
                }
            ),
        },
        [("CPU high", "i-0ab", "AWS/EC2", "", "resolved")],
    ),
    "essentials deep in data": (
        {
            "schemaId": "azureMonitorCommonAlertSchema",
            "data": {
                "essentials": {
                    "alertId": "/subscriptions/1/alerts/2",
                    "alertRule": "VM CPU",
                    "severity": "Sev1",
                    "monitorCondition": "Fired",
                    "configurationItems": ["vm-7"],
                    "firedDateTime": "2026-03-22T13:58:24.3713213Z",
                    "description": "CPU above 90 %",
                },
                "alertContext": {},
            },
        },
        [("VM CPU", "vm-7", "", "critical", "firing")],
    ),
    "an incident with epoch times": (
        {
            "version": "1.2",
            "incident": {
                "incident_id": "0.abc",
                "condition_name": "Uptime",
                "resource_display_name": "web-3",
                "state": "closed",
                "started_at": 1577840461,
                "ended_at": 1577877071,
                "summary": "Uptime check failed",
                "url": "https://console.example/1",
            },
        },
        [("Uptime", "web-3", "", "", "resolved")],
    ),
    "a problem of Zabbix": (
        {
            "event_id": "42",
            "trigger_name": "Load is high",
            "host": "zbx-1",
            "trigger_severity": "Disaster",
            "status": "PROBLEM",
        },
        [("Load is high", "zbx-1", "", "critical", "firing")],
    ),
    "a check with its entity apart": (
        {
            "entity": {"metadata": {"name": "web-1"}, "entity_class": "agent"},
            "check": {"metadata": {"name": "http"}, "status": 2, "state": "failing", "output": "CRITICAL: 500"},
        },
        [("http", "web-1", "", "", "firing")],
    ),
    "heartbeat and monitor": (
        {
            "heartbeat": {"status": 0, "msg": "timeout", "time": "2026-01-02 03:04:05"},
            "monitor": {"name": "Shop", "url": "https://shop.example/health", "hostname": None},
            "msg": "[Shop] [🔴 Down] timeout",
        },
        [("Shop", "shop.example", "", "", "firing")],
    ),
    "the same, up again": (
        {"heartbeat": {"status": 1, "msg": "200 OK"}, "monitor": {"name": "Shop", "url": "https://shop.example"}},
        [("Shop", "shop.example", "", "", "resolved")],
    ),
    "tags as texts": (
        {
            "title": "[Triggered] High latency on checkout",
            "alert_transition": "Triggered",
            "tags": ["host:web-9", "service:checkout", "env:prod"],
            "priority": "P2",
            "last_updated": "1700000000000",
        },
        [("High latency on checkout", "web-9", "checkout", "error", "firing")],
    ),
    "a rule with levels to 15": (
        {
            "rule": {"level": 12, "description": "SSH brute force", "id": "5712"},
            "agent": {"id": "1", "name": "bastion"},
            "full_log": "x y",
        },
        [("SSH brute force", "bastion", "", "critical", "firing")],
    ),
    "an event of Kubernetes": (
        {
            "involvedObject": {"kind": "Pod", "name": "api-7f", "namespace": "shop"},
            "reason": "BackOff",
            "message": "Back-off restarting failed container",
            "type": "Warning",
        },
        [("BackOff", "api-7f", "shop", "warning", "firing")],
    ),
    "a list of alerts in an envelope": (
        {
            "receiver": "x",
            "status": "firing",
            "alerts": [
                {"status": "resolved", "labels": {"alertname": "A", "instance": "h1", "severity": "critical"}},
                {"status": "firing", "labels": {"alertname": "B", "instance": "h2", "severity": "page"}},
            ],
        },
        [("A", "h1", "", "critical", "resolved"), ("B", "h2", "", "critical", "firing")],
    ),
    "a bare list": (
        [{"name": "X", "host": "a", "status": "down"}, {"name": "Y", "host": "b", "status": "up"}],
        [("X", "a", "", "critical", "firing"), ("Y", "b", "", "", "resolved")],
    ),
    "only a text": ({"text": "RESOLVED: Backup of db01 late"}, [("Backup of db01 late", "", "", "", "resolved")]),
    "a failure is no state of its title": (
        {"title": "Failed to fetch profile", "level": "error", "server_name": "app-1"},
        [("Failed to fetch profile", "app-1", "", "error", "firing")],
    ),
    "not ok": ({"name": "Queue", "host": "mq", "status": "not ok"}, [("Queue", "mq", "", "", "firing")]),
    "flags": ({"check": "ping", "host": "gw", "resolved": True}, [("ping", "gw", "", "", "resolved")]),
    "a thing was changed": (
        {"event": "deleted", "model": "device", "data": {"name": "sw-1", "status": {"value": "active"}}},
        [("Device sw-1 deleted", "sw-1", "", "info", "firing")],
    ),
    "a host in the title": (
        {"title": "[Warn on {host:web-1}] CPU is high", "event_type": "query_alert_monitor", "body": "CPU over 90"},
        [("CPU is high", "web-1", "", "warning", "firing")],
    ),
    "fields of a message": (
        {
            "attachments": [
                {"title": "[FIRING] Memory", "fields": [{"title": "Severity", "value": "critical", "short": True}]}
            ]
        },
        [("Memory", "", "", "critical", "firing")],
    ),
    "a website that is watched": (
        {"MONITORNAME": "Shop", "MONITORURL": "https://shop.example", "STATUS": "DOWN", "INCIDENT_REASON": "Timeout"},
        [("Shop", "shop.example", "", "critical", "firing")],
    ),
    "in Indonesian": (
        {"judul": "Disk penuh", "server": "db1", "keparahan": "tinggi", "keadaan": "pulih"},
        [("Disk penuh", "db1", "", "error", "resolved")],
    ),
    "nothing that anybody knows": ({"foo": {"bar": [1, 2]}}, [("Event", "", "", "", "firing")]),
}


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
    ]  # fmt: skip
    for fires, ends in pairs:
        first, last = guess(fires)[0], guess(ends)[0]
        assert (first.saying.value, last.saying.value) == ("firing", "resolved"), fires
        assert first.identity == last.identity, fires


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
