"""OpenTelemetry logs over HTTP (OTLP), protobuf or JSON. https://opentelemetry.io/docs/specs/otlp/

Every record is kept in the raw body. Those of severity WARN and above, and named events, become alerts that end by
themselves when they are not logged again: a log says what happened, never that it is over.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from google.protobuf.json_format import ParseDict, ParseError
from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
)

from selaras.domains.events.reading.notice import LABEL_LIMIT, Notice, annotations_from, labels_from, text_of
from selaras.domains.events.reading.words import Level, Saying
from selaras.interfaces.intake.bodies import Unreadable, parsed, read_body
from selaras.interfaces.intake.callers import caller
from selaras.interfaces.intake.core import Core
from selaras.interfaces.intake.http import Answer, Request, as_json, problem
from selaras.interfaces.intake.notices import take

WIRE_JSON, WIRE_PROTOBUF = "otlp_logs_json", "otlp_logs_protobuf"
_PROTOBUF = b"application/x-protobuf"
_WARN = 13  # severity numbers: 1 TRACE, 5 DEBUG, 9 INFO, 13 WARN, 17 ERROR, 21 FATAL
_LEVELS = ((21, Level.CRITICAL), (17, Level.ERROR), (_WARN, Level.WARNING))
_WORDS = {"FATAL": 21, "CRITICAL": 21, "ERROR": 17, "ERR": 17, "WARN": 13, "WARNING": 13}
_INVALID_ARGUMENT = 3  # google.rpc.Code
_LASTS = 300.0
_RECORDS = 20_000
_HOSTS = ("host.name", "k8s.pod.name", "container.name", "service.instance.id")
_KEPT = {"deployment.environment.name": "environment", "deployment.environment": "environment",
         "k8s.cluster.name": "cluster", "k8s.namespace.name": "namespace"}  # fmt: skip
_CHANGING = re.compile(r"0x[0-9a-f]+|\b[0-9a-f-]{8,}\b|\d+", re.IGNORECASE)


async def post_logs(core: Core, request: Request) -> Answer:
    """Take log records in: 200 once they are committed; a partial success counts records that were refused."""
    source_id = await caller(core, request)
    media = request.headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    if media not in (b"application/json", _PROTOBUF):
        return problem(415, "only application/json and application/x-protobuf are supported")
    binary = media == _PROTOBUF
    body = await read_body(core, request)
    try:
        logs = _read(body, binary=binary)
    except (Unreadable, ParseError, DecodeError, RecursionError, ValueError, TypeError, AttributeError) as error:
        return _malformed(f"the logs cannot be read: {text_of(str(error), 500)}", binary=binary)
    notices, rejected = _notices(logs)
    failed = await take(core, source_id, WIRE_PROTOBUF if binary else WIRE_JSON, body, notices)
    rejected += len(failed)
    answer = ExportLogsServiceResponse()
    if rejected:
        answer.partial_success.rejected_log_records = rejected
        answer.partial_success.error_message = f"{rejected} log records make no alert: they are too many, or unstorable"
    if binary:
        return Answer(200, answer.SerializeToString(), ((b"content-type", _PROTOBUF),))
    told = {"rejectedLogRecords": str(rejected), "errorMessage": answer.partial_success.error_message}
    return as_json(200, {"partialSuccess": told} if rejected else {})


def _read(body: bytes, *, binary: bool) -> ExportLogsServiceRequest:
    logs = ExportLogsServiceRequest()
    if binary:
        logs.ParseFromString(body)
    else:
        ParseDict(parsed(body), logs, ignore_unknown_fields=True, max_recursion_depth=50)
    return logs


def _malformed(words: str, *, binary: bool) -> Answer:
    """400 with google.rpc.Status, as the protocol asks."""
    if not binary:
        return as_json(400, {"code": _INVALID_ARGUMENT, "message": words})
    text = words.encode()[:2000]
    status = b"\x08\x03\x12" + _varint(len(text)) + text  # code: 3, message: text
    return Answer(400, status, ((b"content-type", _PROTOBUF),))


def _varint(number: int) -> bytes:
    return bytes([number]) if number < 128 else bytes([number % 128 + 128]) + _varint(number // 128)


def _notices(logs: ExportLogsServiceRequest) -> tuple[list[Notice], int]:
    notices: list[Notice] = []
    over = 0
    for of_resource in logs.resource_logs:
        resource = _pairs(of_resource.resource.attributes)
        for of_scope in of_resource.scope_logs:
            for record in of_scope.log_records:
                if _number(record) < _WARN and not record.event_name:
                    continue
                if len(notices) < _RECORDS:
                    notices.append(_notice(record, resource, of_scope.scope.name))
                else:
                    over += 1
    return notices, over


def _number(record: Any) -> int:
    return int(record.severity_number) or _WORDS.get(record.severity_text.strip().upper(), 0)


def _notice(record: Any, resource: dict[str, Any], scope: str) -> Notice:
    attributes, body = _pairs(record.attributes), text_of(_plain(record.body), LABEL_LIMIT)
    number = _number(record)
    level = next((level for least, level in _LEVELS if number >= least), Level.INFO)
    kind = record.event_name or text_of(attributes.get("exception.type"), 200)
    line = _CHANGING.sub("…", body.partition("\n")[0])[:200]
    name = kind or line or record.severity_text or "Log"
    host = next((resource[key] for key in _HOSTS if resource.get(key)), "")
    labels = {
        "alertname": name,
        "instance": host,
        "service": resource.get("service.name"),
        "severity": level.value,
        "logger": scope,
        **{label: resource[key] for key, label in _KEPT.items() if resource.get(key)},
    }
    told = {"summary": text_of(body, 2000) or name, "trace_id": record.trace_id.hex(), **attributes}
    when = (record.time_unix_nano or record.observed_time_unix_nano) / 1e9
    sound = labels_from(labels)
    identity = {key: value for key, value in sound.items() if key != "severity"}
    return Notice(Saying.FIRING, sound, annotations_from(told), identity=identity, starts=when or None, lasts=_LASTS)


def _pairs(attributes: Any) -> dict[str, Any]:
    return {pair.key: _plain(pair.value) for pair in attributes}


def _plain(value: Any, deeper: int = 8) -> Any:
    """An AnyValue as JSON has it."""
    kind = value.WhichOneof("value")
    if kind is None or deeper == 0:
        return None
    found = getattr(value, kind)
    if kind == "array_value":
        return [_plain(each, deeper - 1) for each in found.values]
    if kind == "kvlist_value":
        return {pair.key: _plain(pair.value, deeper - 1) for pair in found.values}
    return found.hex() if kind == "bytes_value" else found


ROUTES: Mapping[str, Mapping[str, Callable[[Core, Request], Awaitable[Answer]]]] = {"/v1/logs": {"POST": post_logs}}
