"""`make bench-correlation`: do the alerts of a fault fold into one incident, without strangers, and is the cause named?

152 faults injected into MicroSS. Each is told together with another fault that hits a second copy of the system at the
same moment; both copies stand on one site. The label serves to score and nothing else.
"""

import argparse
import sys
from datetime import timedelta
from pathlib import Path

from selaras.domains.events.correlation import Sign, Surroundings, fold, likely_causes
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
    every, numbers, below = list(faults(data)), *system(depends(data))
    print(f"{'fault':>5} {'kind':<34} {'cause':<14} {'alerts':>6} {'incidents':>9} {'strangers':>9} {'rank':>5}")
    scored = [score(fault, every[n - 1], numbers, below) for n, fault in enumerate(every)]
    return 0 if _summed(scored) else 1


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


def score(
    fault: Fault, other: Fault, numbers: dict[str, int], below: dict[int, set[int]]
) -> tuple[int, int, int | None]:
    """Incidents, strangers in the largest, and the rank of the true cause in it; prints the line of this fault."""
    own = signs(fault, numbers)
    strange = _at_once(signs(other, numbers, start=100_000, offset=_COPY), own)
    if not own:
        print(f"{fault.ident:>5} {fault.kind:<34} {fault.culprit:<14} raised no alert")
        return 0, 0, None
    groups = [group for group in fold([*own, *strange], below) if any(s.alert_id < 100_000 for s in group)]
    largest = max(groups, key=lambda group: sum(s.alert_id < 100_000 for s in group))
    strangers = sum(s.alert_id >= 100_000 for s in largest)
    ranked = likely_causes(largest, Surroundings(below, largest), most=99)
    rank = next((n for n, one in enumerate(ranked, 1) if one.node == numbers[fault.culprit]), None)
    print(
        f"{fault.ident:>5} {fault.kind:<34} {fault.culprit:<14} {len(own):>6} {len(groups):>9} {strangers:>9} "
        f"{rank or '-':>5}"
    )
    return len(groups), strangers, rank


def _at_once(strange: list[Sign], own: list[Sign]) -> list[Sign]:
    later = own[0].at - strange[0].at if own and strange else timedelta(0)
    return [Sign(s.alert_id, s.at + later, s.node, s.points_at, s.seen_by) for s in strange]


def _summed(scored: list[tuple[int, int, int | None]]) -> bool:
    many = len(scored)
    one = sum(incidents == 1 for incidents, _, _ in scored) / many
    clean = sum(incidents == 1 and strangers == 0 for incidents, strangers, _ in scored) / many
    ranks = [rank for _, _, rank in scored]
    first, three = (sum(rank is not None and rank <= n for rank in ranks) / many for n in (1, 3))
    print(f"one incident: {one:.0%} of {many} (aim {ONE_INCIDENT:.0%}); one and no strangers: {clean:.0%}")
    print(f"true cause first: {first:.0%}, among the first three: {three:.0%} (aim {IN_FIRST_THREE:.0%})")
    print(f"the cause is in no alert's reach in {sum(rank is None for rank in ranks)}")
    return one >= ONE_INCIDENT and three >= IN_FIRST_THREE


if __name__ == "__main__":
    sys.exit(main())
