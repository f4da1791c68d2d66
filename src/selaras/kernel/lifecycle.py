"""Lifecycles: one declared table of moves for each kind of thing that has a life.

A domain declares its `Lifecycle` in `lifecycle.py`; it is checked when imported. `move` is the only code that writes
a state, as a compare-and-set, and `lifecycle_guard` puts the same table into the database, which refuses the rest.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from selaras.kernel.errors import MoveRefused
from selaras.kernel.sentences import Sentence, say

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Need:
    """A condition on a move: `holds(facts)`; otherwise the move is refused with `refusal`.

    `asks` names the facts a person gives with the move (a cause, a reason), so that a screen knows which
    fields to show; a need without `asks` is a fact of the record.
    """

    refusal: Sentence
    holds: Callable[[Facts], bool]
    asks: str | None = None


def given(name: str, refusal: Sentence) -> Need:
    """The person must give a non-empty `name` with the move."""
    return Need(refusal, lambda facts: bool(str(facts.get(name) or "").strip()), asks=name)


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table: `verb` leads from any of `source` to `target`, if each need holds."""

    verb: str
    source: tuple[str, ...]
    target: str
    label: Sentence
    permission: str
    needs: tuple[Need, ...] = ()
    offered: bool = True  # False: only the system makes this move, no button

    def refusal(self, facts: Facts) -> Sentence | None:
        """Why this move is refused with these facts; None if it may go on."""
        return next((need.refusal for need in self.needs if not need.holds(facts)), None)


@dataclass(frozen=True, slots=True)
class Offer:
    """A move as a screen offers it: what it asks for, (in words) why it is not possible now, if it ends all."""

    verb: str
    label: Sentence
    asks: tuple[str, ...]
    refused: Sentence | None
    ends: bool


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The whole life of a kind of thing. Raises ValueError at import if the table is wrong."""

    name: str
    initial: str
    states: Mapping[str, Sentence]
    final: tuple[str, ...]
    moves: tuple[Move, ...]
    _by_verb: dict[tuple[str, str], Move] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self._check()
        self._by_verb.update({(move.verb, source): move for move in self.moves for source in move.source})

    def allowed(self, state: str) -> tuple[Move, ...]:
        """The moves out of `state`, in the order of the table (the likely one first)."""
        return tuple(move for move in self.moves if state in move.source)

    def find(self, verb: str, state: str) -> Move:
        """The move `verb` out of `state`; MoveRefused names what is possible instead."""
        found = self._by_verb.get((verb, state))
        if found is None:
            raise MoveRefused(
                say(
                    "“%(verb)s” is not possible while it is “%(state)s”.",
                    verb=next((m.label for m in self.moves if m.verb == verb), verb),
                    state=self.states.get(state, state),
                ),
                field="verb",
            )
        return found

    def offers(self, state: str, facts: Facts, may: Callable[[str], bool]) -> tuple[Offer, ...]:
        """The moves out of `state` that somebody may make, each with why it is impossible now, if it is."""
        return tuple(
            Offer(
                move.verb,
                move.label,
                tuple(need.asks for need in move.needs if need.asks),
                next((need.refusal for need in move.needs if not need.asks and not need.holds(facts)), None),
                move.target in self.final,
            )
            for move in self.allowed(state)
            if move.offered and may(move.permission)
        )

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Every (from, to) the table allows, sorted: what the database guard holds."""
        return tuple(sorted({(source, move.target) for move in self.moves for source in move.source}))

    def mermaid(self) -> str:
        """The drawing for docs/lifecycles: a Mermaid state diagram."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        lines += [f"    {s} --> {m.target}: {m.verb}" for m in self.moves for s in m.source]
        lines += [f"    {state} --> [*]" for state in self.final]
        return "\n".join(lines) + "\n"

    def _check(self) -> None:
        problems = [*self._unknown_states(), *self._duplicates(), *self._unreachable(), *self._dead_ends()]
        if problems:
            raise ValueError(f"lifecycle {self.name}: " + "; ".join(problems))

    def _unknown_states(self) -> list[str]:
        used = {self.initial, *self.final, *(m.target for m in self.moves)}
        used |= {source for m in self.moves for source in m.source}
        return [f"unknown state {state}" for state in sorted(used - set(self.states))]

    def _duplicates(self) -> list[str]:
        seen = Counter((m.verb, source) for m in self.moves for source in m.source)
        return [f"verb {verb} twice from {source}" for (verb, source), n in seen.items() if n > 1]

    def _unreachable(self) -> list[str]:
        reached, edge = {self.initial}, [self.initial]
        while edge:
            state = edge.pop()
            fresh = {m.target for m in self.moves if state in m.source} - reached
            reached |= fresh
            edge.extend(fresh)
        return [f"unreachable state {state}" for state in self.states if state not in reached]

    def _dead_ends(self) -> list[str]:
        leaves = {source for m in self.moves for source in m.source}
        return [f"dead end {state}" for state in self.states if state not in leaves and state not in self.final]


class Stateful(Protocol):
    """A row with a primary key and a state, of a model with a manager."""

    pk: Any
    state: str


def move(row: Stateful, verb: str, *, life: Lifecycle, facts: Facts | None = None) -> Move:
    """Make the move `verb` on a locked row and write its new state; return the move made.

    Raises MoveRefused (not in the table, a need does not hold, or somebody was faster). The permission is the
    action's to ask: it knows whose record this is.
    """
    made = life.find(verb, row.state)
    refusal = made.refusal(facts or {})
    if refusal is not None:
        raise MoveRefused(
            refusal, field=next((n.asks for n in made.needs if n.asks and not n.holds(facts or {})), None)
        )
    manager: Any = type(row)._base_manager  # type: ignore[attr-defined]  # any Django model; the kernel knows none
    if manager.filter(pk=row.pk, state=row.state).update(state=made.target) != 1:
        raise MoveRefused(say("Somebody else has just moved this on."), field="verb")
    row.state = made.target
    return made
