"""Which alerts belong together, and what is the likeliest cause among them. Pure: alerts, a graph, moments.

A **sign** is a firing alert with the things it is about and those it points at. Two signs belong together if one's
thing stands on the other's, or most of what stands on one silent thing fails at once; nothing else joins them, so
that a fault elsewhere is never swallowed. All is symmetric, so the order in which simultaneous alerts are read decides
nothing. A **precedent** is an earlier incident whose cause somebody confirmed. Windows and votes:
docs/decisions/0010-correlation.md.
"""

from collections import Counter, deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from math import log

ALIKE = 20  # precedents that have a say, those most like the incident

WINDOW = timedelta(minutes=15)
"""How far apart cause and consequence may be told: a rule waits up to 5 minutes (`for`) on one side and not on the
other, scrape and evaluation add a minute each on both sides, and Alertmanager sends what joins a group after up to 5
(`group_interval`)."""

_NAME = 200  # characters of an alert's name that tell it from others

Graph = Mapping[int, Collection[int]]
"""What each node stands on, directly. Cycles are legal."""


class Bond(StrEnum):
    """Why two alerts belong together."""

    SAME = "same"  # about the same thing
    BENEATH = "beneath"  # it stands on what fails
    ABOVE = "above"  # what failed before stands on it
    SHARED = "shared"  # both stand on one thing, and so does most of what fails there


@dataclass(frozen=True, slots=True)
class Sign:
    """A firing alert: `node` is what it is about, `points_at` what it names as the other end, `seen_by` who told it.

    `cause` is the open cause it belongs to already (None: it is new), `name` what its watcher calls it.
    """

    alert_id: int
    at: datetime
    node: int
    points_at: tuple[int, ...] = ()
    seen_by: str = ""
    cause: int | None = None
    name: str = ""

    @property
    def nodes(self) -> tuple[int, ...]:
        """Everything that this alert says does not work."""
        return (self.node, *self.points_at)

    @property
    def told(self) -> str:
        """What is told, whenever it is: by whom, of what, under which name. `seen_by` is one word."""
        return " ".join((self.seen_by, ",".join(map(str, self.nodes)), self.name[:_NAME]))


@dataclass(frozen=True, slots=True)
class Tie:
    """That a sign belongs to another: why, by the thing `through`, so many dependencies apart."""

    to: Sign
    bond: Bond
    through: int
    hops: int

    @property
    def rank(self) -> tuple[int, int, float, int]:
        """The smaller, the better it explains: what is beneath comes before neighbours, near before far."""
        return (list(Bond).index(self.bond), self.hops, -self.to.at.timestamp(), self.to.alert_id)


@dataclass(frozen=True, slots=True)
class Precedent:
    """An earlier incident: what was confirmed as its cause, and what was told of it (`Sign.told`)."""

    node: int
    told: frozenset[str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing that may be the cause, and what speaks for it.

    `told` is the mean, over those who watch, of the share of what they told that speaks of it (0 to 1); `learnt` the
    share of the `alike` precedents, the more alike the more it counts, in which it was confirmed (`confirmed` of them).
    `likewise` is the share in which what was told of in one way, as it is now, was the cause, be it another thing: the
    highest over these ways, `blamed` of `spoken_of` in the precedents.
    """

    node: int
    told: float
    explained: int  # other failing things that stand on it
    others: int  # failing things besides it
    beneath: int  # failing things it stands on itself
    alerts: int  # that speak of it
    place: int  # 1: the first thing told of
    learnt: float
    confirmed: int
    alike: int
    likewise: float
    blamed: int
    spoken_of: int

    @property
    def explains_all(self) -> bool:
        """Whether nothing is left to explain: every other failing thing stands on it, and it on none of them."""
        return self.explained == self.others > 0 and not self.beneath


@dataclass(frozen=True, slots=True)
class _Learnt:
    """What like incidents say: by node, how much, and in how many of them it was confirmed."""

    weight: Mapping[int, float]
    confirmed: Mapping[int, int]
    alike: int


class Surroundings:
    """The graph, with what alerts prove of it: whoever fails in a call to something stands on it."""

    def __init__(self, below: Graph, signs: Iterable[Sign]) -> None:
        self._below = {node: set(lower) for node, lower in below.items()}
        for sign in signs:
            self._below.setdefault(sign.node, set()).update(sign.points_at)
        self._above: dict[int, set[int]] = {}
        for upper, lowers in self._below.items():
            for lower in lowers:
                self._above.setdefault(lower, set()).add(upper)
        self._reach: dict[int, dict[int, int]] = {}

    def beneath(self, node: int) -> Mapping[int, int]:
        """Everything a node stands on, with the number of dependencies on a shortest way; itself is 0."""
        known = self._reach.get(node)
        if known is not None:
            return known
        depths, queue = {node: 0}, deque([node])
        while queue:
            upper = queue.popleft()
            for lower in self._below.get(upper, ()):
                if lower not in depths:
                    depths[lower] = depths[upper] + 1
                    queue.append(lower)
        self._reach[node] = depths
        return depths

    def directly(self, node: int) -> Collection[int]:
        """What a node stands on with nothing in between."""
        return self._below.get(node, ())

    def above(self, node: int) -> set[int]:
        """What stands on a node with nothing in between."""
        return self._above.get(node, set())


def ties(new: Sign, others: Sequence[Sign], around: Surroundings) -> list[Tie]:
    """What a sign belongs to, the best explanation first.

    Within the window whatever comes first. Later only where it stands on what still fails, or is about the same.
    """
    found = [tie for other in others if other.alert_id != new.alert_id and (tie := _tie(new, other, around))]
    found += _shared(new, others, around)
    return sorted(found, key=lambda tie: tie.rank)


def belongs_to(new: Sign, others: Sequence[Sign], around: Surroundings) -> tuple[list[Tie], list[int]]:
    """The ties of a new sign, and the open causes that are one because of it: the first is the one to join.

    What was told outside the window explains a sign, but does not make one cause of two.
    """
    found = ties(new, others, around)
    causes: list[int] = []
    for n, tie in enumerate(found):
        if tie.to.cause is not None and tie.to.cause not in causes and (n == 0 or _near(new, tie.to)):
            causes.append(tie.to.cause)
    return found, causes


def fold(signs: Iterable[Sign], below: Graph) -> list[list[Sign]]:
    """The signs in groups, an incident each, in order of time: what `belongs_to` makes of them one after another."""
    ordered = sorted(signs, key=lambda sign: (sign.at, sign.alert_id))
    around, placed = Surroundings(below, ordered), list[Sign]()
    groups: dict[int, list[Sign]] = {}
    for sign in ordered:
        _, causes = belongs_to(sign, placed, around)
        cause = causes[0] if causes else sign.alert_id
        moved = [other for merged in causes[1:] for other in groups.pop(merged)]
        groups.setdefault(cause, []).extend([*moved, sign])
        placed = [_placed(one, cause) if one.cause in causes[1:] else one for one in placed]
        placed.append(_placed(sign, cause))
    return list(groups.values())


def likely_causes(
    signs: Sequence[Sign], around: Surroundings, precedents: Sequence[Precedent] = (), *, most: int = 3
) -> list[Candidate]:
    """What may be the cause of these signs, the likeliest first.

    First what explains all the rest. Then the deepest failing thing that explains most of it, unless another is told
    of more than twice as much. Then by what was told, early alerts for more. What was confirmed in like incidents
    counts half as much as what is told, and the more of it there is, the less the first two. So does how often what is
    told of likewise was the cause: what was learnt of one server goes for the next.
    """
    failing = {node for sign in signs for node in sign.nodes}
    told, firsts = _told(signs), _places(signs)
    quiet = {lower for node in failing for lower in around.directly(node)} - failing
    quiet = {node for node in quiet if _most_fail(around.above(node), failing)}
    now = {sign.told for sign in signs}
    learnt, likewise = _learnt(now, precedents), _likewise(now, precedents)
    nodes = failing | quiet | learnt.confirmed.keys()
    made = [_candidate(node, signs, failing, around, told, firsts, learnt, likewise) for node in nodes]
    loudest = max(told.values(), default=0)
    root = max((one for one in made if _is_root(one, loudest)), key=lambda one: (one.explained, one.told), default=None)

    def weight(one: Candidate) -> float:
        return one.told + (one.learnt + one.likewise) / 2 + (1 - sum(learnt.weight.values()) if one is root else 0)

    return sorted(made, key=lambda one: (-weight(one), -one.explained, one.place, one.node))[:most]


def _is_root(one: Candidate, loudest: float) -> bool:
    most = 2 * one.explained > one.others and not one.beneath and 2 * one.told >= loudest
    return one.alerts > 0 and (one.explains_all or most)


def _candidate(
    node: int,
    signs: Sequence[Sign],
    failing: set[int],
    around: Surroundings,
    told: Mapping[int, float],
    places: Mapping[int, int],
    learnt: _Learnt,
    likewise: Mapping[int, tuple[int, int]],
) -> Candidate:
    above = {one for one in failing - {node} if node in around.beneath(one)}
    below = (failing - {node}) & around.beneath(node).keys()
    blamed, spoken_of = likewise.get(node, (0, 0))
    return Candidate(
        node=node,
        told=told.get(node, 0.0),
        explained=len(above - below),  # what goes round in a cycle explains nothing
        others=len(failing - {node}),
        beneath=len(below - above),
        alerts=sum(node in sign.nodes for sign in signs),
        place=places.get(node, len(places) + 1),
        learnt=learnt.weight.get(node, 0.0),
        confirmed=learnt.confirmed.get(node, 0),
        alike=learnt.alike,
        likewise=_share(blamed, spoken_of),
        blamed=blamed,
        spoken_of=spoken_of,
    )


def _learnt(told: Collection[str], precedents: Sequence[Precedent]) -> _Learnt:
    """The causes of the precedents most like what is told now.

    Two are alike by what both were told of among what either was (Jaccard's index), rare things for more: what is told
    in every incident says next to nothing (inverse document frequency). One vote is for none of them, so that a single
    precedent, or a few that are hardly alike, decide little.
    """
    own, many = set(told), len(precedents)
    known = Counter(key for one in precedents for key in one.told)

    def rarity(keys: Iterable[str]) -> float:
        return sum(log((many + 2) / (known[key] + 1)) for key in keys)

    likeness = [(rarity(own & one.told) / rarity(own | one.told), one.node) for one in precedents if own & one.told]
    nearest = sorted(likeness, reverse=True)[:ALIKE]
    total = 1 + sum(like for like, _ in nearest)
    weight: dict[int, float] = {}
    for like, node in nearest:
        weight[node] = weight.get(node, 0.0) + like / total
    return _Learnt(weight, Counter(node for _, node in nearest), len(nearest))


def called(told: str) -> str:
    """By whom and under which name something is told (`Sign.told`), of whatever."""
    seen_by, _, name = told.split(" ", 2)
    return f"{seen_by} {name}"


@lru_cache(maxsize=20_000)
def _ways(told: str) -> tuple[tuple[int, str], ...]:
    """How each thing in what is told (`Sign.told`) is told of: by whom, under which name, as which end of a call."""
    seen_by, nodes, name = told.split(" ", 2)
    ends = [int(node) for node in nodes.split(",")]
    return tuple((node, f"{seen_by} {'at the other end' if n else ''} {name}") for n, node in enumerate(ends))


def _likewise(told: Collection[str], precedents: Sequence[Precedent]) -> dict[int, tuple[int, int]]:
    """Of each thing that is told of: how many of the precedents' things that were told of so were the cause, and how
    many these are; by that way of telling that speaks for it most."""
    own = {pair for one in told for pair in _ways(one)}
    asked = {way for _, way in own}
    blamed, spoken_of = Counter[str](), Counter[str]()
    for precedent in precedents:
        for node, way in {pair for one in precedent.told for pair in _ways(one) if pair[1] in asked}:
            spoken_of[way] += 1
            blamed[way] += node == precedent.node
    counts = sorted((_share(blamed[way], spoken_of[way]), node, way) for node, way in own)
    return {node: (blamed[way], spoken_of[way]) for _, node, way in counts}


def _share(blamed: int, spoken_of: int) -> float:
    """One vote is against it, so that what was seen once or twice says little."""
    return blamed / (spoken_of + 1)


def _told(signs: Sequence[Sign]) -> dict[int, float]:
    """What each watcher says, as shares: a watcher of many words has no more weight than one of few.

    An alert that names both ends of a call speaks half for each; the earlier in what its watcher told, the more.
    """
    told: dict[int, float] = {}
    watchers = {sign.seen_by for sign in signs}
    for watcher in sorted(watchers):
        own = [sign for sign in signs if sign.seen_by == watcher]
        begun, span = min(sign.at for sign in own), _span(own)
        weights = [1 - (sign.at - begun).total_seconds() / span for sign in own]
        for sign, weight in zip(own, weights, strict=True):
            for node in sign.nodes:
                share = weight / sum(weights) / len(sign.nodes) / len(watchers)
                told[node] = told.get(node, 0.0) + share
    return told


def _span(signs: Sequence[Sign]) -> float:
    """Seconds from the first to the last: a scrape's minute at least, within which order says little."""
    last = max(sign.at for sign in signs) - min(sign.at for sign in signs)
    return max(last.total_seconds(), 60)


def _places(signs: Sequence[Sign]) -> dict[int, int]:
    """The place of each thing in the order in which they were told of; those told at once share it."""
    first: dict[int, datetime] = {}
    for sign in signs:
        for node in sign.nodes:
            first[node] = min(sign.at, first.get(node, sign.at))
    moments = sorted(set(first.values()))
    return {node: moments.index(at) + 1 for node, at in first.items()}


def _most_fail(standing: Collection[int], failing: Collection[int]) -> bool:
    """Whether what stands on a thing fails so widely that the thing itself is suspect: three, and more than half."""
    down = len(set(standing) & set(failing))
    return down > 2 and 2 * down > len(standing)


def _tie(new: Sign, other: Sign, around: Surroundings) -> Tie | None:
    if set(new.nodes) & set(other.nodes):
        return Tie(other, Bond.SAME, min(set(new.nodes) & set(other.nodes)), 0)
    down = min(((hops, node) for node in other.nodes if (hops := around.beneath(new.node).get(node))), default=None)
    if down and (other.at <= new.at or _near(new, other)):
        return Tie(other, Bond.BENEATH, down[1], down[0])
    up = min(((hops, node) for node in new.nodes if (hops := around.beneath(other.node).get(node))), default=None)
    return Tie(other, Bond.ABOVE, up[1], up[0]) if up and _near(new, other) else None


def _shared(new: Sign, others: Sequence[Sign], around: Surroundings) -> list[Tie]:
    """Neighbours on one silent thing, where more than half of what stands on it fails within the window."""
    near = [other for other in others if other.alert_id != new.alert_id and _near(new, other)]
    failing = {new.node, *(other.node for other in near)}
    found: list[Tie] = []
    for lower in sorted(around.directly(new.node)) if near else ():
        standing = around.above(lower)
        down = standing & failing
        if _most_fail(standing, failing):
            found += [Tie(other, Bond.SHARED, lower, 2) for other in near if other.node in down - {new.node}]
    return found


def _near(one: Sign, other: Sign) -> bool:
    return abs(one.at - other.at) <= WINDOW


def _placed(sign: Sign, cause: int) -> Sign:
    return replace(sign, cause=cause)
