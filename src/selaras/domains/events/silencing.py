"""Pure decisions about silences, in the semantics and the words of Alertmanager 0.25 (silence/silence.go, api/v2)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from selaras.domains.events.contracts import BadMatcher, Condition
from selaras.domains.events.contracts.silences import EXPIRED, PENDING, BadSilence, SilenceDraft, SilenceRow
from selaras.domains.events.matchers import Matcher
from selaras.kernel.sentences import say

KEPT = timedelta(days=5)  # how long Alertmanager's clients are shown what has expired; we keep it for good
_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


class CompiledSilence:
    """A silence with its matchers ready to be asked. Raises BadMatcher."""

    __slots__ = ("matchers", "row")

    def __init__(self, row: SilenceRow) -> None:
        self.row = row
        self.matchers = tuple(Matcher(c.label, c.op, c.value) for c in row.matchers)

    def holds(self, labels: Mapping[str, str]) -> bool:
        """Whether it silences an alert with these labels."""
        return all(matcher.holds(labels) for matcher in self.matchers)


def check(draft: SilenceDraft, now: datetime) -> None:
    """Raises BadSilence if there can be no such silence."""
    if draft.ends_at <= draft.starts_at:
        raise BadSilence("ends_at", say("start time must be before end time"))
    if draft.ends_at < now:
        raise BadSilence("ends_at", say("end time can't be in the past"))
    if not draft.matchers:
        raise BadSilence("matchers", say("at least one matcher required"))
    matchers = [_matcher(index, condition) for index, condition in enumerate(draft.matchers)]
    if all(matcher.op in ("=", "=~") and matcher.holds({}) for matcher in matchers):
        raise BadSilence("matchers", say("at least one matcher must not match the empty string"))


def may_stay(before: SilenceRow, draft: SilenceDraft, now: datetime) -> bool:
    """Whether a silence becomes what the draft says and stays itself; otherwise it ends and a new one begins."""
    state = before.state_at(now)
    if state == EXPIRED or before.matchers != draft.matchers:
        return False
    if state == PENDING:
        return draft.starts_at >= now
    return int(before.starts_at.timestamp()) == int(draft.starts_at.timestamp()) and draft.ends_at >= now


def in_order(rows: Iterable[SilenceRow], now: datetime) -> list[SilenceRow]:
    """Active ones first, those that end soonest before others; then pending by their start; then the last expired."""
    return sorted(rows, key=lambda row: (*_place(row, now), row.id))


def _place(row: SilenceRow, now: datetime) -> tuple[int, float]:
    match row.state_at(now):
        case "active":
            return 0, row.ends_at.timestamp()
        case "pending":
            return 1, row.starts_at.timestamp()
        case _:
            return 2, -row.ends_at.timestamp()


def named_by(row: SilenceRow, filters: Sequence[Matcher]) -> bool:
    """Whether a silence has each of these as a matcher of its own, to the letter."""
    own = {(c.label, c.op, c.value) for c in row.matchers}
    return all((asked.name, asked.op, asked.value) in own for asked in filters)


def silencers(labels: Mapping[str, str], silences: Iterable[CompiledSilence]) -> list[SilenceRow]:
    """Those of these silences that hold for a set of labels."""
    return [silence.row for silence in silences if silence.holds(labels)]


def _matcher(index: int, condition: Condition) -> Matcher:
    if not _LABEL.fullmatch(condition.label):
        why = f'invalid label name "{condition.label}"'
        raise BadSilence("matchers", say("invalid label matcher %(n)s: %(why)s", n=index, why=why))
    try:
        return Matcher(condition.label, condition.op, condition.value)
    except BadMatcher as error:
        why = f'invalid regular expression "{condition.value}": {error}'
        raise BadSilence("matchers", say("invalid label matcher %(n)s: %(why)s", n=index, why=why)) from None
