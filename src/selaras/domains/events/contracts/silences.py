"""Silences: what they say, and what they hold for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from selaras.domains.events.contracts import Condition
from selaras.kernel.sentences import Sentence, say

PENDING, ACTIVE, EXPIRED = "pending", "active", "expired"
"""States of a silence."""


SILENCE_WORDS = {ACTIVE: say("Active"), PENDING: say("Pending"), EXPIRED: say("Expired")}


class BadSilence(ValueError):
    """A silence that cannot be: the field at fault, and why in Alertmanager's words."""

    def __init__(self, field: str, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.field, self.sentence = field, sentence


@dataclass(frozen=True, slots=True)
class SilenceDraft:
    """What a silence is to say; times are aware."""

    matchers: tuple[Condition, ...]
    starts_at: datetime
    ends_at: datetime
    created_by: str
    comment: str


@dataclass(frozen=True, slots=True)
class SilenceRow:
    """A silence of the alerts of one organisation's sources (None: of those that belong to no customer)."""

    id: str
    organisation_id: int | None
    matchers: tuple[Condition, ...]
    starts_at: datetime
    ends_at: datetime
    updated_at: datetime
    created_by: str
    comment: str

    def state_at(self, now: datetime) -> str:
        """Its state by its times, which are what counts; the state that is stored follows within a second."""
        if now < self.starts_at:
            return PENDING
        return ACTIVE if now < self.ends_at else EXPIRED


@dataclass(frozen=True, slots=True)
class HitRow:
    """A firing alert that a silence holds for."""

    id: int
    labels: Mapping[str, str]
