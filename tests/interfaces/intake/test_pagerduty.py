"""PagerDuty's Events API v2: what its clients send, and the answers they expect."""

from typing import Any

import pytest

from selaras.domains.events.actions.sources import create_source
from selaras.domains.events.models import Alert
from tests.factories import SYSTEM
from tests.interfaces.intake.sending import send, stored
from tests.interfaces.intake.serving import database_url

PAYLOAD = {
    "summary": "Disk full",
    "source": "db1",
    "severity": "critical",
    "component": "pg",
    "custom_details": {"free": 0},
}


@pytest.fixture
def token(transactional_db: None) -> str:
    """A source with a token and no address."""
    return create_source(by=SYSTEM, name="PagerDuty senders").token or ""


def event(token: str, action: str = "trigger", **more: Any) -> dict[str, Any]:
    payload = {"payload": PAYLOAD} if action == "trigger" else {}
    return {"routing_key": token, "event_action": action, **payload, **more}


def test_an_event_triggers_and_is_given_its_key(token: str) -> None:
    links: dict[str, Any] = {
        "links": [{"href": "https://x/1", "text": "Runbook"}],
        "images": [{"src": "https://x/2.png"}],
    }
    (answer,) = send(database_url(), ("/v2/enqueue", event(token, client="Cron", client_url="https://c", **links)))
    assert answer.status_code == 202
    told = answer.json()
    assert (told["status"], told["message"], len(told["dedup_key"])) == ("success", "Event processed", 32)
    alert = Alert.objects.get()
    assert (alert.labels["component"], alert.annotations["details_free"], alert.generator_url) == (
        "pg",
        "0",
        "https://c",
    )
    assert "https://x/1" in alert.annotations["links"]
    assert alert.state == "firing"


def test_acknowledge_and_resolve_need_only_the_key(token: str) -> None:
    dsn, key = database_url(), {"dedup_key": "k1"}
    send(
        dsn, ("/v2/enqueue", event(token, **key)), ("/v2/enqueue", event(token, "acknowledge", **key)),
    )  # fmt: skip
    alert = Alert.objects.get()
    assert (alert.state, alert.annotations["acknowledged"], alert.annotations["summary"]) == (
        "firing",
        "true",
        "Disk full",
    )
    (answer,) = send(dsn, ("/v2/enqueue", event(token, "resolve", **key)))
    assert answer.json()["dedup_key"] == "k1"
    assert stored() == [("Disk full", "db1", "critical", "resolved")]


def test_a_severity_that_rises_ends_the_alert_below_it(token: str) -> None:
    rising = [
        event(token, dedup_key="k", payload={**PAYLOAD, "severity": severity}) for severity in ("warning", "critical")
    ]
    send(database_url(), *(("/v2/enqueue", each) for each in rising))
    assert [(severity, state) for _, _, severity, state in stored()] == [
        ("warning", "resolved"),
        ("critical", "firing"),
    ]
    send(database_url(), ("/v2/enqueue", event(token, "resolve", dedup_key="k")))
    assert {state for *_, state in stored()} == {"resolved"}


def test_resolved_without_having_fired_is_kept_and_opens_nothing(token: str) -> None:
    (answer,) = send(database_url(), ("/v2/enqueue", event(token, "resolve", dedup_key="never")))
    assert answer.status_code == 202
    assert stored() == [("never", "", "", "resolved")]


def test_a_change_is_kept_as_information(token: str) -> None:
    change = {"routing_key": token, "payload": {"summary": "Deployed 1.2", "source": "ci"}, "links": []}
    (answer,) = send(database_url(), ("/v2/change/enqueue", change))
    assert (answer.status_code, answer.json()) == (202, {"status": "success", "message": "Change event processed"})
    assert stored() == [("Deployed 1.2", "ci", "info", "resolved")]


def test_what_is_wrong_is_said_as_pagerduty_does(token: str) -> None:
    cases: list[tuple[Any, str]] = [
        (b"{", "not JSON: line 1"),
        ([1], "the event must be a JSON object"),
        ({"event_action": "trigger"}, "'routing_key' is missing or blank"),
        (event("stranger"), "'routing_key' is not the token of an event source"),
        (event(token, "explode"), "'event_action' is missing or not one of"),
        (event(token, "resolve"), "'dedup_key' is missing or blank"),
        (event(token, dedup_key="x" * 256), "'dedup_key' must be a string of up to 255"),
        (event(token, payload={}), "'payload.summary' is missing or blank"),
        (event(token, payload={**PAYLOAD, "severity": "bad"}), "'payload.severity' is missing or not one of"),
        (event(token, payload={**PAYLOAD, "timestamp": "soon"}), "'payload.timestamp' is not a time"),
        (event(token, payload="x"), "'payload' is missing or not an object"),
    ]
    answers = send(database_url(), *(("/v2/enqueue", body) for body, _ in cases))
    for answer, (_, words) in zip(answers, cases, strict=True):
        told = answer.json()
        assert (answer.status_code, told["status"], told["message"]) == (
            400,
            "invalid event",
            "Event object is invalid",
        )
        assert words in " ".join(told["errors"])
    assert stored() == []
