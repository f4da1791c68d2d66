"""What a kind of trouble looks like: how people word it, what it turns out to be, what helps."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Theme:
    """A recurring kind of incident. Texts may hold `{tempat}` (a place of the customer) and `{n}` (a number).

    `levels` are (impact, urgency) pairs to draw from; `items` are slugs of which one may be named as the item at fault.
    """

    service: str
    team: str
    titles: tuple[str, ...]
    body: str
    cause: str
    solution: str
    ask: str
    answer: str
    internal: str
    levels: tuple[tuple[int, int], ...] = ((3, 2), (3, 2), (3, 3), (2, 2))
    items: tuple[str, ...] = ()
    english: bool = False

    @property
    def is_grave(self) -> bool:
        """Whether it may be of the highest two priorities by its impact."""
        return any(impact == 1 for impact, _urgency in self.levels)
