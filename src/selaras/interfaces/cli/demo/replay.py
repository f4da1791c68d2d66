"""Tells the history again as it happened: every step through its action, at its own time, in the order of time.

What people do is committed a few dozen steps at a time. What monitoring reports goes through intake's statement and is
assessed after its commit, as always; so the load as a whole cannot be one transaction.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby

from django.utils.translation import gettext as _

from selaras.domains.agreements.actions.note_breaches import note_breaches
from selaras.domains.agreements.actions.record_obligation_event import record_obligation_event
from selaras.domains.events.actions.assess import assess_pending
from selaras.domains.events.actions.expire import expire_alerts
from selaras.domains.events.actions.feed import Told, feed
from selaras.domains.events.queries.alerts import list_alerts_of_item
from selaras.domains.events.queries.log import get_backlog
from selaras.domains.incidents.actions.classify import classify
from selaras.domains.incidents.actions.moves import perform
from selaras.domains.incidents.actions.report import report
from selaras.domains.incidents.actions.resolve import close_due
from selaras.domains.incidents.contracts import Source
from selaras.domains.records.actions.notes import add_note
from selaras.domains.records.contracts import RecordRef
from selaras.interfaces.cli.demo.batch import together
from selaras.interfaces.cli.demo.causes import causes
from selaras.interfaces.cli.demo.families import Families
from selaras.interfaces.cli.demo.made import DEMO, Made, Tell
from selaras.interfaces.cli.demo.pace import DAYS
from selaras.interfaces.cli.demo.promises import AGREEMENTS, KEPT, Kept
from selaras.interfaces.cli.demo.story import Outage, Plan, Step, Story
from selaras.interfaces.cli.home import Trouble
from selaras.kernel import clock

_BATCH = 40  # steps of people a transaction
_FAR = timedelta(days=14)  # the end that monitoring names while it goes on
_PATIENCE = 60.0  # seconds to wait for transactions of others, which assessment must not overtake
_TICK = timedelta(hours=2)  # how often what is due by the clock is looked for
_CLOSE = 3  # every so many ticks also what nobody objects to


@dataclass(frozen=True, slots=True, order=True)
class _Event:
    """Something that happens at a moment; `alone`: it commits by itself."""

    at: datetime
    order: int
    alone: bool = field(compare=False)
    happen: Callable[[], object] = field(compare=False)


class Replay:
    """One telling of a plan."""

    def __init__(self, plan: Plan, made: Made) -> None:
        self._plan, self._made = plan, made
        self._stories: dict[int, RecordRef] = {}
        self._outages: dict[int, int] = {}
        self._reported: list[tuple[datetime, str, str, RecordRef]] = []

    def run(self, tell: Tell) -> None:
        """Carry it all out; `tell` says how far it is, four times."""
        events = sorted(self._events())
        quarter, done = max(1, len(events) // 4), 0
        for (alone, _number), group in groupby(enumerate(events), key=lambda pair: _lot(*pair)):
            batch = [event for _position, event in group]
            if alone:
                _happen(batch)
            else:
                with together():
                    _happen(batch)
            if done // quarter < (done + len(batch)) // quarter and done + len(batch) < len(events):
                days = (self._plan.now - batch[-1].at).days
                tell(_("… %(steps)s of %(all)s steps; %(days)s days to go") % {
                    "steps": done + len(batch), "all": len(events), "days": days
                })  # fmt: skip
            done += len(batch)

    def _events(self) -> Iterator[_Event]:
        made, now = self._made, self._plan.now
        steps = (*Families(made, now).steps(), *causes(made.people["Bambang Sutrisno"], now))
        ours = ((at, False, step) for at, step in steps)
        happenings = [*self._of_stories(), *self._of_outages(), *self._of_obligations(), *ours, *self._ticks()]
        for order, (at, alone, happen) in enumerate(happenings):
            if at <= self._plan.now:
                yield _Event(at, order, alone, happen)

    def _of_stories(self) -> "_Happenings":
        for story in self._plan.stories:
            yield story.at, False, partial(self._report, story)
            for step in story.steps:
                yield step.at, False, partial(self._do_in_story, story.key, step)

    def _of_outages(self) -> "_Happenings":
        for n, outage in enumerate(self._plan.outages):
            yield outage.at, True, partial(self._fires, n, outage)
            if outage.ends is not None:
                yield outage.ends, True, partial(self._ends, outage)
            for step in outage.steps:
                yield step.at, False, partial(self._do_in_outage, n, step)

    def _of_obligations(self) -> "_Happenings":
        for kept in KEPT:
            at = (self._plan.now - timedelta(days=kept.days_ago)).replace(hour=3, minute=20, second=0, microsecond=0)
            yield at, False, partial(self._keep, kept)

    def _ticks(self) -> "_Happenings":
        first = self._plan.now - timedelta(days=DAYS)
        for n in range(timedelta(days=DAYS) // _TICK + 1):
            yield first + n * _TICK, False, partial(note_breaches, by=DEMO)
            if n % _CLOSE == 0:
                yield first + n * _TICK, True, close_due

    def _report(self, story: Story) -> None:
        made = self._made
        ref = report(
            by=made.people[story.reporter],
            title=story.title,
            description=story.body,
            impact=story.impact,
            urgency=story.urgency,
            organisation_id=made.organisations[story.organisation],
            service_id=made.services[story.service],
            item_ids=[made.items[story.item]] if story.item else [],
            requester_id=made.people[story.requester].id,
            source=Source(story.source),
        )
        self._stories[story.key] = ref
        self._reported.append((story.at, story.organisation, story.service, ref))

    def _do_in_story(self, key: int, step: Step) -> None:
        self._do(self._stories[key].id, step)

    def _do_in_outage(self, n: int, step: Step) -> None:
        self._do(self._outages[n], step)

    def _do(self, record_id: int, step: Step) -> None:
        by, given = self._made.people[step.by], dict(step.given)
        if step.verb in ("public", "internal"):
            add_note(record_id, by=by, body=given["body"], public=step.verb == "public")
        elif step.verb == "classify":
            classify(record_id, by=by, impact=int(given["impact"]), urgency=int(given["urgency"]))
        else:
            perform(record_id, step.verb, by=by, given=self._resolved(given))

    def _resolved(self, given: dict[str, str]) -> dict[str, object]:
        """Names and keys of the plan as ids and numbers."""
        known: dict[str, object] = dict(given)
        if "team_id" in given:
            known["team_id"] = self._made.teams[given["team_id"]]
        if "assignee_id" in given:
            known["assignee_id"] = self._made.people[given["assignee_id"]].id
        if "into" in given:
            known["into"] = self._stories[int(given["into"])].number
        return known

    def _fires(self, n: int, outage: Outage) -> None:
        ends = outage.ends if outage.silent and outage.ends else outage.at + _FAR
        _assess(feed(self._made.source, [self._told(outage, ends if outage.ends else self._plan.now + _FAR)]))
        rows = list_alerts_of_item(DEMO, self._made.items[outage.item], limit=10)
        found = next((row for row in rows if row.labels == _labels(outage)), None)
        if found is not None and found.assessed is not None and found.assessed.record_id is not None:
            self._outages[n] = found.assessed.record_id

    def _ends(self, outage: Outage) -> None:
        if outage.silent:
            _assess(expire_alerts())
        else:
            _assess(feed(self._made.source, [self._told(outage, outage.ends)]))

    def _told(self, outage: Outage, ends: datetime | None) -> Told:
        summary = outage.signal.summary.format(item=outage.item)
        return Told(_labels(outage), {"summary": summary}, outage.at, ends, "http://prometheus.tirtamaya.example/graph")

    def _keep(self, kept: Kept) -> None:
        owner = next(one for one in AGREEMENTS if one.key == kept.agreement)
        record_obligation_event(
            self._made.obligations[kept.agreement][kept.number],
            kept.outcome,
            by=self._made.people["Reza Pahlawan"],
            minutes_excused=kept.minutes,
            record_id=next(
                (
                    ref.id
                    for _at, organisation, service, ref in reversed(self._reported)
                    if kept.on_record and organisation == owner.organisation and service in owner.services
                ),
                None,
            ),
            note=kept.note,
        )


_Happenings = Iterator[tuple[datetime, bool, Callable[[], object]]]


def _lot(position: int, event: _Event) -> tuple[bool, int]:
    """What is committed together: what commits alone by itself, the rest in batches."""
    return event.alone, position if event.alone else position // _BATCH


def _happen(batch: list[_Event]) -> None:
    for event in batch:
        with clock.frozen(event.at):
            event.happen()


def _labels(outage: Outage) -> dict[str, str]:
    instance = f"{outage.item}.tirtamaya.example:{outage.signal.port}"
    job = {9100: "node", 9116: "snmp", 9187: "postgres", 443: "blackbox"}.get(outage.signal.port, "exporter")
    return {"alertname": outage.signal.name, "severity": outage.signal.severity, "instance": instance, "job": job}


def _assess(changes: int) -> None:
    """Assess what was fed. A change waits until every older transaction of the server has ended, also of others."""
    until = time.monotonic() + _PATIENCE
    while changes > 0:
        done = assess_pending()
        changes -= done
        if done == 0:
            if not get_backlog(DEMO).waiting:
                return  # a worker that runs beside us was faster
            if time.monotonic() > until:
                raise Trouble(_("Another transaction on this database server does not end; the demo cannot go on."))
            time.sleep(0.01)
