"""Alerta's API for alerts and heartbeats."""

from selaras.domains.events.models import Alert
from tests.interfaces.intake.sending import send, stored

DOWN = {
    "resource": "web1",
    "event": "NodeDown",
    "environment": "Production",
    "severity": "major",
    "correlate": ["NodeDown", "NodeUp"],
    "service": ["Web"],
    "text": "No ping",
    "value": "timeout",
    "tags": ["a", "b"],
    "attributes": {"region": "ID"},
    "origin": "ping",
    "createTime": "2026-01-01T00:00:00.000Z",
}


def test_an_alert_is_taken_and_told_back(dsn: str) -> None:
    (answer,) = send(dsn, ("/api/alert", DOWN))
    told = answer.json()
    assert (answer.status_code, told["status"], told["alert"]["resource"]) == (201, "ok", "web1")
    assert told["id"] == told["alert"]["id"] == str(Alert.objects.get().key)
    labels = Alert.objects.get().labels
    assert (labels["severity"], labels["original_severity"], labels["service"]) == ("error", "major", "Web")


def test_a_correlated_event_ends_it(dsn: str) -> None:
    up = {**DOWN, "event": "NodeUp", "severity": "normal", "createTime": "2026-01-01T00:10:00.000Z"}
    send(dsn, ("/alert", DOWN), ("/alert", up))
    assert stored() == [("NodeDown", "web1", "error", "resolved")]


def test_an_end_that_overtakes_its_beginning_stays_the_end(dsn: str) -> None:
    over = {**DOWN, "severity": "cleared", "createTime": "2026-01-01T00:10:00.000Z"}
    send(dsn, ("/alert", over), ("/alert", DOWN))
    assert {state for *_, state in stored()} == {"resolved"}
    send(dsn, ("/alert", {**DOWN, "createTime": "2026-01-01T00:20:00.000Z"}))
    assert [state for *_, state in stored()].count("firing") == 1


def test_an_acknowledged_alert_still_fires(dsn: str) -> None:
    send(dsn, ("/alert", DOWN), ("/alert", {**DOWN, "status": "ack"}))
    assert [state for *_, state in stored()] == ["firing"]


def test_what_is_missing_is_named(dsn: str) -> None:
    cases = [
        ({"event": "x"}, "resource: is required"),
        ({"resource": "x"}, "event: is required"),
        ({**DOWN, "service": "Web"}, "service: a list is expected, not a string"),
        ({**DOWN, "createTime": "soon"}, "createTime: not a time"),
        ({**DOWN, "resource": {}}, "resource: a string is expected, not an object"),
        ([], "body: an object is expected, not a list"),
    ]
    answers = send(dsn, *(("/alert", body) for body, _ in cases), ("/heartbeat", {"timeout": "x", "origin": "o"}))
    assert [answer.status_code for answer in answers] == [400] * 7
    for answer, (_, words) in zip(answers, [*cases, ({}, "timeout: a number of seconds")], strict=True):
        assert words in answer.json()["message"]


def test_what_comes_from_the_future_begins_and_ends_now(dsn: str) -> None:
    later = {**DOWN, "createTime": "2999-01-01T00:00:00Z"}
    send(dsn, ("/alert", later))
    alert = Alert.objects.get()
    assert (alert.state, alert.starts_at <= alert.last_seen) == ("firing", True)
    send(dsn, ("/alert", {**later, "severity": "ok"}))
    alert.refresh_from_db()
    assert (alert.state, alert.ends_at <= alert.last_seen) == ("resolved", True)
