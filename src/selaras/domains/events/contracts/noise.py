"""How much of what is received comes to anything."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

NOISE_DAYS = (1, 7, 31)
"""The times that noise is asked for, in days up to now."""


@dataclass(frozen=True, slots=True)
class NoiseRow:
    """From what was received to what a person worked on, of one source, rule or service (`id` None: of none)."""

    id: int | None
    received: int = 0
    alerts: int = 0
    incidents: int = 0
    paged: int = 0
    actionable: int = 0


@dataclass(frozen=True, slots=True)
class Counted:
    """Noise of a time, most alerts first."""

    total: NoiseRow
    by: Mapping[str, tuple[NoiseRow, ...]]  # under `source`, `rule`, `service`


@dataclass(frozen=True, slots=True)
class Noise(Counted):
    """The same with the names of what it counts by. `at`: counted then, as there are many; None: counted now."""

    names: Mapping[str, Mapping[int, str]]
    at: datetime | None
