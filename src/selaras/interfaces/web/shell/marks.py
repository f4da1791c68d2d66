"""What states and priorities look like: one icon and one tone each. Words come from the lifecycles."""

from typing import NamedTuple


class Mark(NamedTuple):
    """An icon of the sprite and a tone of the stylesheet (new, busy, wait, done, harm, risk, plain)."""

    icon: str
    tone: str


_MARKS = {
    "reported": Mark("circle-dashed", "new"),
    "assigned": Mark("circle", "new"),
    "in_progress": Mark("circle-half-2", "busy"),
    "waiting_requester": Mark("player-pause", "wait"),
    "waiting_supplier": Mark("player-pause", "wait"),
    "waiting_change": Mark("player-pause", "wait"),
    "waiting": Mark("player-pause", "wait"),
    "resolved": Mark("circle-check", "done"),
    "closed": Mark("lock", "plain"),
    "cancelled": Mark("ban", "plain"),
    "merged": Mark("git-merge", "plain"),
    "acknowledged": Mark("user-check", "busy"),
    "exhausted": Mark("alert-octagon", "harm"),
    "sending": Mark("circle-half-2", "busy"),
    "sent": Mark("circle-check", "done"),
    "failed": Mark("circle-x", "harm"),
    "doubtful": Mark("alert-triangle", "risk"),
    "dropped": Mark("ban", "plain"),
    "running": Mark("circle-half-2", "busy"),
    "doing": Mark("circle-half-2", "busy"),
    "pending": Mark("circle-dashed", "plain"),
    "skipped": Mark("player-skip-forward", "plain"),
    "done": Mark("circle-check", "done"),
    "refused": Mark("ban", "risk"),
    "proposed": Mark("circle-dashed", "new"),
    "detected": Mark("flag", "busy"),
    "dismissed": Mark("ban", "plain"),
    "firing": Mark("flame", "harm"),
    "open": Mark("flame", "harm"),
    "pipeline": Mark("circle-dashed", "plain"),
    "chartered": Mark("circle", "plain"),
    "catalogue": Mark("circle-check", "done"),
    "retiring": Mark("circle-half-2", "wait"),
    "retired": Mark("ban", "plain"),
    "draft": Mark("circle-dashed", "plain"),
    "active": Mark("circle-check", "done"),
    "expired": Mark("clock-stop", "plain"),
}

# Only what harms or threatens has an icon; the rest is a plain word.
PRIORITY_ICONS = {1: "flame", 2: "chevron-up"}

CLASS_MARKS = {
    "exception": Mark("alert-octagon", "harm"),
    "warning": Mark("alert-triangle", "risk"),
    "informational": Mark("info-circle", "plain"),
}


def state_mark(state: str) -> Mark:
    """The mark of a state; a plain circle for one that has none of its own."""
    return _MARKS.get(state, Mark("circle", "plain"))
