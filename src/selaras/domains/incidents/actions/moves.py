"""One door for every move and act that a page or the API offers on an incident."""

from collections.abc import Callable, Mapping
from typing import Any

from selaras.domains.incidents.actions.assign import assign
from selaras.domains.incidents.actions.cancel import cancel
from selaras.domains.incidents.actions.escalate import escalate, escalate_up
from selaras.domains.incidents.actions.family import put_under, take_out
from selaras.domains.incidents.actions.major import ROLES, change_roles, declare_major, publish_update, stand_down
from selaras.domains.incidents.actions.merge import merge, split
from selaras.domains.incidents.actions.resolve import close, confirm, reopen, resolve
from selaras.domains.incidents.actions.steps import apply_model
from selaras.domains.incidents.actions.work import resume, start, wait
from selaras.domains.people.contracts import Actor
from selaras.kernel.errors import MoveRefused
from selaras.kernel.sentences import say

_VERBS: Mapping[str, tuple[Callable[..., object], tuple[str, ...]]] = {
    "start": (start, ()),
    "assign": (assign, ("team_id", "assignee_id")),
    "wait": (wait, ("waiting_for", "reason")),
    "resume": (resume, ()),
    "resolve": (resolve, ("cause", "solution", "children")),
    "confirm": (confirm, ()),
    "close": (close, ()),
    "reopen": (reopen, ("reason",)),
    "cancel": (cancel, ("reason",)),
    "merge": (merge, ("into",)),
    "split": (split, ()),
    "put_under": (put_under, ("parent",)),
    "take_out": (take_out, ()),
    "escalate": (escalate, ("team_id", "reason")),
    "escalate_up": (escalate_up, ("reason", "decision", "to_id")),
    "declare_major": (declare_major, ("reason", "headline", *ROLES)),
    "change_roles": (change_roles, ROLES),
    "publish_update": (publish_update, ("body", "next_update_at")),
    "stand_down": (stand_down, ("reason",)),
    "apply_model": (apply_model, ("model_id",)),
}
# What an action is given where a person gave nothing; anything else is an empty text.
_NOTHING = ("team_id", "assignee_id", "model_id", "to_id", "next_update_at", *ROLES)
_OTHERWISE: Mapping[str, Any] = {**dict.fromkeys(_NOTHING), "children": True}


def perform(record_id: int, verb: str, *, by: Actor, given: Mapping[str, Any], seen: int | None = None) -> None:
    """Do `verb` with what the person gave; what it does not ask for is ignored, what is missing it refuses."""
    if verb not in _VERBS:
        raise MoveRefused(say("There is no such move: “%(verb)s”.", verb=verb[:40]), field="verb")
    action, asks = _VERBS[verb]
    facts = {name: given.get(name, _OTHERWISE.get(name, "")) for name in asks}
    action(record_id, by=by, seen=seen, **facts)
