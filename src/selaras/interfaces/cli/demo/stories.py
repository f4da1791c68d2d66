"""Plans the incidents that people report: which themes, when, and how each ends or where it stands now."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from selaras.interfaces.cli.demo import themes_bank, themes_campus, themes_office, themes_shops
from selaras.interfaces.cli.demo.catalogue import USES
from selaras.interfaces.cli.demo.organisation import DESK, JAKARTA, MAKASSAR, PEOPLE
from selaras.interfaces.cli.demo.pace import moments
from selaras.interfaces.cli.demo.story import Step, Story
from selaras.interfaces.cli.demo.telling import Teller, workers
from selaras.interfaces.cli.demo.theme import Theme

THEMES: tuple[Theme, ...] = (*themes_bank.THEMES, *themes_shops.THEMES, *themes_campus.THEMES, *themes_office.THEMES)
ENDED, REPEATED = 190, 2
_ZONES = (JAKARTA, JAKARTA, MAKASSAR)
Tell = Callable[[Teller], Teller]


def stories(rng: Random, now: datetime) -> tuple[Story, ...]:
    """Every incident that people report, in the order of their times."""
    ended = [_ended(rng, key, at, now) for key, at in enumerate(moments(rng, now, ENDED, _ZONES), 1)]
    present = [_present(rng, 1000 + n, now, *one) for n, one in enumerate(NOW)]
    repeated = [_repeat(rng, 2000 + n, story) for n, story in enumerate(_long_ones(ended, REPEATED))]
    return tuple(sorted((*ended, *present, *repeated), key=lambda story: story.at))


def _ended(rng: Random, key: int, at: datetime, now: datetime) -> Story:
    """One of the past: mostly confirmed or closed by itself, some reopened, a few cancelled."""
    teller = _begin(rng, key, at)
    chance = rng.random()
    if chance < 0.05:
        return teller.cancelled().told(now - timedelta(minutes=30))
    teller.assigned().started()
    if (waits := rng.random()) < 0.4:
        whom = "requester" if waits < 0.28 else "supplier" if waits < 0.35 else "change"
        teller.waiting(whom).resumed()
    teller.resolved()
    if chance < 0.13:
        teller.reopened().resolved().confirmed()
    elif chance < 0.6:
        teller.confirmed()
    return teller.told(now - timedelta(minutes=20))


def _taken(teller: Teller) -> Teller:
    return teller.assigned().started()


# What is open now: hours since it was reported, how far it has come, and, for some, (impact, urgency).
NOW: tuple[tuple[float, Tell, tuple[int, int] | None], ...] = (
    (0.2, lambda t: t, None),
    (0.6, lambda t: t, None),
    (1.3, lambda t: t, (2, 2)),
    (2.4, lambda t: t, None),
    (0.8, _taken, (1, 1)),
    (1.1, Teller.assigned, None),
    (2.9, Teller.assigned, None),
    (5.2, Teller.assigned, (3, 1)),
    (3.1, _taken, None),
    (6.5, _taken, (2, 2)),
    (19.0, _taken, None),
    (27.0, lambda t: _taken(t).waiting("requester"), None),
    (50.0, lambda t: _taken(t).waiting("requester"), (3, 3)),
    (76.0, lambda t: _taken(t).waiting("supplier"), (2, 2)),
    (30.0, lambda t: _taken(t).waiting("change"), None),
    (230.0, _taken, (3, 2)),
    (290.0, lambda t: _taken(t).waiting("supplier"), (2, 2)),
    (330.0, lambda t: _taken(t).resolved().reopened(), (2, 2)),
    (22.0, lambda t: _taken(t).resolved(), None),
)


def _present(rng: Random, key: int, now: datetime, hours: float, tell: Tell, levels: tuple[int, int] | None) -> Story:
    """One that is open at `now`; of those that were only assigned, none is left with the desk itself."""
    at = now - timedelta(hours=hours * rng.uniform(0.9, 1.1))
    grave = levels is not None and sum(levels) <= 3
    teller = _begin(rng, key, at, lambda theme: theme.team != DESK and (not grave or theme.is_grave))
    if levels is not None:
        teller.as_grave(*levels)
    return tell(teller).told(at + (now - at) * 0.9)


def _begin(rng: Random, key: int, at: datetime, fits: Callable[[Theme], bool] = lambda theme: True) -> Teller:
    theme = rng.choice([theme for theme in THEMES if fits(theme)])
    customers = sorted({use.organisation for use in USES if use.service == theme.service})
    return Teller(rng, key, at, theme, rng.choice(customers))


def _long_ones(ended: Iterable[Story], count: int) -> list[Story]:
    """The first stories that were worked on for hours, so that a second report can join them."""
    found = [
        story
        for story in ended
        if any(step.verb == "resolve" and step.at - story.at > timedelta(hours=4) for step in story.steps)
    ]
    return found[10 : 10 + count]


def _repeat(rng: Random, key: int, story: Story) -> Story:
    """A colleague reports the same a little later; the desk merges it into the first."""
    others = [p.name for p in PEOPLE if p.organisation == story.organisation and p.name != story.requester]
    requester, agent = rng.choice(others), rng.choice(workers(DESK))
    at = story.at + timedelta(minutes=rng.uniform(20, 50))
    merge = Step(at + timedelta(minutes=12), "merge", agent, {"into": str(story.key)})
    return replace(
        story, key=key, at=at, requester=requester, reporter=requester, source="portal", item="", steps=(merge,)
    )
