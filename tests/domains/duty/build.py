"""Rotas, policies and people to page, for the tests of duty."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from selaras.domains.duty.actions.policies import save_policy
from selaras.domains.duty.actions.rotas import save_rota
from selaras.domains.duty.contracts.policies import Step, Target, TargetKind
from selaras.domains.duty.contracts.rotas import Every, Hours, Layer
from selaras.domains.people.contracts import Actor, Role
from tests.factories import SYSTEM, make_person

NOON = datetime(2026, 11, 25, 5, tzinfo=UTC)  # a Wednesday, noon in Jakarta
MONDAY = date(2026, 11, 2)


def worker(provider: int, name: str = "", language: str = "en") -> Actor:
    """Somebody of the provider who can be on duty."""
    return make_person(provider, Role.OPERATOR, name=name, language=language)


def layer(
    *people: Actor,
    every: Every = Every.WEEKS,
    length: int = 1,
    handover: time = time(9),
    starts_on: date = MONDAY,
    until: date | None = None,
    hours: Hours | None = None,
) -> Layer:
    """A layer of these people."""
    return Layer(tuple(p.own_id for p in people), every, length, starts_on, handover, until, hours)


def make_rota(*layers: Layer, slug: str = "jaga", timezone: str = "Asia/Jakarta") -> int:
    """A rota; its id."""
    return save_rota(by=SYSTEM, slug=slug, name=slug.title(), timezone=timezone, layers=layers)


def make_policy(*steps: tuple[int, Sequence[Target]], repeats: int = 0, slug: str = "eskalasi") -> int:
    """A policy; its id."""
    made = [Step(minutes, tuple(targets)) for minutes, targets in steps]
    return save_policy(by=SYSTEM, slug=slug, name=slug.title(), steps=made, repeats=repeats)


def person(actor: Actor) -> Target:
    """A step tells this person."""
    return Target(TargetKind.PERSON, actor.own_id)


def rota(rota_id: int) -> Target:
    """A step tells whoever has this rota."""
    return Target(TargetKind.ROTA, rota_id)
