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
    fields to show; a need without `asks` is a fact of the record. `naming` words a refusal that names what is at fault.
    """

    refusal: Sentence
    holds: Callable[[Facts], bool]
    asks: str | None = None
    naming: Callable[[Facts], Sentence] | None = None

    def why(self, facts: Facts) -> Sentence:
        """The refusal with these facts."""
        return self.naming(facts) if self.naming else self.refusal


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
    optional: tuple[str, ...] = ()  # what may be given with it besides what its needs ask for


@dataclass(frozen=True, slots=True)
class Act:
    """A verb that leaves the state as it is, for the states in which it has a sense.

    `fits(facts)`: where it does not hold, no screen offers it (nothing is taken out of where it is not).
    """

    verb: str
    source: tuple[str, ...]
    label: Sentence
    permission: str
    needs: tuple[Need, ...] = ()
    optional: tuple[str, ...] = ()
    fits: Callable[[Facts], bool] = lambda facts: True


@dataclass(frozen=True, slots=True)
class Offer:
    """A verb that a screen may show: `refused` says why it is not possible now, `asks` which facts to give with it.

    `optional` may be given besides; `moves` tells a move from an act, and `ends` a move that ends all.
    """

    verb: str
    label: Sentence
    asks: tuple[str, ...] = ()
    refused: Sentence | None = None
    optional: tuple[str, ...] = ()
    moves: bool = True
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The whole life of a kind of thing. Raises ValueError at import if the table is wrong."""

    name: str
    initial: str
    states: Mapping[str, Sentence]
    final: tuple[str, ...]
    moves: tuple[Move, ...]
    acts: tuple[Act, ...] = ()
    _by_verb: dict[tuple[str, str], Move] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self._check()
        self._by_verb.update({(move.verb, source): move for move in self.moves for source in move.source})

    def allowed(self, state: str) -> tuple[Move, ...]:
        """The moves out of `state`, in the order of the table (the likely one first)."""
        return tuple(move for move in self.moves if state in move.source)

    def offers(self, state: str, facts: Facts, may: Callable[[str], bool]) -> tuple[Offer, ...]:
        """What a screen shows somebody in `state`: the moves, then the acts that fit; each with why it is impossible
        now, if it is."""
        moves = (move for move in self.allowed(state) if move.offered and may(move.permission))
        acts = (act for act in self.acts if state in act.source and act.fits(facts) and may(act.permission))
        return (
            *(_offer(move, facts, moves=True, ends=move.target in self.final) for move in moves),
            *(_offer(act, facts, moves=False, ends=False) for act in acts),
        )

    def find(self, verb: str, state: str) -> Move:
        """The move `verb` out of `state`. Raises MoveRefused."""
        found = self._by_verb.get((verb, state))
        if found is None:
            raise self._impossible(verb, state)
        return found

    def act(self, verb: str, state: str, facts: Facts) -> Act:
        """The act `verb` in `state`, whose needs all hold. Raises MoveRefused."""
        found = next((act for act in self.acts if act.verb == verb and state in act.source), None)
        if found is None or not found.fits(facts):
            raise self._impossible(verb, state)
        check(found.needs, facts)
        return found

    def _verbs(self) -> tuple[Move | Act, ...]:
        return (*self.moves, *self.acts)

    def _impossible(self, verb: str, state: str) -> MoveRefused:
        label = next((each.label for each in self._verbs() if each.verb == verb), verb)
        return MoveRefused(
            say(
                "“%(verb)s” is not possible while it is “%(state)s”.",
                verb=label,
                state=self.states.get(state, state),
            ),
            field="verb",
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
        used |= {source for each in self._verbs() for source in each.source}
        return [f"unknown state {state}" for state in sorted(used - set(self.states))]

    def _duplicates(self) -> list[str]:
        seen = Counter((each.verb, source) for each in self._verbs() for source in each.source)
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


def _offer(each: Move | Act, facts: Facts, *, moves: bool, ends: bool) -> Offer:
    refused = next((need.why(facts) for need in each.needs if not need.asks and not need.holds(facts)), None)
    asks = tuple(need.asks for need in each.needs if need.asks)
    return Offer(each.verb, each.label, asks, refused, each.optional, moves, ends)


def check(needs: tuple[Need, ...], facts: Facts) -> None:
    """Raise MoveRefused for the first need that does not hold, naming what it asks for."""
    for need in needs:
        if not need.holds(facts):
            raise MoveRefused(need.why(facts), field=need.asks)


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
    check(made.needs, facts or {})
    manager: Any = type(row)._base_manager  # type: ignore[attr-defined]  # any Django model; the kernel knows none
    if manager.filter(pk=row.pk, state=row.state).update(state=made.target) != 1:
        raise MoveRefused(say("Somebody else has just moved this on."), field="verb")
    row.state = made.target
    return made
