"""What an action answers when it will not do what was asked. Each carries a sentence for the page.

Interfaces turn these into pages, API problems and mails; no other exception is shown to people.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from selaras.kernel.sentences import Sentence, say


class Refusal(Exception):
    """Nothing was written. `field` names the input at fault, if one is."""

    status = 400

    def __init__(self, sentence: Sentence, *, field: str | None = None) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence
        self.field = field


class Invalid(Refusal):
    """Input that cannot be taken; `fields` says why for each field."""

    status = 422

    def __init__(self, fields: Mapping[str, Sentence]) -> None:
        first = next(iter(fields))
        super().__init__(fields[first], field=first)
        self.fields = dict(fields)


class NotAllowed(Refusal):
    """The person has no permission for this here."""

    status = 403

    def __init__(self, permission: str) -> None:
        super().__init__(say("Your duty does not include this (%(permission)s).", permission=permission))
        self.permission = permission


class NotFound(Refusal):
    """No such thing, or none that this person may know of: the two are never told apart."""

    status = 404

    def __init__(self, what: str = "") -> None:
        super().__init__(say("There is nothing here under “%(what)s”.", what=what))


class MoveRefused(Refusal):
    """The lifecycle does not allow this verb now; the sentence says why."""

    status = 409


class Stale(Refusal):
    """Somebody else changed it since it was read. `changes` are their entries, newest last."""

    status = 409

    def __init__(self, changes: Sequence[Any] = ()) -> None:
        super().__init__(say("This was changed while you were working on it. Nothing of yours was saved yet."))
        self.changes = tuple(changes)
