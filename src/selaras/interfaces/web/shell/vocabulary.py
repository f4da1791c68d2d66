"""The words for states, from the lifecycles that own them."""

from collections.abc import Mapping

from selaras.domains.agreements.queries import STATE_WORDS as AGREEMENT_STATES
from selaras.domains.incidents.queries import STATE_WORDS
from selaras.domains.records.contracts import Kind
from selaras.domains.services.queries import STATE_WORDS as SERVICE_STATES
from selaras.interfaces.web.shell.words import spoken
from selaras.kernel.sentences import Sentence

__all__ = ["AGREEMENT_STATES", "SERVICE_STATES", "state_word", "states_of"]

_STATES: Mapping[Kind, Mapping[str, Sentence]] = {Kind.INCIDENT: STATE_WORDS}


def state_word(kind: str, state: str) -> str:
    """A state in the reader's language."""
    word = _STATES.get(Kind(kind), {}).get(state)
    return spoken(word) if word else state


def states_of(kind: Kind) -> list[tuple[str, str]]:
    """The states of a kind in the order of its life, each with its word."""
    return [(state, spoken(word)) for state, word in _STATES.get(kind, {}).items()]
