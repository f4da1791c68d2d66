"""Logs of OpenTelemetry over HTTP."""

import gzip

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest, ExportLogsServiceResponse

from selaras.domains.events.models import Alert, RawBatch
from tests.interfaces.intake.sending import send, stored
from tests.interfaces.intake.serving import JSON

PATH = "/v1/logs"
PROTOBUF = {"content-type": "application/x-protobuf"}


def text(key: str, value: str) -> dict[str, object]:
    return {"key": key, "value": {"stringValue": value}}


LOGS = {
    "resourceLogs": [
        {
            "resource": {"attributes": [text("service.name", "shop"), text("host.name", "web1")]},
            "scopeLogs": [
                {
                    "scope": {"name": "shop.pay"},
                    "logRecords": [
                        {"severityNumber": 9, "body": {"stringValue": "fine"}},
                        {
                            "timeUnixNano": "1767225600000000000",
                            "severityNumber": 17,
                            "severityText": "ERROR",
                            "body": {"stringValue": "Payment 4711 failed"},
                            "traceId": "5b8efff798038103d269b633813fc60c",
                            "attributes": [text("order", "1")],
                        },
                        {"severityNumber": 17, "body": {"stringValue": "Payment 4712 failed"}, "newField": 1},
                    ],
                }
            ],
        }
    ]
}


def test_json_makes_alerts_of_what_is_wrong(dsn: str) -> None:
    (answer,) = send(dsn, (PATH, LOGS))
    assert (answer.status_code, answer.json()) == (200, {})
    assert stored() == [("Payment … failed", "web1", "error", "firing")]
    alert = Alert.objects.get()
    assert (alert.labels["service"], alert.received, alert.timed_out) == ("shop", 2, True)


def test_protobuf_packed_with_gzip(dsn: str) -> None:
    logs = ExportLogsServiceRequest()
    record = logs.resource_logs.add().scope_logs.add().log_records.add()
    record.severity_text, record.event_name = "FATAL", "db.down"
    record.body.string_value = "no connection"
    packed = gzip.compress(logs.SerializeToString())
    (answer,) = send(dsn, (PATH, packed, {**PROTOBUF, "content-encoding": "gzip"}))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-protobuf")
    ExportLogsServiceResponse.FromString(answer.content)
    assert stored() == [("db.down", "", "critical", "firing")]


def test_what_cannot_be_read_is_told_in_the_senders_own_form(dsn: str) -> None:
    answers = send(
        dsn,
        (PATH, {"resourceLogs": 5}),
        (PATH, b"\x0a\xff", PROTOBUF),
        (PATH, b"x", {"content-type": "text/plain"}),
        (PATH, b"no gzip", {**JSON, "content-encoding": "gzip"}),
        (PATH, gzip.compress(b"{}")[:-9], {**JSON, "content-encoding": "gzip"}),
        (PATH, b"x", {**JSON, "content-encoding": "br"}),
        (PATH, gzip.compress(b" " * (17 << 20)), {**JSON, "content-encoding": "gzip"}),
    )
    assert [answer.status_code for answer in answers] == [400, 400, 415, 400, 400, 415, 413]
    assert answers[0].json()["code"] == 3
    assert answers[1].content.startswith(b"\x08\x03\x12")
    assert RawBatch.objects.count() == 0
