"""Writes one story: who reports, who works on it, where it waits, how it ends."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from selaras.domains.agreements.contracts import AgreementKind
from selaras.domains.people.contracts import Role
from selaras.interfaces.cli.demo import phrases
from selaras.interfaces.cli.demo.organisation import DESK, JAKARTA, PEOPLE, Person
from selaras.interfaces.cli.demo.pace import took, worked
from selaras.interfaces.cli.demo.promises import AGREEMENTS, ALWAYS, Agreement
from selaras.interfaces.cli.demo.reach import customers_of
from selaras.interfaces.cli.demo.story import Step, Story
from selaras.interfaces.cli.demo.theme import Theme

_WORKERS = frozenset({Role.AGENT, Role.OPERATOR, Role.SPECIALIST})
_SOURCES = (("portal", 45), ("phone", 27), ("mail", 16), ("chat", 12))


def workers(team: str) -> list[str]:
    """Names of those in a team who work on incidents."""
    return [p.name for p in PEOPLE if team in p.teams and _WORKERS & set(p.roles)]


def agreement_of(organisation: str, service: str) -> Agreement:
    """The agreement in force for a customer's service."""
    return next(
        a
        for a in AGREEMENTS
        if a.kind is AgreementKind.SLA
        and a.state == "active"
        and a.organisation == organisation
        and service in a.services
    )


class Teller:
    """Tells one story step by step; `at` is how far it has come."""

    def __init__(self, rng: Random, key: int, at: datetime, theme: Theme, organisation: str) -> None:
        self.rng, self.theme, self.at, self.steps = rng, theme, at, list[Step]()
        impact, urgency = rng.choice(theme.levels)
        self.story = self._report(key, at, organisation, impact, urgency)
        self.worker = rng.choice(workers(theme.team))

    def as_grave(self, impact: int, urgency: int) -> "Teller":
        """The same, of another impact and urgency."""
        self.story = replace(self.story, impact=impact, urgency=urgency)
        return self

    def assigned(self) -> "Teller":
        """The desk hands it to the team whose it is; what the desk solves itself it keeps."""
        if self.theme.team != DESK:
            self._on(timedelta(minutes=self.rng.uniform(2, 20)))
            self.do("assign", self.rng.choice(workers(DESK)), team_id=self.theme.team, assignee_id=self.worker)
        return self

    def started(self) -> "Teller":
        """The worker takes it, greets, and notes what they see."""
        respond, _ = self._targets()
        self._on(took(self.rng, respond, 0.3))
        self.do("start", self.worker)
        if self.rng.random() < 0.7:
            self._note("public", self.worker, self._pick(phrases.GREETINGS, phrases.GREETINGS_EN))
        if self.rng.random() < 0.75:
            self._note("internal", self.worker, self._fill(self.theme.internal))
        if self.rng.random() < 0.08:
            self.do("classify", self.worker, impact=str(min(3, self.story.impact + 1)), urgency=str(self.story.urgency))
        return self

    def waiting(self, whom: str) -> "Teller":
        """It waits for somebody, with the reason."""
        reasons = {"supplier": phrases.SUPPLIER, "change": phrases.CHANGE}
        reason = self._fill(self.theme.ask) if whom == "requester" else self.rng.choice(reasons[whom])
        self._on(timedelta(minutes=self.rng.uniform(5, 40)))
        self.do("wait", self.worker, waiting_for=whom, reason=reason)
        return self

    def resumed(self) -> "Teller":
        """What it waited for has come."""
        self._on(timedelta(minutes=self.rng.uniform(20, 240)))
        if self.steps[-1].given.get("waiting_for") == "requester":
            self._note("public", self.story.requester, self._fill(self.theme.answer))
            self._on(timedelta(minutes=self.rng.uniform(3, 30)))
        self.do("resume", self.worker)
        return self

    def resolved(self) -> "Teller":
        """Solved, with cause and solution."""
        _, resolve = self._targets()
        self._on(took(self.rng, resolve))
        if self.rng.random() < 0.4:
            self._note("public", self.worker, self.rng.choice(phrases.PROGRESS))
        if self.rng.random() < 0.2:
            self._note("internal", self.rng.choice(workers(DESK)), self.rng.choice(phrases.INTERNAL))
        self.do("resolve", self.worker, cause=self._fill(self.theme.cause), solution=self._fill(self.theme.solution))
        return self

    def reopened(self) -> "Teller":
        """The requester says that it is not solved."""
        self._on(timedelta(minutes=self.rng.uniform(30, 400)))
        self.do("reopen", self.story.requester, reason=self.rng.choice(phrases.STILL))
        return self

    def confirmed(self) -> "Teller":
        """The requester says that it is solved, at times with thanks."""
        self._on(timedelta(minutes=self.rng.uniform(10, 400)))
        if self.rng.random() < 0.5:
            self._note("public", self.story.requester, self._pick(phrases.THANKS, phrases.THANKS_EN))
        self.do("confirm", self.story.requester)
        return self

    def cancelled(self) -> "Teller":
        """It was none."""
        self._on(timedelta(minutes=self.rng.uniform(8, 90)))
        self.do("cancel", self.rng.choice(workers(DESK)), reason=self.rng.choice(phrases.CANCELLED))
        return self

    def told(self, until: datetime) -> Story:
        """The story, its steps drawn together if they would reach beyond `until`."""
        opened, last = self.story.at, self.steps[-1].at if self.steps else self.story.at
        if last > until:
            share = (until - opened) / (last - opened)
            self.steps = [replace(step, at=opened + (step.at - opened) * share) for step in self.steps]
        return replace(self.story, steps=tuple(self.steps))

    def do(self, verb: str, by: str, **given: str) -> None:
        """Write a step at the present point of the story."""
        self.steps.append(Step(self.at, verb, by, given))

    def _note(self, verb: str, by: str, body: str) -> None:
        self.at += timedelta(minutes=self.rng.uniform(0.5, 4))
        self.do(verb, by, body=body)

    def _on(self, length: timedelta) -> None:
        priority = self.story.impact + self.story.urgency - 1
        agreed = agreement_of(self.story.organisation, self.story.service)
        self.at = worked(self.at, length, JAKARTA, round_the_clock=priority <= 2 or agreed.calendar == ALWAYS)

    def _targets(self) -> tuple[int, int]:
        agreed = agreement_of(self.story.organisation, self.story.service)
        return agreed.minutes[self.story.impact + self.story.urgency - 1]

    def _report(self, key: int, at: datetime, organisation: str, impact: int, urgency: int) -> Story:
        rng, theme = self.rng, self.theme
        self._words = {"tempat": rng.choice(phrases.PLACES[organisation]), "n": str(rng.randrange(3, 60))}
        requester = rng.choice(_requesters(organisation, theme.english))
        source = rng.choices([s for s, _ in _SOURCES], [weight for _, weight in _SOURCES])[0]
        reporter = requester.name if source == "portal" else rng.choice(workers(DESK))
        items = [item for item in theme.items if customers_of(item) == {organisation}]
        return Story(
            key=key,
            at=at,
            service=theme.service,
            organisation=organisation,
            requester=requester.name,
            reporter=reporter,
            source=source,
            title=_sentence(self._fill(rng.choice(theme.titles))),
            body=self._fill(theme.body),
            impact=impact,
            urgency=urgency,
            item=rng.choice(items) if items and source != "portal" and rng.random() < 0.6 else "",
        )

    def _fill(self, text: str) -> str:
        return text.format(**self._words)

    def _pick(self, indonesian: tuple[str, ...], english: tuple[str, ...]) -> str:
        return self.rng.choice(english if self.theme.english else indonesian)


def _requesters(organisation: str, english: bool) -> list[Person]:
    theirs = [p for p in PEOPLE if p.organisation == organisation and Role.DECISION_MAKER not in p.roles]
    fitting = [p for p in theirs if (p.language == "en") == english]
    return fitting or theirs


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
