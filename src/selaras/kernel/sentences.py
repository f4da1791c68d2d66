"""Sentences that pure code hands to people: a message id and its parameters, worded at the edge.

Rules and lifecycles never import Django, so they cannot translate; they *say* an English message id, and the
interface that shows it words it in the reader's language. `say` is a keyword of the message extraction.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Sentence:
    """A message id (English, `%(name)s` style) and its parameters; one may be a sentence or a moment (aware)."""

    text: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        """The English wording, for logs and machines."""
        return self.text % self.params if self.params else self.text

    def as_json(self) -> dict[str, object]:
        """For a JSON column; `Sentence.from_json` gives it back."""
        params = {k: _stored(v) for k, v in self.params.items()}
        return {"text": self.text, "params": params}

    @classmethod
    def from_json(cls, stored: Mapping[str, object]) -> "Sentence":
        """The sentence that `as_json` stored."""
        params = stored.get("params")
        parts = params if isinstance(params, Mapping) else {}
        return cls(str(stored["text"]), {k: _part(v) for k, v in parts.items()})


def _stored(value: object) -> object:
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    return value.as_json() if isinstance(value, Sentence) else value


def _part(value: object) -> object:
    if isinstance(value, Mapping) and "moment" in value:
        return datetime.fromisoformat(str(value["moment"]))
    return Sentence.from_json(value) if isinstance(value, Mapping) and "text" in value else value


def say(text: str, /, **params: object) -> Sentence:
    """Mark `text` for translation and bind its parameters."""
    return Sentence(text, params)
