"""Decisions about incidents, without I/O."""

from collections.abc import Mapping
from datetime import timedelta

from selaras.domains.incidents.contracts import WaitingFor

LEVELS = (1, 2, 3)

# Impact × urgency → priority, 1 highest: the matrix of ITIL Service Operation, which each organisation may edit.
DEFAULT_MATRIX: Mapping[tuple[int, int], int] = {
    (1, 1): 1,
    (1, 2): 2,
    (1, 3): 3,
    (2, 1): 2,
    (2, 2): 3,
    (2, 3): 4,
    (3, 1): 3,
    (3, 2): 4,
    (3, 3): 5,
}

# How long a resolved incident waits for the requester's word before it closes by itself.
CONFIRMATION_TIME = timedelta(days=3)

# How soon a major incident's customers are told more, where no agreement promises it sooner.
UPDATE_TIME = timedelta(hours=1)
# Until when the review of a major incident is owed, from its resolution on.
REVIEW_TIME = timedelta(days=7)

# Which clocks stand still while an incident waits. Only the customer's own silence stops the promise to the customer:
# a supplier and a change are the provider's affair.
PAUSES: Mapping[WaitingFor, tuple[str, ...]] = {
    WaitingFor.REQUESTER: ("resolve", "update"),
    WaitingFor.SUPPLIER: (),
    WaitingFor.CHANGE: (),
}


def priority_from(impact: int, urgency: int, matrix: Mapping[tuple[int, int], int] = DEFAULT_MATRIX) -> int:
    """The priority (1 to 5) of an incident. Raises KeyError for levels outside 1 to 3."""
    return matrix[(impact, urgency)]


def likeness(words: str, title: str) -> int:
    """How many of a model's words (apart by commas or spaces) begin a word of a title; 0: it is another kind."""
    typed = title.casefold().replace(",", " ").split()
    return sum(any(one.startswith(word) for one in typed) for word in words.casefold().replace(",", " ").split())


def full_matrix(cells: Mapping[str, int]) -> dict[tuple[int, int], int]:
    """A stored matrix ("impact-urgency" → priority) over the default, so that it is always whole."""
    stored = {(int(key[0]), int(key[2])): priority for key, priority in cells.items()}
    return {**DEFAULT_MATRIX, **stored}
