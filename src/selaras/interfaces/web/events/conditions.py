"""Conditions on labels as rows of a form: label, operator, value; as many as are wanted, without any script."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict

from selaras.domains.events.contracts import Condition
from selaras.domains.events.matchers import OPERATORS, faults_of
from selaras.interfaces.web.shell.words import spoken

_MOST = 50  # rows of one form


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it is shown; `error` says what is wrong with it."""

    number: int
    condition: Condition
    error: str = ""


class ConditionRows:
    """What a form holds of conditions; rows without a label and a value are none."""

    operators = OPERATORS

    def __init__(self, conditions: Sequence[Condition], *, empty: int = 1) -> None:
        self.conditions = tuple(conditions)
        self._faults = faults_of(self.conditions)
        self._empty = empty

    @classmethod
    def of(cls, posted: QueryDict) -> "ConditionRows":
        """As they were posted; with `do=row` there is one more to fill in."""
        columns = (posted.getlist(name)[:_MOST] for name in ("label", "op", "value"))
        given = [Condition(label.strip(), op, value) for label, op, value in zip(*columns, strict=False)]
        kept = [condition for condition in given if condition.label or condition.value]
        return cls(kept, empty=2 if posted.get("do") == "row" else 1)

    @property
    def errors(self) -> bool:
        """Whether any of them cannot be taken."""
        return bool(self._faults)

    @property
    def rows(self) -> list[Row]:
        """The rows to show, the empty ones last."""
        filled = [Row(n, c, spoken(self._faults.get(n))) for n, c in enumerate(self.conditions)]
        return filled + [Row(len(filled) + n, Condition("", "=", "")) for n in range(self._empty)]
