"""The webhook of every other tool: guessed, or read by the source's mapping."""

import json
from urllib.parse import urlencode

from selaras.domains.events.actions.mapping import set_mapping
from selaras.domains.events.actions.sources import create_source
from selaras.domains.events.models import Alert, Source
from tests.factories import SYSTEM
from tests.interfaces.intake.sending import send, stored

PATH = "/webhooks/generic/Prometheus"
FORM = {"content-type": "application/x-www-form-urlencoded"}


def test_a_payload_is_guessed_and_told_back(dsn: str) -> None:
    fires = {"title": "[DOWN] Shop", "server": "web1", "state": "down", "severity": "P1"}
    first, last = send(dsn, (PATH, fires), (PATH, {**fires, "title": "[UP] Shop", "state": "up"}))
    assert (first.status_code, first.json()) == (202, {"alerts": 1, "read_as": [{"name": "Shop", "state": "firing"}]})
    assert last.status_code == 202
    assert stored() == [("Shop", "web1", "critical", "resolved")]


def test_forms_are_read_too(dsn: str) -> None:
    payload = urlencode({"payload": json.dumps({"title": "A", "status": "firing"})}).encode()
    fields = urlencode({"title": "B", "status": "firing", "host": "x"}).encode()
    assert [a.status_code for a in send(dsn, (PATH, payload, FORM), (PATH, fields, FORM))] == [202, 202]
    assert [name for name, *_ in stored()] == ["A", "B"]


def test_a_token_may_come_as_a_key_or_in_the_address(dsn: str) -> None:
    token = create_source(by=SYSTEM, name="Uptime").token or ""
    body = {"title": "A", "status": "firing"}
    answers = send(
        dsn,
        ("/webhooks/generic/uptime", body, {"x-api-key": token}),
        ("/webhooks/generic/Uptime", body, {"authorization": f"Key {token}"}),
        (f"/webhooks/generic?token={token}", body),
        ("/webhooks/generic/Uptime", body),
        (PATH, body, {"x-api-key": token}),
        ("/webhooks/generic?token=wrong", body),
    )
    assert [answer.status_code for answer in answers] == [202, 202, 202, 404, 404, 401]
    assert {a.source_id for a in Alert.objects.all()} == {Source.objects.get(name="Uptime").pk}


def test_a_mapping_reads_what_a_guess_could_not(dsn: str) -> None:
    source = Source.objects.get()
    paths = {
        "each": "report.rows",
        "name": "join(': ', [a, b])",
        "host": "z",
        "severity": "w",
        "state": "q",
        "key": "n",
        "start": "t",
    }
    set_mapping(source.pk, by=SYSTEM, paths=paths, seen=0)
    row = {"a": "Oven", "b": "hot", "z": "plant-3", "w": "3", "q": "raised", "n": 12, "t": 1767225600}
    body = {"report": {"rows": [row, {**row, "n": 13, "q": "cleared"}]}}
    (answer,) = send(dsn, (PATH, body))
    assert answer.status_code == 202, answer.text
    assert sorted(stored()) == [
        ("Oven: hot", "plant-3", "warning", "firing"),
        ("Oven: hot", "plant-3", "warning", "resolved"),
    ]
    (wrong,) = send(dsn, (PATH, {"report": 5}))
    assert (wrong.status_code, "each: report.rows gives no list" in wrong.text) == (400, True)


def test_what_tells_of_no_alert_is_refused(dsn: str) -> None:
    answers = send(
        dsn, (PATH, b""), (PATH, b"5"), (PATH, []), (PATH, {}), (PATH, b"[" * 100_000), (PATH, b'{"a":"\xff"}'),
        (PATH, [[[1]], None]), (PATH, b"payload=hello", FORM), (PATH, b"payload=[]", FORM), (PATH, b"&&", FORM),
        (PATH, b'{"a":' * 3000 + b"1" + b"}" * 3000), (PATH, [{"title": "x"}] * 2500),
    )  # fmt: skip
    assert [answer.status_code for answer in answers] == [400] * 12
    assert stored() == []
