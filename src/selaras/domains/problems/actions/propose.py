"""Propose problems on evidence; by itself, where incidents about one thing recur."""

from django.db import transaction

from selaras.domains.incidents.queries.recurring import list_recurring
from selaras.domains.people.contracts import Actor, system_actor
from selaras.domains.people.queries import require
from selaras.domains.problems.contracts import (
    DETECTED,
    DISMISSED,
    INCIDENTS,
    PROPOSED,
    WITHIN,
    Clue,
    Finding,
)
from selaras.domains.problems.lifecycle import DECIDE
from selaras.domains.problems.models import Evidence, Problem
from selaras.domains.problems.rules import rests
from selaras.kernel import clock
from selaras.kernel.outbox import announce

PROBLEMS = system_actor("Selaras")


@transaction.atomic
def propose(found: Finding, *, by: Actor) -> Problem | None:
    """The open proposal of what was found, with its evidence added; a new one if there is none.

    None if the same is a problem already, or was dismissed lately. Raises NotAllowed.
    """
    require(by, DECIDE)
    last = Problem.objects.select_for_update().filter(key=found.key).order_by("-id").first()
    if last is not None and _settled(last):
        return None
    row = last if last is not None and last.state == PROPOSED else _open(found)
    if row is None:
        return None
    _add(row, found.clues)
    return row


def propose_recurring() -> int:
    """Propose a problem for each item that incidents recur about; how many are open. For the schedule."""
    recurring = list_recurring(since=clock.now() - WITHIN, at_least=INCIDENTS)
    made = 0
    for one in recurring:
        clues = tuple(Clue(record.title, record.opened_at, record_id=record.id) for record in one.records)
        newest = one.records[0]
        found = Finding(f"item:{one.item_id}", newest.title, clues, one.item_id, newest.service_id)
        made += propose(found, by=PROBLEMS) is not None
    return made


def _settled(last: Problem) -> bool:
    if last.state == DETECTED:
        return True
    return last.state == DISMISSED and last.decided_at is not None and rests(last.decided_at, clock.now())


def _open(found: Finding) -> Problem | None:
    now = clock.now()
    fresh = Problem(
        key=found.key,
        title=found.title[:300],
        item_id=found.item_id,
        service_id=found.service_id,
        rule_name=found.rule_name[:120],
        opened_at=now,
        last_at=now,
    )
    # Another worker may be proposing the same: theirs is the one.
    Problem.objects.bulk_create([fresh], ignore_conflicts=True)
    row = Problem.objects.select_for_update().filter(key=found.key, state=PROPOSED).first()
    if row is not None:
        announce("problem.propose", {"problem_id": row.pk})
    return row


def _add(row: Problem, clues: tuple[Clue, ...]) -> None:
    """Keep what is new among the clues, and count all."""
    made = [
        Evidence(
            problem=row,
            at=clue.at,
            about=clue.about[:300],
            record_id=clue.record_id,
            alert_id=clue.alert_id,
            episode=clue.episode,
        )
        for clue in clues
    ]
    before = Evidence.objects.filter(problem=row).count()
    Evidence.objects.bulk_create(made, ignore_conflicts=True)
    every = Evidence.objects.filter(problem=row)
    if every.count() == before:
        return
    row.incidents = every.exclude(record=None).values("record").distinct().count()
    row.alerts = every.exclude(alert=None).count()
    row.last_at = clock.now()
    row.save(update_fields=["incidents", "alerts", "last_at"])
