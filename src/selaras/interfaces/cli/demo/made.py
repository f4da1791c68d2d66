"""What the parts of the load hand to each other."""

from collections.abc import Callable
from dataclasses import dataclass, field

from selaras.domains.people.contracts import Actor, system_actor

Tell = Callable[[str], object]
DEMO = system_actor("demo")


@dataclass
class Made:
    """Ids of what was made by slug (people: actors by name), which the history speaks of."""

    organisations: dict[str, int] = field(default_factory=dict)
    teams: dict[str, int] = field(default_factory=dict)
    people: dict[str, Actor] = field(default_factory=dict)
    services: dict[str, int] = field(default_factory=dict)
    items: dict[str, int] = field(default_factory=dict)
    obligations: dict[str, tuple[int, ...]] = field(default_factory=dict)
    source: int = 0
