"""Make and change runbooks. Values of headers and secrets are sealed and never read back; a step keeps its own unless
they are given anew."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from django.db import transaction

from selaras.domains.duty.queries.policies import list_policy_names
from selaras.domains.operations.contracts import KEPT, StepKind, StepRow
from selaras.domains.operations.models import Runbook, Step
from selaras.domains.operations.queries.runbooks import load_runbook
from selaras.domains.operations.rules import MOST_STEPS, origin, step_fault
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import list_teams, require
from selaras.kernel import clock, versions
from selaras.kernel.errors import Invalid, NotFound
from selaras.kernel.sealing import seal, unseal
from selaras.kernel.sentences import Sentence, say
from selaras.kernel.text import text_fault

EDIT = "operations.edit"


@transaction.atomic
def save_runbook(
    *,
    by: Actor,
    slug: str,
    name: str,
    team_id: int,
    steps: Sequence[StepRow],
    purpose: str = "",
    policy_id: int | None = None,
    hourly: int = 6,
    patience: int = 30,
    enabled: bool = True,
    runbook_id: int | None = None,
    seen: int | None = None,
) -> int:
    """Make a runbook, or change the one of `runbook_id` as read at version `seen`; its id.

    Runs that are under way keep the steps they began with. Raises Invalid naming the field, Stale, NotAllowed,
    NotFound.
    """
    require(by, EDIT)
    row = Runbook() if runbook_id is None else Runbook.objects.select_for_update().filter(pk=runbook_id).first()
    if row is None:
        raise NotFound(str(runbook_id))
    versions.ask(row, seen)
    values = {"slug": slug.strip(), "name": name.strip(), "purpose": purpose.strip(), "team_id": team_id}
    values |= {"policy_id": policy_id, "hourly": hourly, "patience": patience, "enabled": enabled}
    whole, faults = _with_secrets(runbook_id, [_trimmed(step) for step in steps])
    faults = _faults(values, runbook_id) | _step_faults(whole) | faults
    if faults:
        raise Invalid(faults)
    row.edited_by_id, row.edited_by_name, row.edited_at = by.id, by.name[:200], clock.now()
    if runbook_id is None:
        row = Runbook.objects.create(**values, edited_by_id=by.id, edited_by_name=by.name[:200], edited_at=clock.now())
    elif not versions.write(row, values, by=by, more=_changed_steps(runbook_id, steps)):
        return row.pk
    else:
        row.save(update_fields=["edited_by", "edited_by_name", "edited_at"])
    _replace_steps(row, whole)
    return row.pk


def _replace_steps(row: Runbook, steps: Sequence[StepRow]) -> None:
    """A step keeps its id, by which a form that was opened before still means it."""
    left = set(Step.objects.filter(runbook=row).values_list("pk", flat=True))
    Step.objects.filter(runbook=row).delete()
    made = [_step(row, position, step) for position, step in enumerate(steps, 1)]
    for step, given in zip(made, steps, strict=True):
        if given.step_id in left:
            step.pk = given.step_id
            left.remove(given.step_id)
    Step.objects.bulk_create(made)


def _trimmed(step: StepRow) -> StepRow:
    """Without what its kind has no use for."""
    step = replace(step, title=step.title.strip(), text=step.text.strip(), url=step.url.strip(), body=step.body.strip())
    if step.kind is StepKind.CALL:
        return step
    return StepRow(step.kind, step.title, step.text, step.changes, step_id=step.step_id)


def _changed_steps(runbook_id: int, steps: Sequence[StepRow]) -> dict[str, object]:
    before = [step.as_json() for step in load_runbook(runbook_id).steps]
    after = [_trimmed(step).as_json() for step in steps]
    secret = any(value != KEPT for step in steps for value in (*step.headers.values(), *step.secrets.values()))
    return {"steps": {"from": before, "to": after}} if before != after or secret else {}


def _with_secrets(runbook_id: int | None, steps: Sequence[StepRow]) -> tuple[list[StepRow], dict[str, Sentence]]:
    """The steps with the values that they keep. One is kept for its own origin alone: who changes where a request goes
    must know the secret."""
    stored = {row.pk: row for row in Step.objects.filter(runbook=runbook_id)} if runbook_id else {}
    faults: dict[str, Sentence] = {}
    whole = []
    for number, step in enumerate(steps, 1):
        own = stored.get(step.step_id or 0)
        if own is not None and _origin(own.url) != _origin(step.url):
            own = None
        headers, lost = _kept(step.headers, own.sealed if own else b"")
        secrets, lost_too = _kept(step.secrets, own.sealed_secrets if own else b"")
        for name in (*lost, *lost_too):
            why = say("Write the value of “%(name)s” again: the request goes elsewhere.", name=name)
            faults.setdefault("steps", say("Step %(number)s: %(why)s", number=number, why=why))
        whole.append(replace(step, headers=headers, secrets=secrets))
    return whole, faults


def _kept(given: Mapping[str, str], sealed: bytes | memoryview) -> tuple[dict[str, str], list[str]]:
    """The values, those that are KEPT from what is `sealed`; and the names of those that are not there."""
    known = json.loads(unseal(sealed)) if sealed and KEPT in given.values() else {}
    whole = {name: known.get(name, KEPT) if value == KEPT else value for name, value in given.items()}
    return whole, [name for name, value in whole.items() if value == KEPT]


def _origin(url: str) -> str:
    try:
        urlsplit(url)
    except ValueError:
        return url
    return origin(url)


def _step(row: Runbook, position: int, step: StepRow) -> Step:
    own: Mapping[str, object] = {
        name: getattr(step, name)
        for name in (
            "title", "text", "changes", "method", "url", "body", "expects_from", "expects_to", "seconds", "retries"
        )
    }  # fmt: skip
    return Step(
        runbook=row,
        position=position,
        kind=step.kind,
        header_names=sorted(step.headers),
        sealed=_sealed(step.headers),
        secret_names=sorted(step.secrets),
        sealed_secrets=_sealed(step.secrets),
        **own,
    )


def _sealed(values: Mapping[str, str]) -> bytes:
    return seal(json.dumps(dict(values))) if values else b""


def _step_faults(steps: Sequence[StepRow]) -> dict[str, Sentence]:
    if not steps or len(steps) > MOST_STEPS:
        return {"steps": say("A runbook has 1 to %(most)s steps.", most=MOST_STEPS)}
    for number, step in enumerate(steps, 1):
        why = step_fault(step)
        if why is not None:
            return {"steps": say("Step %(number)s: %(why)s", number=number, why=why)}
    return {}


def _faults(values: Mapping[str, object], own_id: int | None) -> dict[str, Sentence]:
    found = {
        "name": text_fault(values["name"], longest=120),
        "slug": _slug_fault(str(values["slug"]), own_id),
        "purpose": text_fault(values["purpose"], longest=4000, needed=False),
        "team_id": None if values["team_id"] in {t.id for t in list_teams()} else say("There is no such team."),
        "hourly": _between(values["hourly"], 1, 1000),
        "patience": _between(values["patience"], 1, 1440),
    }
    known = {policy.id for policy in list_policy_names()}
    if values["policy_id"] is not None and values["policy_id"] not in known:
        found["policy_id"] = say("There is no such policy.")
    return {name: fault for name, fault in found.items() if fault is not None}


def _between(value: object, low: int, high: int) -> Sentence | None:
    fits = isinstance(value, int) and low <= value <= high
    return None if fits else say("Give a number from %(low)s to %(high)s.", low=low, high=high)


def _slug_fault(slug: str, own_id: int | None) -> Sentence | None:
    if not slug or len(slug) > 80 or not all(c.isascii() and (c.isalnum() or c in "-_") for c in slug):
        return say("Use letters, digits and hyphens, up to 80.")
    if Runbook.objects.filter(slug=slug).exclude(pk=own_id or 0).exists():
        return say("There is another with this short name.")
    return None
