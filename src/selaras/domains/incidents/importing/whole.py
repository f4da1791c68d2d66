"""Puts the lines of each incident together, wherever in the file they stand, without holding the file in memory."""

from collections import Counter
from collections.abc import Callable, Iterator

from selaras.domains.incidents.importing.contracts import Line, Table

NumberOf = Callable[[Line], str]


def count_lines(table: Table, number_of: NumberOf) -> Counter[str]:
    """How many lines each incident has; lines that name none are under the empty word."""
    return Counter(number for number, _ in _owned(table, number_of))


def whole(table: Table, number_of: NumberOf, counted: Counter[str]) -> Iterator[tuple[str, list[Line]]]:
    """Each incident with all its lines, as soon as the last has been read; lines that name none come one by one.

    Only incidents that are still incomplete are held: in a log sorted by incident that is one.
    """
    held: dict[str, list[Line]] = {}
    for number, line in _owned(table, number_of):
        if not number:
            yield number, [line]
            continue
        lines = held.setdefault(number, [])
        lines.append(line)
        if len(lines) == counted[number]:
            yield number, held.pop(number)


def _owned(table: Table, number_of: NumberOf) -> Iterator[tuple[str, Line]]:
    """Lines with the incident they belong to.

    A line that breaks off may break off in the number itself ("INC00241"): then it is most likely the next of the
    incident before it, which must not be taken over without it.
    """
    before = ""
    width = len(table.columns)
    for line in table.lines():
        number = number_of(line)
        if len(line.values) < width and before.startswith(number):
            number = before
        yield number, line
        before = number
