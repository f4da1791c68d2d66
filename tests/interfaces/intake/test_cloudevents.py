"""CloudEvents 1.0 in its three modes."""

from selaras.domains.events.models import Alert, RawBatch
from tests.interfaces.intake.sending import send, stored

PATH = "/webhooks/cloudevents"
EVENT = {
    "specversion": "1.0",
    "id": "1",
    "source": "/monitor/7",
    "type": "com.example.disk.firing",
    "subject": "db1",
    "time": "2026-01-01T00:00:00Z",
    "data": {"title": "Disk full", "severity": "high"},
}
STRUCTURED = {"content-type": "application/cloudevents+json; charset=utf-8"}
BATCH = {"content-type": "application/cloudevents-batch+json"}


def test_structured_and_its_end(dsn: str) -> None:
    over = {**EVENT, "id": "2", "type": "com.example.disk.resolved", "time": "2026-01-01T00:05:00Z"}
    first, last = send(dsn, (PATH, EVENT, STRUCTURED), (PATH, over, STRUCTURED))
    assert (first.status_code, last.status_code) == (204, 204)
    assert stored() == [("Disk full", "db1", "error", "resolved")]


def test_binary_keeps_what_its_headers_say(dsn: str) -> None:
    headers = {f"ce-{name}": str(value) for name, value in EVENT.items() if name != "data"}
    (answer,) = send(dsn, (PATH, EVENT["data"], {**headers, "content-type": "application/json"}))
    assert answer.status_code == 204
    assert stored() == [("Disk full", "db1", "error", "firing")]
    assert RawBatch.objects.count() == 1


def test_a_batch_and_an_event_without_data(dsn: str) -> None:
    bare = {"specversion": "1.0", "id": "3", "source": "/ci", "type": "com.example.build.finished"}
    (answer,) = send(dsn, (PATH, [EVENT, bare], BATCH))
    assert answer.status_code == 204
    assert stored()[1] == ("com.example.build", "/ci", "info", "resolved")


def test_what_is_no_cloudevent_is_told_why(dsn: str) -> None:
    cases = [
        (b"{}", {"content-type": "application/json"}, "specversion: no CloudEvent"),
        ({**EVENT, "specversion": "0.3"}, STRUCTURED, "specversion: only 1.0"),
        ({**EVENT, "id": ""}, STRUCTURED, "id: is required"),
        ({**EVENT, "source": 5.5, "type": []}, STRUCTURED, "type: a string is expected"),
        ([EVENT, 5], BATCH, "event 1: an object is expected"),
        (EVENT, BATCH, "body: a list is expected"),
        (b"\xff", STRUCTURED, "invalid UTF-8 at byte 0"),
    ]
    answers = send(dsn, *((PATH, body, headers) for body, headers, _ in cases))
    for answer, (_, _, words) in zip(answers, cases, strict=True):
        assert answer.status_code == 400
        assert words in answer.json()["message"]
    assert Alert.objects.count() == 0
