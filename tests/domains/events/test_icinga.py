"""What Icinga's stream and objects mean, in its own words; what is set of a stream; what is news of it."""

import json
from typing import Any

import pytest

from selaras.domains.events.actions._stream_state import take_events, take_states
from selaras.domains.events.actions.sources import change_source
from selaras.domains.events.actions.streams import remove_stream, set_stream
from selaras.domains.events.models import Alert, Stream
from selaras.domains.events.queries.streams import firing_things, followed_streams, get_stream
from selaras.domains.events.reading.icinga import Thing, Unreadable, hear, standing
from selaras.domains.events.reading.monitoring import Notification, notice_of
from selaras.domains.events.reading.words import Saying
from selaras.kernel.errors import Invalid, NotFound, Stale
from tests.domains.events.build import make_source
from tests.factories import SYSTEM

GIVEN: dict[str, Any] = {"address": "https://icinga.example.com:5665/", "user": "selaras", "password": "s3cret"}


def change(state: int, state_type: int = 1, **more: Any) -> bytes:
    result = {"output": "hot\nand rising", "vars_after": {"reachable": more.pop("reachable", True)}}
    event = {"type": "StateChange", "host": "oven", "service": "heat", "state": state, "state_type": state_type}
    return json.dumps({**event, "check_result": result, "timestamp": 1795665634.9, **more}).encode()


def told(*lines: bytes) -> list[tuple[Saying, str, str]]:
    heard, faults = hear(lines)
    assert not faults
    return [(one.saying, one.labels["alertname"], one.labels.get("severity", "")) for one in heard.notices]


def test_states() -> None:
    assert told(change(2)) == [(Saying.FIRING, "heat", "critical")]
    assert told(change(2, 0)) == [(Saying.RESOLVED, "heat", "")]
    assert told(change(0)) == [(Saying.RESOLVED, "heat", "ok")]
    assert told(change(1, acknowledgement=True))[1][0] == Saying.ACKNOWLEDGED
    assert told(change(3)) == [(Saying.FIRING, "heat", "warning")]
    assert told(change(1, service=None)) == [(Saying.FIRING, "Host check", "critical")]


def test_what_is_in_downtime_or_cannot_be_reached_is_not_told() -> None:
    assert told(change(2, downtime_depth=1)) == []
    assert told(change(2, reachable=False)) == []
    assert told(change(0, downtime_depth=1)) == [(Saying.RESOLVED, "heat", "ok")]


def test_it_is_the_same_alert_as_the_script_makes() -> None:
    script = Notification("PROBLEM", "oven", "heat", "CRITICAL", "hot", tool="icinga")
    (streamed,) = hear([change(2)])[0].notices
    assert (streamed.identity, streamed.labels) == (notice_of(script).identity, notice_of(script).labels)
    assert streamed.annotations["summary"] == "hot"
    assert streamed.annotations["description"] == "and rising"


def test_what_else_happens_is_looked_at_anew() -> None:
    of = {"host_name": "oven", "service_name": ""}
    lines = [{"type": "DowntimeStarted", "downtime": of}, {"type": "Flapping", "host": "oven", "service": "heat"}]
    heard, _ = hear([json.dumps(line).encode() for line in lines])
    assert heard.again == {Thing("oven"), Thing("oven", "heat")}
    assert not heard.notices


@pytest.mark.parametrize(
    "line",
    [
        b"{", b"[]", b"7", b"\xff", b"{}", b'{"type": "StateChange"}', b'{"host": 7}', b'{"downtime": "no"}',
        b'{"type": "StateChange", "host": "oven", "state": "no"}',
        b'{"type": "StateChange", "host": "oven", "state": 2, "state_type": 1, "check_result": []}x',
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_and_harms_no_other(line: bytes) -> None:
    heard, faults = hear([line, change(2)])
    assert len(faults) == 1
    assert len(heard.notices) == 1


def attrs(**more: Any) -> dict[str, Any]:
    return {"name": "heat", "host_name": "oven", "state": 2, "state_type": 1, **more}


def test_objects() -> None:
    thing, notices = standing("service", attrs(flapping=True, enable_flapping=True, downtime_depth=0))
    assert thing == Thing("oven", "heat")
    assert [one.saying for one in notices] == [Saying.FIRING, Saying.FIRING, Saying.RESOLVED]
    flaps = standing("service", attrs(flapping=True, enable_flapping=False))[1][1]
    assert flaps.saying == Saying.RESOLVED
    with pytest.raises(Unreadable):
        standing("service", {"name": "heat"})


@pytest.mark.django_db
class TestKept:
    """What is written."""

    def test_what_is_known_is_not_told_again(self) -> None:
        source = make_source("Icinga")
        acknowledged = ("service", attrs(acknowledgement=1, last_check_result={"output": "hot"}))
        take_states(source, [acknowledged], ())
        one = Alert.objects.get()
        assert (one.state, one.annotations["acknowledged"]) == ("firing", "true")
        by = {"author": "Ani", "comment": "mine"}
        line = {"type": "AcknowledgementSet", "host": "oven", "service": "heat", "timestamp": 1795665634.9, **by}
        take_events(source, [b"{}"], hear([json.dumps(line).encode()])[0].notices)
        received = Alert.objects.get().received
        take_states(source, [acknowledged], firing_things(source))
        take_events(source, [b"{}"], hear([json.dumps(line).encode()])[0].notices)
        one.refresh_from_db()
        assert (one.received, one.annotations["acknowledged_by"]) == (received, "Ani")

    def test_what_is_gone_is_over_and_what_never_fired_opens_nothing(self) -> None:
        source = make_source("Icinga")
        take_states(source, [("service", attrs())], ())
        assert firing_things(source) == {Thing("oven", "heat")}
        take_states(source, [], firing_things(source))
        assert Alert.objects.get().state == "resolved"
        take_states(source, [], {Thing("oven", "door")})
        assert Alert.objects.count() == 1

    def test_a_problem_in_downtime_goes_on_but_does_not_begin(self) -> None:
        source = make_source("Icinga")
        take_states(source, [("service", attrs())], ())
        in_downtime = [("service", attrs(downtime_depth=1)), ("service", attrs(name="door", downtime_depth=1))]
        take_states(source, in_downtime, firing_things(source))
        names = Alert.objects.filter(state="firing").values_list("labels__alertname", flat=True)
        assert sorted(names) == ["door in downtime", "heat", "heat in downtime"]

    def test_it_is_set_changed_and_removed(self) -> None:
        source = make_source("Icinga")
        set_stream(source, by=SYSTEM, seen=0, **GIVEN)
        (followed,) = followed_streams()
        assert (followed.target.address, followed.target.password) == ("https://icinga.example.com:5665", "s3cret")
        assert b"s3cret" not in bytes(Stream.objects.get().password)
        with pytest.raises(Stale):
            set_stream(source, by=SYSTEM, seen=0, user="other")
        set_stream(source, by=SYSTEM, seen=1, fingerprint=":".join(["AB"] * 32))
        row = get_stream(SYSTEM, source)
        assert row is not None
        assert (row.fingerprint, row.user, row.version) == ("ab" * 32, "selaras", 2)
        assert followed_streams()[0].target.password == "s3cret"
        change_source(source, by=SYSTEM, enabled=False)
        assert not followed_streams()
        remove_stream(source, by=SYSTEM)
        with pytest.raises(NotFound):
            remove_stream(source, by=SYSTEM)

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("address", "http://icinga.example.com"),
            ("address", "https://me@icinga.example.com"),
            ("address", "https://icinga.example.com:99999"),
            ("address", "icinga"),
            ("user", "a:b"),
            ("user", ""),
            ("password", ""),
            ("fingerprint", "ab"),
            ("authority", "no certificate"),
            ("queue", "q" * 101),
        ],
    )
    def test_what_cannot_be_is_told_of_its_field(self, field: str, value: str) -> None:
        source = make_source("Icinga")
        with pytest.raises(Invalid) as refused:
            set_stream(source, by=SYSTEM, **{**GIVEN, field: value})
        assert set(refused.value.fields) == {field}
        assert not Stream.objects.exists()
