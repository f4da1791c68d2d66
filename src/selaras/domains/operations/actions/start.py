"""Begin a run of a runbook: by a person, or because an alert's rule asked."""

import json
from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction

from selaras.domains.operations.actions._run import advance, note
from selaras.domains.operations.contracts import Occasion, RunRef, StepKind
from selaras.domains.operations.filling import fill_body, fill_url, secrets_of
from selaras.domains.operations.lifecycle import RUN_IT
from selaras.domains.operations.models import Run, Runbook, RunStep, Step
from selaras.domains.operations.queries.runbooks import step_row
from selaras.domains.operations.rules import needs_of
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.domains.records.queries import visible
from selaras.kernel import clock
from selaras.kernel.errors import MoveRefused, NotFound
from selaras.kernel.sentences import say

_HOUR = timedelta(hours=1)


class TooMany(MoveRefused):
    """Rules have begun as many runs as the runbook takes within an hour."""


@transaction.atomic
def start_run(slug: str, occasion: Occasion, *, by: Actor) -> RunRef:
    """Begin a run with the steps as they are now.

    For a rule (`occasion.rule_name`), at most one an episode of the alert, and not more an hour than the runbook takes.
    Raises MoveRefused (switched off, a label is missing, too many), NotAllowed, NotFound.
    """
    require(by, RUN_IT)
    book = Runbook.objects.select_for_update().filter(slug=slug).first()
    if book is None or (occasion.record_id and not visible(by).filter(pk=occasion.record_id).exists()):
        raise NotFound(slug)
    known = _known(book, occasion)
    if known is not None:
        return RunRef(known.pk, known.state, fresh=False)
    steps = list(Step.objects.filter(runbook=book).order_by("position"))
    _refuse(book, steps, occasion)
    run = _make(book, occasion, by)
    RunStep.objects.bulk_create(_filled(run, step, occasion.labels) for step in steps)
    note(run, "start", by=by, rule=occasion.rule_name)
    advance(run)
    return RunRef(run.pk, run.state, fresh=True)


def _known(book: Runbook, occasion: Occasion) -> Run | None:
    if not occasion.rule_name:
        return None
    runs = Run.objects.filter(runbook=book, alert=occasion.alert_id, episode=occasion.episode)
    return runs.exclude(rule_name="").first()


def _refuse(book: Runbook, steps: list[Step], occasion: Occasion) -> None:
    if not book.enabled:
        raise MoveRefused(say("The runbook “%(name)s” is switched off.", name=book.name))
    missing = [name for name in needs_of(map(step_row, steps)) if not occasion.labels.get(name)]
    if missing:
        raise MoveRefused(
            say("The runbook “%(name)s” needs the labels %(labels)s.", name=book.name, labels=", ".join(missing))
        )
    if occasion.rule_name:
        lately = Run.objects.filter(runbook=book, started_at__gt=clock.now() - _HOUR).exclude(rule_name="")
        if lately.count() >= book.hourly:
            raise TooMany(
                say("Rules began the runbook “%(name)s” %(n)s times within an hour.", name=book.name, n=book.hourly)
            )


def _make(book: Runbook, occasion: Occasion, by: Actor) -> Run:
    return Run.objects.create(
        runbook=book,
        version=book.version,
        about=occasion.about[:300],
        labels=dict(occasion.labels),
        alert_id=occasion.alert_id,
        episode=occasion.episode,
        record_id=occasion.record_id,
        rule_name=occasion.rule_name[:120],
        started_by_id=by.id,
        started_by_name=by.name[:200],
        started_at=clock.now(),
        author_id=book.edited_by_id,
    )


_COPIED = (
    "position", "kind", "title", "text", "changes", "method", "header_names", "sealed", "secret_names",
    "sealed_secrets", "expects_from", "expects_to", "seconds", "retries",
)  # fmt: skip


def _filled(run: Run, step: Step, labels: Mapping[str, str]) -> RunStep:
    made = RunStep(run=run, **{name: getattr(step, name) for name in _COPIED})
    if step.kind == StepKind.CALL:
        made.url = fill_url(step.url, labels)
        made.body = json.dumps(json.loads(fill_body(step.body, labels)), ensure_ascii=False) if step.body else ""
        if secrets_of(made.url, made.body) != secrets_of(step.url, step.body):
            # Whoever sends alerts would have it sent where labels go.
            raise MoveRefused(say("Step %(number)s: a label asks for a secret.", number=step.position))
    return made
