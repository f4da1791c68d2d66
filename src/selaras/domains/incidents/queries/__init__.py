"""Reads about incidents that others may use."""

from selaras.domains.incidents.queries.incidents import (
    STATE_WORDS,
    get_default_matrix,
    get_incident,
    get_matrix,
    list_to_close,
    open_state,
    state_word,
)

__all__ = [
    "STATE_WORDS",
    "get_default_matrix",
    "get_incident",
    "get_matrix",
    "list_to_close",
    "open_state",
    "state_word",
]
