"""Reads about problems that others may use."""

from django.db.models import QuerySet

from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import may, require
from selaras.domains.problems.contracts import PROPOSED, EvidenceRow, ProblemDetail, ProblemPage, ProblemRow
from selaras.domains.problems.lifecycle import PROBLEM
from selaras.domains.problems.models import Evidence, Problem
from selaras.kernel.errors import Invalid, NotFound
from selaras.kernel.sentences import say
from selaras.kernel.text import id_after

PROBLEM_WORDS = PROBLEM.states
_EVIDENCE = 100  # pieces of evidence that are shown


def list_problems(actor: Actor, *, state: str = "", after: str = "", limit: int = 50) -> ProblemPage:
    """Problems, newest first; `state` narrows them. Raises Invalid for a key or state that is none, NotAllowed."""
    require(actor, "problems.view")
    if state and state not in PROBLEM.states:
        raise Invalid({"state": say("There is no state “%(state)s”.", state=state[:40])})
    last = id_after(after)
    rows = _all().order_by("-id")
    rows = rows.filter(state=state) if state else rows
    found = list((rows if last is None else rows.filter(pk__lt=last))[: limit + 1])
    return ProblemPage(tuple(map(_row, found[:limit])), str(found[limit - 1].pk) if len(found) > limit else None)


def count_proposed(actor: Actor) -> int:
    """How many proposals wait for a decision. Raises NotAllowed."""
    require(actor, "problems.view")
    return Problem.objects.filter(state=PROPOSED).count()


def get_problem(actor: Actor, problem_id: int) -> ProblemDetail:
    """One, with its evidence. Raises NotAllowed, NotFound."""
    require(actor, "problems.view")
    row = _all().filter(pk=problem_id).first()
    if row is None:
        raise NotFound(str(problem_id))
    found = Evidence.objects.filter(problem=row).select_related("record").order_by("-at", "-id")[:_EVIDENCE]
    offers = PROBLEM.offers(row.state, {}, lambda permission: may(actor, permission))
    return ProblemDetail(_row(row), tuple(map(_evidence, found)), offers)


def _all() -> QuerySet[Problem]:
    return Problem.objects.select_related("item", "service")


def _row(row: Problem) -> ProblemRow:
    return ProblemRow(
        id=row.pk,
        title=row.title,
        state=row.state,
        item_id=row.item_id,
        item_slug=row.item.slug if row.item else None,
        item_name=row.item.name if row.item else None,
        service_slug=row.service.slug if row.service else None,
        service_name_id=row.service.name_id if row.service else None,
        service_name_en=row.service.name_en if row.service else None,
        rule_name=row.rule_name,
        incidents=row.incidents,
        alerts=row.alerts,
        opened_at=row.opened_at,
        last_at=row.last_at,
        decided_by=row.decided_by_name,
        decided_at=row.decided_at,
        reason=row.reason,
    )


def _evidence(row: Evidence) -> EvidenceRow:
    number, title = (row.record.number, row.record.title) if row.record else (None, None)
    return EvidenceRow(row.at, row.about, number, title, row.alert_id)
