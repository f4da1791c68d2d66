"""A lifecycle's table is checked when it is declared, and tells what is possible."""

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from selaras.kernel.errors import MoveRefused
from selaras.kernel.lifecycle import Lifecycle, Move, given
from selaras.kernel.sentences import say

_reason = given("reason", say("Say why."))


def life(*moves: tuple[str, tuple[str, ...], str], final: tuple[str, ...] = ("done",)) -> Lifecycle:
    names = {"new", *final, *(m[2] for m in moves), *(s for m in moves for s in m[1])}
    return Lifecycle(
        name="thing",
        initial="new",
        states={name: say(name) for name in sorted(names)},
        final=final,
        moves=tuple(Move(verb, source, target, say(verb), "records.edit") for verb, source, target in moves),
    )


def test_a_sound_table_is_taken_and_drawn() -> None:
    thing = life(("finish", ("new",), "done"))
    assert thing.pairs() == (("new", "done"),)
    assert "new --> done: finish" in thing.mermaid()


@pytest.mark.parametrize(
    ("moves", "final", "complaint"),
    [
        ([("finish", ("new",), "done"), ("lose", ("lost",), "done")], ("done",), "unreachable state lost"),
        ([("finish", ("new",), "done"), ("park", ("new",), "parked")], ("done",), "dead end parked"),
        (
            [("finish", ("new",), "done"), ("finish", ("new",), "done")],
            ("done",),
            "verb finish twice from new",
        ),
    ],
)
def test_an_unsound_table_is_refused_at_import(
    moves: list[tuple[str, tuple[str, ...], str]], final: tuple[str, ...], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        life(*moves, final=final)


def test_a_state_nobody_declared_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown state gone"):
        Lifecycle(
            name="thing",
            initial="new",
            states={"new": say("New")},
            final=("new",),
            moves=(Move("go", ("new",), "gone", say("Go"), "records.edit"),),
        )


def test_a_verb_that_is_not_possible_says_so() -> None:
    thing = life(("finish", ("new",), "done"))
    with pytest.raises(MoveRefused) as refusal:
        thing.find("finish", "done")
    assert "is not possible" in str(refusal.value)


@examples(st.text())
def test_a_need_holds_exactly_for_words_that_are_not_blank(reason: str) -> None:
    assert _reason.holds({"reason": reason}) == bool(reason.strip())
