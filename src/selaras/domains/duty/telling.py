"""Pure decisions about telling people: when a try is repeated, when a channel rests, what follows from a doubt."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from selaras.domains.duty.contracts.channels import ChannelKind

# After the first, second … try that failed for now. Then the person's next channel has its turn; without one, it is
# tried on until the provider is back.
_WAITS = (5, 15, 40, 60)  # seconds
_THEN = 300
_MOST = 60  # tries: about five hours
# Doubts about one message after which its sender may well die of it, and the next channel has its turn.
_DOUBTS = 5
_TELLS_REPEATS_APART = frozenset({ChannelKind.MAIL, ChannelKind.WEBHOOK, ChannelKind.PUSH})


def wait_after(attempts: int, *, last: bool) -> timedelta | None:
    """How long to wait after so many tries that failed for now; None when it is the next channel's turn.

    `last`: this person has no other channel.
    """
    if attempts <= len(_WAITS):
        return timedelta(seconds=_WAITS[attempts - 1])
    return timedelta(seconds=_THEN) if last and attempts < _MOST else None


def is_quiet(start: time | None, end: time | None, at: datetime, timezone: str) -> bool:
    """Whether a channel rests at `at`; hours may run over midnight."""
    if start is None or end is None or start == end:
        return False
    now = at.astimezone(ZoneInfo(timezone)).time()
    return start <= now < end if start < end else now >= start or now < end


def may_try_again(kind: ChannelKind, doubts: int) -> bool:
    """Whether a message that may have gone out already is sent again by the same channel.

    By those whose receiver can know it again: a webhook carries the same Idempotency-Key, a mail the same
    Message-ID, a notification the same tag.
    Others would ring twice; there the person's next channel is used, and without one the escalation goes on.
    """
    return kind in _TELLS_REPEATS_APART and doubts < _DOUBTS
