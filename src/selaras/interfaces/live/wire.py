"""Server-sent events on the wire, and what a notification may hold."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

BEAT: Final = b": beat\n\n"
RETRY: Final = 2000  # ms a browser waits before it comes again
CLOSED: Final = "closed"
KINDS: Final = frozenset({"record", "alert", "duty", "operations", "presence", "views", "signed_out"})


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed. `data` is what pages get; `organisation_ids` and `person_ids` decide who."""

    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)
    organisation_ids: frozenset[int] = frozenset()
    id: str = ""


def read(payload: str) -> Change | None:
    """The change a NOTIFY payload tells of; None if it is not one of ours."""
    try:
        body = json.loads(payload)
    except ValueError:
        return None
    if not isinstance(body, dict) or not isinstance(body.get("kind"), str) or body["kind"] not in KINDS:
        return None
    whose = body.pop("organisation_ids", None) or [body.get("organisation_id")]
    ids = frozenset(int(one) for one in whose if isinstance(one, int))
    kept = {name: value for name, value in body.items() if isinstance(value, int | str | bool) and name != "kind"}
    return Change(kind=body["kind"], data=kept, organisation_ids=ids)


def encode(change: Change) -> bytes:
    """The event as bytes."""
    head = f"id: {change.id}\n" if change.id else ""
    return f"{head}event: {change.kind}\ndata: {json.dumps(dict(change.data), separators=(',', ':'))}\n\n".encode()


def opening() -> bytes:
    """The first bytes of a stream: they make the browser's `open` fire at once."""
    return f"retry: {RETRY}\n: open\n\n".encode()
