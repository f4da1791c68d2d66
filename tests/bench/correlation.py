"""`make bench-correlation`: do the alerts of a fault fold into one incident, without strangers, and is the cause named?

152 faults injected into MicroSS. Each is told together with another fault that hits a second copy of the system at the
same moment; both copies stand on one site.

The cause is named twice. `rank` knows nothing of other faults, and the label serves to score alone. `later` is how a
desk works on: the faults come in the order of time, and the cause of each is confirmed once it has been scored, so that
those after it may learn from it. Copies that the data set made of one run (54 of 152) never learn from each other.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from selaras.domains.events.correlation import Precedent, Sign, Surroundings, fold, likely_causes
from tests.bench.correlation_shapes import FOLDER, Fault, depends, faults, signs

ONE_INCIDENT = 0.90
IN_FIRST_THREE = 0.60
_COPY = 1_000
_SITE = 2_000


def main() -> int:
    """Score every fault; 1 if an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=FOLDER, help="the folder of the faults")
    data: Path = parser.parse_args().data
    if not data.is_dir():
        print(f"the faults are not here: {data}")
        return 1
    every, numbers, below = sorted(faults(data), key=_began), *system(depends(data))
    head = f"{'fault':>5} {'kind':<34} {'cause':<14} {'alerts':>6} {'incidents':>9} {'strangers':>9} {'rank':>5}"
    print(f"{head} {'later':>5}")
    confirmed: list[tuple[str, Precedent]] = []
    scored = [score(fault, every[n - 1], numbers, below, confirmed) for n, fault in enumerate(every)]
    return 0 if _summed(scored) else 1


def _began(fault: Fault) -> tuple[bool, datetime, str]:
    return (not fault.alerts, fault.alerts[0][0] if fault.alerts else datetime.max.replace(tzinfo=UTC), fault.ident)


def system(pairs: list[tuple[str, str]]) -> tuple[dict[str, int], dict[int, set[int]]]:
    """The number of each thing, and what each stands on: the system, its copy and the site of both."""
    names = sorted({name for pair in pairs for name in pair})
    numbers = {name: 2 * n for n, name in enumerate(names, 1)}
    below: dict[int, set[int]] = {}
    for offset in (0, _COPY):
        for upper, lower in pairs:
            below.setdefault(numbers[upper] + offset, set()).add(numbers[lower] + offset)
        for name in names:
            if name.startswith("host"):
                below.setdefault(numbers[name] + offset, set()).add(_SITE)
    return numbers, below


@dataclass(frozen=True, slots=True)
class Scored:
    """What became of one fault; a rank is None where the cause is not among those named at all."""

    incidents: int
    strangers: int
    rank: int | None
    later: int | None


def score(
    fault: Fault,
    other: Fault,
    numbers: dict[str, int],
    below: dict[int, set[int]],
    confirmed: list[tuple[str, Precedent]],
) -> Scored:
    """Score one fault and print its line; then its cause counts as confirmed, with the run it is of."""
    own, culprit = signs(fault, numbers), numbers[fault.culprit]
    strange = _at_once(signs(other, numbers, start=100_000, offset=_COPY), own)
    if not own:
        print(f"{fault.ident:>5} {fault.kind:<34} {fault.culprit:<14} raised no alert")
        return Scored(0, 0, None, None)
    groups = [group for group in fold([*own, *strange], below) if any(s.alert_id < 100_000 for s in group)]
    largest = max(groups, key=lambda group: sum(s.alert_id < 100_000 for s in group))
    earlier = [precedent for origin, precedent in confirmed if origin != fault.origin]
    rank, later = (_rank(culprit, largest, below, known) for known in ((), earlier))
    confirmed.append((fault.origin, Precedent(culprit, frozenset(sign.told for sign in largest))))
    strangers = sum(s.alert_id >= 100_000 for s in largest)
    print(
        f"{fault.ident:>5} {fault.kind:<34} {fault.culprit:<14} {len(own):>6} {len(groups):>9} {strangers:>9} "
        f"{rank or '-':>5} {later or '-':>5}"
    )
    return Scored(len(groups), strangers, rank, later)


def _rank(culprit: int, group: list[Sign], below: dict[int, set[int]], known: Sequence[Precedent]) -> int | None:
    ranked = likely_causes(group, Surroundings(below, group), known, most=99)
    return next((n for n, one in enumerate(ranked, 1) if one.node == culprit), None)


def _at_once(strange: list[Sign], own: list[Sign]) -> list[Sign]:
    later = own[0].at - strange[0].at if own and strange else timedelta(0)
    return [replace(sign, at=sign.at + later) for sign in strange]


def _summed(scored: list[Scored]) -> bool:
    many = len(scored)
    one = sum(each.incidents == 1 for each in scored) / many
    clean = sum(each.incidents == 1 and each.strangers == 0 for each in scored) / many
    print(f"one incident: {one:.0%} of {many} (aim {ONE_INCIDENT:.0%}); one and no strangers: {clean:.0%}")
    ranks, later = [each.rank for each in scored], [each.later for each in scored]
    half = many // 2
    for what, found in (
        ("nothing known of other faults", ranks),
        ("causes of earlier ones confirmed", later),
        ("  in the first half", later[:half]),
        ("  in the second", later[half:]),
    ):
        print(f"{what:<34} true cause first: {_within(found, 1):.0%}, among the first three: {_within(found, 3):.0%}")
    print(f"aim: {IN_FIRST_THREE:.0%} among the first three")
    print(f"the cause is in no alert's reach in {sum(rank is None for rank in ranks)}")
    return one >= ONE_INCIDENT and _within(later, 3) >= IN_FIRST_THREE


def _within(ranks: Sequence[int | None], places: int) -> float:
    return sum(rank is not None and rank <= places for rank in ranks) / len(ranks)


if __name__ == "__main__":
    sys.exit(main())
