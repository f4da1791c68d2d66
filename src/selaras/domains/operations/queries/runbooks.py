"""Runbooks as they are now."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Prefetch, QuerySet

from selaras.domains.operations.contracts import KEPT, RunbookRow, StepKind, StepRow
from selaras.domains.operations.models import Runbook, Step
from selaras.domains.operations.rules import needs_of
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.kernel.errors import NotFound
from selaras.kernel.versions import Changed, history


class RunbookName(NamedTuple):
    """A runbook as it is named elsewhere."""

    slug: str
    name: str


def list_runbooks(actor: Actor) -> list[RunbookRow]:
    """All of them, by name; those switched off at the end. Raises NotAllowed."""
    require(actor, "operations.view")
    return _rows(Runbook.objects.order_by("-enabled", "name"))


def get_runbook(actor: Actor, slug: str) -> RunbookRow:
    """One. Raises NotAllowed, NotFound."""
    require(actor, "operations.view")
    return _one(Runbook.objects.filter(slug=slug), slug)


def load_runbook(runbook_id: int) -> RunbookRow:
    """One by its id, for those who change it. Raises NotFound."""
    return _one(Runbook.objects.filter(pk=runbook_id), str(runbook_id))


def list_runbook_names(also: str = "") -> list[RunbookName]:
    """Those that can be run, by name, and that of `also`: for those who name one, as a rule does."""
    rows = Runbook.objects.filter(enabled=True) | Runbook.objects.filter(slug=also)
    return [RunbookName(*row) for row in rows.order_by("name").values_list("slug", "name")]


def known_runbooks() -> frozenset[str]:
    """The short names of all, also of those switched off: what a rule may name."""
    return frozenset(Runbook.objects.values_list("slug", flat=True))


def list_runbook_changes(actor: Actor, slug: str) -> tuple[Changed, ...]:
    """The last changes of one, oldest first. Raises NotAllowed, NotFound."""
    require(actor, "operations.view")
    row = Runbook.objects.filter(slug=slug).first()
    if row is None:
        raise NotFound(slug)
    return history(row)


def step_row(row: Step) -> StepRow:
    """A step as outsiders may see it: its headers and secrets by name."""
    own = {
        name: getattr(row, name)
        for name in ("title", "text", "changes", "method", "url", "body", "expects_from", "expects_to", "seconds")
    }
    return StepRow(
        kind=StepKind(row.kind),
        headers=dict.fromkeys(row.header_names, KEPT),
        secrets=dict.fromkeys(row.secret_names, KEPT),
        retries=row.retries,
        step_id=row.pk,
        **own,
    )


def _one(rows: QuerySet[Runbook], asked: str) -> RunbookRow:
    found = _rows(rows)
    if not found:
        raise NotFound(asked)
    return found[0]


def _rows(rows: QuerySet[Runbook]) -> list[RunbookRow]:
    whole = rows.select_related("team", "policy").prefetch_related(Prefetch("steps", Step.objects.order_by("position")))
    return [_row(row, tuple(map(step_row, _steps(row)))) for row in whole]


def _steps(row: Runbook) -> Iterable[Step]:
    return row.steps.all()


def _row(row: Runbook, steps: tuple[StepRow, ...]) -> RunbookRow:
    return RunbookRow(
        id=row.pk,
        slug=row.slug,
        name=row.name,
        purpose=row.purpose,
        team_id=row.team_id,
        team_name=row.team.name,
        policy_id=row.policy_id,
        policy_name=row.policy.name if row.policy else None,
        hourly=row.hourly,
        patience=row.patience,
        enabled=row.enabled,
        version=row.version,
        edited_by_id=row.edited_by_id,
        edited_by_name=row.edited_by_name,
        edited_at=row.edited_at,
        steps=steps,
        needs=needs_of(steps),
    )
