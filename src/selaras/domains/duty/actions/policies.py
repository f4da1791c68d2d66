"""Make and change escalation policies."""

from collections.abc import Sequence

from django.db import transaction

from selaras.domains.duty.contracts.policies import Step as StepRow
from selaras.domains.duty.contracts.policies import Target as TargetRow
from selaras.domains.duty.contracts.policies import TargetKind
from selaras.domains.duty.models import Policy, Rota, Step, Target
from selaras.domains.duty.queries.policies import load_policy
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import get_names, list_teams, require
from selaras.kernel import versions
from selaras.kernel.errors import Invalid, NotFound
from selaras.kernel.sentences import Sentence, say

_MOST_STEPS, _MOST_TARGETS = 10, 10


@transaction.atomic
def save_policy(
    *,
    by: Actor,
    slug: str,
    name: str,
    steps: Sequence[StepRow],
    repeats: int = 0,
    policy_id: int | None = None,
    seen: int | None = None,
) -> int:
    """Make a policy, or change the one of `policy_id` as read at version `seen`; its id.

    Open pages go on by the changed steps. Raises Invalid naming the field, Stale, NotAllowed, NotFound.
    """
    require(by, "duty.edit")
    row = Policy() if policy_id is None else Policy.objects.select_for_update().filter(pk=policy_id).first()
    if row is None:
        raise NotFound(str(policy_id))
    versions.ask(row, seen)
    values = {"slug": slug.strip(), "name": name.strip(), "repeats": repeats}
    faults = _faults(slug.strip(), name.strip(), repeats, steps, policy_id)
    if faults:
        raise Invalid(faults)
    before = [step.as_json() for step in load_policy(policy_id).steps] if policy_id else []
    after = [step.as_json() for step in steps]
    if policy_id is None:
        row = Policy.objects.create(**values)
    elif not versions.write(
        row, values, by=by, more={"steps": {"from": before, "to": after}} if before != after else {}
    ):
        return row.pk
    if before != after:
        _replace_steps(row, steps)
    return row.pk


def _replace_steps(row: Policy, steps: Sequence[StepRow]) -> None:
    Step.objects.filter(policy=row).delete()
    for position, step in enumerate(steps, 1):
        made = Step.objects.create(policy=row, position=position, minutes=step.minutes)
        Target.objects.bulk_create(_target(made, target) for target in step.targets)


def _target(step: Step, target: TargetRow) -> Target:
    field = {TargetKind.ROTA: "rota_id", TargetKind.PERSON: "person_id", TargetKind.TEAM_LEAD: "team_id"}
    return Target(step=step, kind=target.kind, **{field[target.kind]: target.id})


def _faults(slug: str, name: str, repeats: int, steps: Sequence[StepRow], own_id: int | None) -> dict[str, Sentence]:
    faults: dict[str, Sentence] = {}
    if not name or len(name) > 120 or "\x00" in name:
        faults["name"] = say("Give a name of up to 120 characters.")
    if not slug or len(slug) > 80 or not all(c.isascii() and (c.isalnum() or c in "-_") for c in slug):
        faults["slug"] = say("Use letters, digits and hyphens, up to 80.")
    elif Policy.objects.filter(slug=slug).exclude(pk=own_id or 0).exists():
        faults["slug"] = say("There is another with this short name.")
    if not 0 <= repeats <= 9:
        faults["repeats"] = say("It is gone through again 0 to 9 times.")
    if not steps or len(steps) > _MOST_STEPS:
        faults["steps"] = say("A policy has 1 to %(most)s steps.", most=_MOST_STEPS)
    known = _known()
    for number, step in enumerate(steps, 1):
        problem = _step_fault(step, known)
        if problem:
            faults.setdefault("steps", say("Step %(number)s: %(why)s", number=number, why=problem))
    return faults


def _known() -> dict[TargetKind, set[int]]:
    return {
        TargetKind.ROTA: set(Rota.objects.values_list("pk", flat=True)),
        TargetKind.TEAM_LEAD: {team.id for team in list_teams()},
    }


def _step_fault(step: StepRow, known: dict[TargetKind, set[int]]) -> Sentence | None:
    if not 1 <= step.minutes <= 1440:
        return say("Give them 1 to 1440 minutes.")
    if not step.targets or len(step.targets) > _MOST_TARGETS:
        return say("Choose 1 to %(most)s to be told.", most=_MOST_TARGETS)
    people = {target.id for target in step.targets if target.kind == TargetKind.PERSON}
    rest = (target for target in step.targets if target.kind != TargetKind.PERSON)
    if len(get_names(people)) != len(people) or any(target.id not in known[target.kind] for target in rest):
        return say("One of those to be told does not exist any more.")
    return None
