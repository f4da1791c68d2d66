"""Syslog messages, from bytes to parts. Some cases are of leodido's go-syslog (influxdata/go-syslog, MIT licence)."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selaras.interfaces.intake.syslog_line import SEVERITIES, read_line
from selaras.interfaces.intake.syslog_notice import Kinds, masked, notice_of
from selaras.kernel import clock

CASES = Path(__file__).resolve().parents[4] / "shared" / "data" / "rfc5424_cases.json"
# RFC 5424, 6.3.3: "a backslash followed by none of the three … MUST be treated as a regular backslash".
LENIENT = b'[meta escape="\\n"]'


def test_the_parts_of_rfc_5424() -> None:
    line = read_line(
        b'<165>1 2003-10-11T22:14:15.003Z web1 evntslog 12 ID47 [ex@32473 source="App \\"x\\"" id="1011"][y] '
        b"\xef\xbb\xbfcaf\xc3\xa9"
    )
    assert (line.facility, line.severity, line.host, line.app) == ("local4", "notice", "web1", "evntslog")
    assert (line.process, line.kind, line.message, line.fault) == ("12", "ID47", "café", "")
    assert line.data == {"ex@32473": {"source": 'App "x"', "id": "1011"}, "y": {}}
    assert line.at == datetime(2003, 10, 11, 22, 14, 15, 3000, UTC).timestamp()


@pytest.mark.parametrize(
    ("text", "host", "app", "process", "kind", "message"),
    [
        ("<34>Oct 11 22:14:15 mymachine su: failed", "mymachine", "su", "", "", "failed"),
        ("<13>Feb  5 17:32:18 10.0.0.99 Use the BFG!", "10.0.0.99", "", "", "", "Use the BFG!"),
        ("<86>2026-01-01T00:00:00.5+07:00 db1 sshd[42]: bye", "db1", "sshd", "42", "", "bye"),
        (
            "<189>45: *Mar  1 18:48:50.483 UTC: %SYS-5-CONFIG_I: Configured",
            *("", "", "", "SYS-5-CONFIG_I", "Configured"),
        ),
        ("<187>May 15 10:20:30 sw1 %LINK-3-UPDOWN: Gi0/1 down", "sw1", "", "", "LINK-3-UPDOWN", "Gi0/1 down"),
        ("<11>no time at all", "", "", "", "", "no time at all"),
        ("<11>app: no time", "", "app", "", "", "no time"),
        ("<11>", "", "", "", "", ""),
    ],
)
def test_the_older_practice(text: str, host: str, app: str, process: str, kind: str, message: str) -> None:
    line = read_line(text.encode())
    assert (line.host, line.app, line.process, line.kind, line.message) == (host, app, process, kind, message)
    assert not line.fault


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (b"hello", "without a priority"),
        (b"", "without a priority"),
        (b"<192>1 - - - - - -", "without a priority"),
        (b"<002>1 - - - - - -", "without a priority"),
        (b"<1>5 A", "timestamp"),
        (b"<29>2 2006-01-02T15:04:05z - - - - -", "timestamp"),
        (b"<101>12 2003-09-31T22:14:16Z - - - - -", "no time of the calendar"),
        (b"<1>1 - " + 256 * b"h" + b" - - - -", "hostname"),
        (b"<1>1 - h  - - -", "app-name"),
        (b"<1>1 - - - - - X", "structured data"),
        (b"<1>1 - - - - - [id1][id1]", "two elements id1"),
        (b'<29>3 - hn S - - [meta escape="]"] x', "structured data"),
        (b"<1>1 - - - - - -\n\t\t<2>1", "a space is expected"),
        (b"<1>1 - - - - - - \xc0\xaf", "not valid UTF-8 at byte 0"),
    ],
)
def test_what_is_wrong_is_said(text: bytes, fault: str) -> None:
    line = read_line(text)
    assert fault in line.fault
    assert not text or line.message


def test_the_cases_of_go_syslog() -> None:
    for case in json.loads(CASES.read_text())["cases"] if CASES.is_file() else []:
        text = as_bytes(case)
        line = read_line(text)
        if LENIENT in text:
            assert not line.fault
            continue
        if not re.match(rb"<[0-9]+>[1-9][0-9]{0,2} ", text):
            continue  # of the older practice, which hardly forbids anything
        assert (not line.fault) == case["valid"], case
        if case["valid"]:
            compare(line, case["expect"])


def as_bytes(case: dict[str, Any]) -> bytes:
    """Their texts stand for bytes, or for characters where those would be no text."""
    text: str = case["input"]
    try:
        found = text.encode("latin-1")
        found.decode("utf-8" if case["valid"] else "latin-1")
    except UnicodeError:
        return text.encode()
    return found


def compare(line: Any, expected: dict[str, object]) -> None:
    names = {"hostname": "host", "appname": "app", "procID": "process", "msgID": "kind", "message": "message"}
    for theirs, ours in names.items():
        assert getattr(line, ours) == str(expected.get(theirs, "")).removeprefix("\ufeff"), expected
    severity = expected["severity"]
    assert isinstance(severity, int)
    assert line.severity == SEVERITIES[severity]
    assert bool(line.data) == bool(expected.get("has_structured_data")), expected
    if when := expected.get("timestamp"):
        assert line.at == datetime.fromisoformat(str(when)).timestamp()


@given(st.binary(max_size=300), st.sampled_from([b"", b"<13>", b"<13>1 - - - - - ", b"<13>1 ", b"<13>Oct  1 "]))
def test_nothing_makes_it_fail(tail: bytes, head: bytes) -> None:
    notice = notice_of(head + tail, "10.0.0.1", 1, Kinds())
    assert notice.labels["alertname"]
    assert "\0" not in "".join([*notice.labels.values(), *notice.annotations.values()])


def test_a_text_of_brackets_takes_no_time() -> None:
    line = read_line(b'<1>1 - - - - - [a b="' + b"\\\\" * 500_000)
    assert "structured data" in line.fault
    assert len(masked("'" * 1_000_000)) <= 120


def test_values_are_no_part_of_the_name() -> None:
    assert masked('user "bob" from 10.0.0.1:22 mail a@b.example, took 17 ms') == "user … from … mail … took … ms"
    assert masked("\n second") == "second"


def test_words_of_structured_data_are_labels_and_numbers_are_not() -> None:
    text = b'<11>1 - db1 app - X [ev@1 source="Application" id="1011"][meta language="en"] m'
    notice = notice_of(text, "10.0.0.1", 1, Kinds())
    assert notice.labels["ev_source"] == "Application"
    assert "ev_id" not in notice.labels
    assert "meta_language" not in notice.labels
    assert notice.annotations["ev_id"] == "1011"


def test_the_time_of_the_sender_counts_unless_it_is_plainly_wrong() -> None:
    now = clock.now()
    for at, counts in ((now - timedelta(hours=5), True), (now - timedelta(days=30), False), (now, True)):
        notice = notice_of(f"<11>1 {at:%Y-%m-%dT%H:%M:%SZ} db1 app - X - m".encode(), "10.0.0.1", 1, Kinds())
        assert notice.starts == (at.replace(microsecond=0).timestamp() if counts else None)
        assert ("logged_at" in notice.annotations) is not counts


def test_how_many_kinds_there_may_be_is_bounded() -> None:
    kinds = Kinds(few=3)

    def name(host: str, word: str) -> str:
        return notice_of(f"<11>1 - {host} app - {word} - m".encode(), "10.0.0.1", 1, kinds).labels["alertname"]

    names = [name("db1", word) for word in "abcdea"]
    assert names == ["app: a", "app: b", "app: c", "app: other messages", "app: other messages", "app: a"]
    assert name("db2", "d") == "app: d"
    assert notice_of(b"<11>1 - db1 app - d - m", "10.0.0.1", 2, kinds).labels["alertname"] == "app: d"


def test_information_fires_for_less_long() -> None:
    lasts = [notice_of(b"<%d>m" % priority, "10.0.0.1", 1, Kinds()).lasts for priority in (11, 12, 13, 15)]
    assert lasts == [3600, 3600, 300, 300]
