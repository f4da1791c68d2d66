"""The whole history as data: the same for the same seed and the same moment."""

from datetime import datetime
from random import Random

from selaras.interfaces.cli.demo.outages import outages
from selaras.interfaces.cli.demo.stories import stories
from selaras.interfaces.cli.demo.story import Plan

SEED = 20_451


def plan(now: datetime, seed: int = SEED) -> Plan:
    """What happened in the 90 days before `now`."""
    return Plan(now, stories(Random(seed), now), outages(Random(seed + 1), now))  # noqa: S311  # no secret: a demo
