"""Fan-out: who is told what, and what becomes of the slow and of those who come back."""

import asyncio
import json
from typing import Any

import pytest

from selaras.interfaces.live.hub import QUEUE, RELOAD, Hub
from selaras.interfaces.live.who import Viewer
from selaras.interfaces.live.wire import CLOSED, Change, encode, opening, read


def viewer(**changes: Any) -> Viewer:
    given: dict[str, object] = {
        "person_id": 1,
        "queue": False,
        "events": False,
        "customer_lead": False,
        "organisation_ids": frozenset({7}),
    }
    return Viewer(**{**given, **changes})


def record(organisation: int = 7, *, public: bool = True) -> Change:
    told = {"kind": "record", "id": 3, "number": "INC0000003", "version": 2, "verb": "noted", "public": public}
    change = read(json.dumps({**told, "organisation_id": organisation}))
    assert change is not None
    return change


DESK = viewer(queue=True, events=True, organisation_ids=None)


def test_the_desk_is_told_all() -> None:
    seen = DESK.sees(record(99))
    assert seen is not None
    assert seen.data["number"] == "INC0000003"


def test_customers_are_told_of_their_own_only() -> None:
    lead = viewer(customer_lead=True)
    own = lead.sees(record(7))
    assert own is not None
    assert set(own.data) == {"id", "number", "version"}
    assert lead.sees(record(8)) is None
    assert lead.sees(record(7, public=False)) is None
    assert lead.sees(Change(kind="presence", organisation_ids=frozenset({7}))) is None
    assert lead.sees(Change(kind="alert")) is None


def test_a_requester_is_told_that_and_not_what() -> None:
    seen = viewer().sees(record(7))
    assert seen is not None
    assert seen.data == {}


@pytest.mark.parametrize(
    "payload", ["", "nonsense", "[]", '{"kind":"secret"}', "{}", '"record"', '{"kind":["record"]}']
)
def test_a_payload_that_is_not_ours_is_nothing(payload: str) -> None:
    assert read(payload) is None


def test_the_wire_holds_ids_and_kinds_only() -> None:
    told = read(json.dumps({"kind": "record", "id": 1, "organisation_ids": [7, 8], "nested": {"body": "secret"}}))
    assert told is not None
    assert told.organisation_ids == {7, 8}
    assert encode(told) == b'event: record\ndata: {"id":1}\n\n'
    assert opening().startswith(b"retry: ")


def test_the_streams_of_somebody_signed_out_end_and_no_others() -> None:
    async def sign_out() -> tuple[object, object]:
        hub = Hub()
        gone, stays = hub.join(viewer(person_id=1, queue=True)), hub.join(viewer(person_id=2, queue=True))
        for _ in range(QUEUE * 2):
            hub.publish(record())
        told = read(json.dumps({"kind": "signed_out", "id": 1}))
        assert told is not None
        hub.publish(told)
        return await gone.next(), await stays.next()

    assert asyncio.run(sign_out()) == (CLOSED, RELOAD)


def test_the_slow_are_told_to_reload_and_hold_no_memory() -> None:
    async def slow() -> list[str]:
        hub = Hub()
        client = hub.join(DESK)
        for _ in range(QUEUE * 3):
            hub.publish(record())
        got = [await client.next()]
        hub.publish(record())
        got.append(await client.next())
        return [message.kind if isinstance(message, Change) else message for message in got]

    assert asyncio.run(slow()) == ["reload", "record"]


def test_those_who_come_back_get_what_they_missed() -> None:
    async def back() -> tuple[list[str], list[str]]:
        hub = Hub()
        first = hub.join(DESK)
        hub.publish(record())
        message = await first.next()
        assert isinstance(message, Change)
        hub.leave(first)
        hub.publish(record())
        hub.publish(record())
        known, strange = hub.join(DESK, last=message.id), hub.join(DESK, last="elsewhere-12")
        missed, afresh = [await known.next() for _ in range(2)], await strange.next()
        assert isinstance(afresh, Change)
        return [one.kind for one in missed if isinstance(one, Change)], [afresh.kind]

    assert asyncio.run(back()) == (["record", "record"], ["resume"])


def test_after_a_lost_connection_everybody_looks_for_themselves() -> None:
    async def lost() -> object:
        hub = Hub()
        client = hub.join(DESK)
        hub.resume()
        return await client.next()

    assert asyncio.run(lost()) == Change(kind="resume")


@pytest.mark.parametrize("kind", ["record", "alert", "duty", "operations", "presence", "views", "signed_out"])
def test_what_any_part_of_the_house_tells_is_passed_on(kind: str) -> None:
    told = read(f'{{"kind": "{kind}"}}')
    assert told is not None
    assert told.kind == kind
