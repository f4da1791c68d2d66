"""How much of what is received comes to anything."""

from collections.abc import Mapping
from dataclasses import dataclass


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
class Noise:
    """Noise of a time, most alerts first; `cut`: only the newest alerts were counted, as there are more."""

    total: NoiseRow
    by: Mapping[str, tuple[NoiseRow, ...]]  # under `source`, `rule`, `service`
    names: Mapping[str, Mapping[int, str]]
    cut: bool
