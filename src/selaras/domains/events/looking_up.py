"""Pure: a table in which labels are looked up, written and read as CSV, each fault told by its row.

The first line names the columns, which are labels; some of them are the key. A row is found by the values of its key
and gives its other columns as labels. An empty cell gives nothing; white space in one is a blank.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from selaras.domains.events.adding import LONGEST
from selaras.domains.events.adding import MOST as COLUMNS
from selaras.domains.events.contracts import Condition
from selaras.domains.events.matchers import faults_of
from selaras.kernel.errors import Invalid
from selaras.kernel.sentences import Sentence, say

ROWS = 100_000
SIZE = 20_000_000  # characters of a table
_TOLD = 10  # faults at a time

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LookupTable:
    """The columns that are the key, those that are given, and what is given for each key."""

    keys: Row
    gives: Row
    rows: Mapping[Row, Row]

    def found(self, labels: Mapping[str, str], by: Sequence[str] = ()) -> dict[str, str]:
        """What the table has for these labels, and they have not; `by`: under which labels its key columns stand."""
        row = self.rows.get(tuple(labels.get(name, "") for name in by or self.keys))
        if row is None:
            return {}
        return {name: value for name, value in zip(self.gives, row, strict=True) if value and name not in labels}

    def written(self) -> str:
        """As CSV, key columns first."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow((*self.keys, *self.gives))
        writer.writerows((*key, *row) for key, row in self.rows.items())
        return out.getvalue()


def read_table(text: str, keys: Sequence[str]) -> LookupTable:
    """The table of a CSV; comma, semicolon or tab divides. Raises Invalid for `keys`, or for `rows` by number."""
    if len(text) > SIZE:
        raise Invalid({"rows": say("The table is longer than 20 million characters.")})
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=_divided_by(text), strict=True)
    lines = _lines(reader)
    header = next(lines, (0, ()))[1]
    _check(header, keys)
    places = [header.index(name) for name in keys]
    rest = [n for n in range(len(header)) if n not in places]
    rows, seen, faults = dict[Row, Row](), dict[Row, int](), list[Sentence]()
    for number, cells in lines:
        key = tuple(cells[n] for n in places) if len(cells) == len(header) else ()
        fault = _fault(number, cells, header, key, seen)
        if fault is None and len(rows) == ROWS:
            fault = say("Row %(n)s: a table has up to 100,000 rows.", n=number)
        if fault is None:
            rows[key], seen[key] = tuple(cells[n] for n in rest), number
            continue
        faults.append(fault)
        if len(faults) == _TOLD:
            break
    if faults:
        raise Invalid({"rows": faults[0], **{f"rows.{n}": fault for n, fault in enumerate(faults[1:], 2)}})
    return LookupTable(tuple(keys), tuple(header[n] for n in rest), rows)


def _divided_by(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)


def _lines(reader: Iterator[list[str]]) -> Iterator[tuple[int, Row]]:
    """Rows that say anything, with their numbers from 1 (the header)."""
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            if any(cell.strip() for cell in cells):
                yield number, tuple(" ".join(cell.split()) for cell in cells)
    except csv.Error as error:
        raise Invalid({"rows": say("Row %(n)s cannot be read: %(why)s", n=number + 1, why=str(error))}) from None


def _check(header: Row, keys: Sequence[str]) -> None:
    if faults_of([Condition(name, "=", "") for name in header]) or len(set(header)) < len(header) or not header:
        what = say("Row 1 names the columns, each once: letters, digits and _, no digit first.")
        raise Invalid({"rows": what})
    missing = [name for name in keys if name not in header]
    if not keys or missing or len(set(keys)) < len(keys):
        raise Invalid({"keys": say("Name columns of the table, each once: %(columns)s.", columns=", ".join(header))})
    if not 1 <= len(header) - len(keys) <= COLUMNS:
        raise Invalid({"rows": say("Besides the key a table has 1 to %(n)s columns.", n=COLUMNS)})


def _fault(number: int, cells: Row, header: Row, key: Row, seen: Mapping[Row, int]) -> Sentence | None:
    if len(cells) != len(header):
        return say("Row %(n)s has %(m)s cells; %(k)s are expected.", n=number, m=len(cells), k=len(header))
    if any(len(cell) > LONGEST or "\0" in cell for cell in cells):
        return say("Row %(n)s: a cell holds up to %(m)s characters.", n=number, m=LONGEST)
    if not any(key):
        return say("Row %(n)s: its key is empty.", n=number)
    if key in seen:
        return say("Row %(n)s has the same key as row %(m)s.", n=number, m=seen[key])
    return None
