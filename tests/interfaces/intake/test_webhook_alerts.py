"""The webhooks of Alertmanager and Grafana."""

from typing import Any

from selaras.domains.events.models import Alert, RawBatch
from tests.interfaces.intake.sending import send, stored

FIRING = {
    "status": "firing",
    "labels": {"alertname": "Disk", "instance": "db1", "severity": "critical"},
    "annotations": {"summary": "Disk is full"},
    "startsAt": "2026-01-01T00:00:00Z",
    "endsAt": "0001-01-01T00:00:00Z",
    "generatorURL": "http://prometheus/graph",
    "fingerprint": "abc",
}
RESOLVED = {**FIRING, "status": "resolved", "endsAt": "2026-01-01T01:00:00Z"}


def group(*alerts: Any) -> dict[str, Any]:
    return {"version": "4", "groupKey": "{}", "status": "firing", "receiver": "selaras", "alerts": list(alerts)}


def test_a_group_fires_until_it_is_resolved(dsn: str) -> None:
    (answer,) = send(dsn, ("/webhooks/alertmanager", group(FIRING)))
    assert answer.status_code == 200, answer.text
    alert = Alert.objects.get()
    assert (alert.state, alert.timed_out, alert.ends_at.year) == ("firing", False, 9999)
    send(dsn, ("/webhooks/alertmanager", group(RESOLVED)))
    alert.refresh_from_db()
    assert (alert.state, alert.ends_at.isoformat()) == ("resolved", "2026-01-01T01:00:00+00:00")
    assert alert.generator_url == "http://prometheus/graph"


def test_it_is_the_same_alert_as_prometheus_posts(dsn: str) -> None:
    send(
        dsn,
        ("/api/v2/alerts", [{"labels": FIRING["labels"]}]),
        ("/webhooks/alertmanager", group(FIRING)),
    )
    assert Alert.objects.get().received == 2


def test_one_bad_alert_costs_no_other(dsn: str) -> None:
    bad = [
        5,
        {"labels": {}},
        {**FIRING, "status": "perhaps"},
        {**FIRING, "startsAt": "soon"},
        {**FIRING, "labels": [1]},
    ]
    (answer,) = send(dsn, ("/webhooks/alertmanager", group(*bad, FIRING)))
    assert answer.status_code == 400
    for words in (
        "alert 0: alert: an object is expected, not a number",
        "alert 1: labels: at least one label pair required",
        "alert 2: status: firing or resolved is expected",
        "alert 3: startsAt: not a time by RFC 3339: soon",
        "alert 4: labels: an object is expected, not a list",
    ):
        assert words in answer.json()["message"]
    assert stored() == [("Disk", "db1", "critical", "firing")]


def test_grafana_tells_more_of_an_alert(dsn: str) -> None:
    more = {
        "values": {"B": 22.5, "C": 1},
        "valueString": "[ var='B' value=22.5 ]",
        "dashboardURL": "https://g/d/1",
        "panelURL": "https://g/d/1?viewPanel=2",
        "imageURL": "https://g/i.png",
    }
    (answer,) = send(dsn, ("/webhooks/grafana", {**group({**FIRING, **more}), "orgId": 1, "title": "[FIRING:1]"}))
    assert answer.status_code == 200
    told = Alert.objects.get().annotations
    assert (told["values"], told["panel_url"], told["summary"]) == ("B=22.5, C=1", more["panelURL"], "Disk is full")


def test_grafana_before_unified_alerting(dsn: str) -> None:
    rule = {
        "ruleId": 7,
        "ruleName": "Load",
        "state": "alerting",
        "message": "Load is high",
        "evalMatches": [{"metric": "web1", "value": 99}],
        "tags": {"severity": "warning"},
        "ruleUrl": "https://g/7",
    }
    send(dsn, ("/webhooks/grafana", rule), ("/webhooks/grafana", {**rule, "state": "ok", "evalMatches": []}))
    alert = Alert.objects.get()
    assert (alert.state, alert.labels["alertname"], alert.annotations["summary"]) == (
        "resolved",
        "Load",
        "Load is high",
    )


def test_the_body_is_kept_as_it_came(dsn: str) -> None:
    send(dsn, ("/webhooks/alertmanager", group()))
    assert (RawBatch.objects.get().posts, Alert.objects.count()) == (1, 0)
