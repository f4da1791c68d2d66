"""Escalation policies, and whom they would tell."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db.models import Prefetch, QuerySet

from selaras.domains.duty.contracts.policies import PolicyName, PolicyRow, TargetKind, Telling, Told
from selaras.domains.duty.contracts.policies import Step as StepRow
from selaras.domains.duty.contracts.policies import Target as TargetRow
from selaras.domains.duty.contracts.rotas import RotaRow
from selaras.domains.duty.models import Policy, Rota, Step, Target
from selaras.domains.duty.queries.rotas import load_rotas
from selaras.domains.duty.rules import on_duty
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import get_names, list_teams, require
from selaras.kernel import clock
from selaras.kernel.errors import NotFound


def list_policies(actor: Actor) -> list[PolicyRow]:
    """All policies, by name."""
    require(actor, "duty.view")
    return _rows(Policy.objects.order_by("name"))


def list_policy_names() -> list[PolicyName]:
    """All policies, by name: for those who name one, as a rule does. Tells nobody's name."""
    return [PolicyName(*row) for row in Policy.objects.order_by("name").values_list("id", "slug", "name")]


def get_policy(actor: Actor, slug: str) -> PolicyRow:
    """One policy. Raises NotFound."""
    require(actor, "duty.view")
    found = _rows(Policy.objects.filter(slug=slug))
    if not found:
        raise NotFound(slug)
    return found[0]


def load_policy(policy_id: int) -> PolicyRow:
    """One policy by its id, for those who escalate. Raises NotFound."""
    found = _rows(Policy.objects.filter(pk=policy_id))
    if not found:
        raise NotFound(str(policy_id))
    return found[0]


def would_be_told(policy: PolicyRow, *, at: datetime | None = None) -> list[Telling]:
    """Every step of every round with its time and the people, if a page went out at `at` and nobody acknowledged."""
    moment = at or clock.now()
    plans = _plans(policy.steps, moment)
    found: list[Telling] = []
    for round_ in range(1, policy.repeats + 2):
        for number, step in enumerate(policy.steps, 1):
            found.append(Telling(moment, round_, number, tuple(resolve(step.targets, moment, plans))))
            moment += timedelta(minutes=step.minutes)
    return found


def told_now(step: StepRow, at: datetime) -> list[Told]:
    """Whom the targets of a step mean at this moment."""
    return resolve(step.targets, at, _plans([step], at))


def resolve(targets: Iterable[TargetRow], at: datetime, plans: "Plans") -> list[Told]:
    """The person behind each target at `at`; None where there is nobody."""
    rotas, leads, names = plans
    found = []
    for target in targets:
        person: int | None = target.id
        if target.kind == TargetKind.ROTA:
            person = on_duty(rotas[target.id].plan, at) if target.id in rotas else None
        elif target.kind == TargetKind.TEAM_LEAD:
            person = leads.get(target.id)
        name = names.get(person or 0) or (rotas[target.id].names.get(person or 0) if target.id in rotas else None)
        found.append(Told(target, person if name else None, name or ""))
    return found


Plans = tuple[Mapping[int, RotaRow], Mapping[int, int | None], Mapping[int, str]]


def _plans(steps: Iterable[StepRow], since: datetime) -> Plans:
    targets = [target for step in steps for target in step.targets]
    by_kind = {kind: {t.id for t in targets if t.kind == kind} for kind in TargetKind}
    rotas = {r.id: r for r in load_rotas(Rota.objects.filter(pk__in=by_kind[TargetKind.ROTA]), since)}
    leads = {team.id: team.lead_id for team in list_teams() if team.id in by_kind[TargetKind.TEAM_LEAD]}
    people = {*by_kind[TargetKind.PERSON], *(lead for lead in leads.values() if lead)}
    for rota in rotas.values():
        people |= set(rota.names)
    return rotas, leads, get_names(people)


def _rows(rows: QuerySet[Policy]) -> list[PolicyRow]:
    with_steps = rows.prefetch_related(
        Prefetch("steps", Step.objects.order_by("position")),
        Prefetch("steps__targets", Target.objects.select_related("rota", "person", "team").order_by("id")),
    )
    return [
        PolicyRow(row.pk, row.slug, row.name, row.repeats, row.version, tuple(_step(step) for step in row.steps.all()))
        for row in with_steps
    ]


def _step(row: Step) -> StepRow:
    return StepRow(row.minutes, tuple(_target(target) for target in row.targets.all()))


def _target(row: Target) -> TargetRow:
    meant = row.rota or row.person or row.team
    assert meant is not None, "a CHECK of the table holds this"
    return TargetRow(TargetKind(row.kind), meant.pk, meant.name)
