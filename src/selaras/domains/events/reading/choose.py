"""Which fact of a payload plays a part: the one whose path fits the family best and lies nearest to the top."""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from selaras.domains.events.reading.flat import Fact, Scalar

Family = tuple[tuple[str, ...], ...]
Fits = Callable[[Scalar], bool]

_RANK, _DEPTH, _EXTRA = 10, 15, 250  # what a place in the family, a step down, a word too many in the name costs
_LONGEST = 4  # words of a phrase


def choose(facts: Sequence[Fact], family: Family, fits: Fits, *, exact: bool = False) -> Fact | None:
    """The best of those that fit, None if none does. `exact`: the last name may have no word that the phrase lacks."""
    return next(ranked(facts, family, fits, exact=exact), None)


def ranked(facts: Sequence[Fact], family: Family, fits: Fits, *, exact: bool = False) -> Iterator[Fact]:
    """All that fit, the best first."""
    ranks, last_words = _known(family)
    scored = []
    for number, fact in enumerate(facts):
        if fact.aside or not fact.words or fact.words[-1] not in last_words:
            continue
        score = _score(fact, ranks, exact=exact)
        if score is not None and fits(fact.value):
            scored.append((score, number, fact))
    return (fact for _, _, fact in sorted(scored, key=lambda each: each[:2]))


@lru_cache(maxsize=64)
def _known(family: Family) -> tuple[dict[tuple[str, ...], int], frozenset[str]]:
    """The place of each phrase, and the words that phrases end in: most facts end in none of them."""
    ranks = {phrase: rank for rank, phrase in reversed(list(enumerate(family)))}
    return ranks, frozenset(phrase[-1] for phrase in family)


def _score(fact: Fact, ranks: dict[tuple[str, ...], int], *, exact: bool) -> int | None:
    best: int | None = None
    for length in range(1, min(_LONGEST, len(fact.words)) + 1):
        rank = ranks.get(fact.words[-length:])
        extra = max(0, fact.own - length)
        if rank is None or (exact and extra):
            continue
        score = rank * _RANK + fact.depth * _DEPTH + extra * _EXTRA
        best = score if best is None else min(best, score)
    return best
