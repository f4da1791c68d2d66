"""A major incident: declared with its roles, told to its customers in one thread, stood down, and ended."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from selaras.domains.agreements.actions.pause_clocks import resume_clocks
from selaras.domains.agreements.actions.start_clocks import start_clocks
from selaras.domains.agreements.actions.stop_clock import renew_clock, restart_clocks, stop_clock
from selaras.domains.agreements.contracts import Metric
from selaras.domains.agreements.queries.clocks import list_clocks
from selaras.domains.incidents.actions._incident import act, keep_due, load, lock_together
from selaras.domains.incidents.contracts import DECLARED, STOOD_DOWN, WORKED
from selaras.domains.incidents.lifecycle import MAJOR
from selaras.domains.incidents.models import Incident, MajorIncident
from selaras.domains.incidents.queries.family import list_below
from selaras.domains.incidents.queries.status import UPDATED
from selaras.domains.incidents.rules import REVIEW_TIME, UPDATE_TIME
from selaras.domains.people.contracts import Actor, system_actor
from selaras.domains.people.queries import get_worker_name
from selaras.domains.records.actions.cards import check_title
from selaras.domains.records.actions.entries import check_body, write_entry
from selaras.domains.records.actions.watch import add_watcher
from selaras.domains.records.contracts import Card
from selaras.domains.records.queries import list_affected
from selaras.kernel import clock
from selaras.kernel.errors import Invalid
from selaras.kernel.lifecycle import move
from selaras.kernel.outbox import announce
from selaras.kernel.sentences import Sentence, say

ROLES = ("manager_id", "technical_lead_id", "communications_id")


@transaction.atomic
def declare_major(
    record_id: int,
    *,
    by: Actor,
    reason: str,
    headline: str,
    manager_id: int | None,
    technical_lead_id: int | None,
    communications_id: int | None,
    seen: int | None = None,
) -> None:
    """Declare it, with who leads it; where an agreement promises updates, its clock starts. Raises Invalid.

    `headline` is what everybody of a customer that is hit reads; the reason and the names stay with the provider.
    """
    record, incident = load(record_id, by=by, permission="incidents.major", seen=seen)
    roles = {"manager_id": manager_id, "technical_lead_id": technical_lead_id, "communications_id": communications_id}
    act(record, incident, "declare_major", by=by, facts={**roles, "reason": reason, "headline": headline})
    check_body(reason)
    _check_headline(headline)
    names = _names(roles)
    row = MajorIncident.objects.filter(pk=record_id).first()
    known = row is not None
    if row is None:
        row = MajorIncident(incident=incident, state=DECLARED, declared_at=clock.now())
    else:
        move(row, "declare", life=MAJOR)
    row.why, row.headline, row.ended_at = reason.strip(), headline.strip(), None
    _set_roles(row, roles)
    row.save()
    Incident.objects.filter(pk=record_id).update(major=True)
    write_entry(record, by=by, verb="major.roles", public=False, body=row.why, data=names)
    write_entry(record, by=by, verb="major.declared", public=True, body=row.headline)
    _run_clocks(record, by=by, again=known)
    _promise(row, None)
    announce("incident.major_declared", {"record_id": record.pk, "number": record.number, "by": by.id})


@transaction.atomic
def change_roles(
    record_id: int,
    *,
    by: Actor,
    manager_id: int | None,
    technical_lead_id: int | None,
    communications_id: int | None,
    seen: int | None = None,
) -> None:
    """Say who leads it from now on."""
    record, incident = load(record_id, by=by, permission="incidents.major", seen=seen)
    roles = {"manager_id": manager_id, "technical_lead_id": technical_lead_id, "communications_id": communications_id}
    act(record, incident, "change_roles", by=by, facts=roles)
    names = _names(roles)
    row = MajorIncident.objects.get(pk=record_id)
    _set_roles(row, roles)
    row.save()
    write_entry(record, by=by, verb="major.roles", public=False, data=names)


@transaction.atomic
def publish_update(
    record_id: int, *, by: Actor, body: str, next_update_at: datetime | None = None, seen: int | None = None
) -> None:
    """Write to every customer that is hit, once: on the incident, its open parts, and the status page.

    It keeps the promise of an update and begins the next round of it. `next_update_at` is promised to the customers;
    an agreement that promises one sooner goes before. Raises Invalid naming it, MoveRefused.
    """
    locked = lock_together({record_id, *list_below(record_id)}, by=by, permission="records.internal")
    record, incident = load(record_id, by=by, permission="records.internal", seen=seen)
    act(record, incident, "publish_update", by=by, facts={"body": body})
    if next_update_at is not None and next_update_at <= clock.now():
        raise Invalid({"next_update_at": say("Promise a time that is still to come.")})
    for part, _ in locked.values():
        if part.pk == record_id or part.state in WORKED:
            write_entry(part, by=by, verb=UPDATED, public=True, body=body.strip(), weight="C")
    keep_due(record, renew_clock(record.pk, Metric.UPDATE, by=by))
    _promise(MajorIncident.objects.get(pk=record_id), next_update_at)
    announce("incident.major_updated", {"record_id": record.pk, "number": record.number, "by": by.id})


@transaction.atomic
def stand_down(record_id: int, *, by: Actor, reason: str, seen: int | None = None) -> None:
    """It is an incident like any other again; no review is owed. The reason is told to the customers."""
    record, incident = load(record_id, by=by, permission="incidents.major", seen=seen)
    act(record, incident, "stand_down", by=by, facts={"reason": reason})
    check_body(reason)
    row = MajorIncident.objects.get(pk=record_id)
    move(row, "stand_down", life=MAJOR)
    row.ended_at, row.next_update_at = clock.now(), None
    row.save()
    Incident.objects.filter(pk=record_id).update(major=False)
    keep_due(record, stop_clock(record.pk, Metric.UPDATE, by=by))
    write_entry(record, by=by, verb="major.stood_down", public=True, body=reason.strip())


def end_major(record: Card, *, by: Actor) -> None:
    """A locked incident was resolved: if it is a major one, its review is owed from now on."""
    row = MajorIncident.objects.filter(pk=record.pk, state=DECLARED).first()
    if row is None:
        return
    move(row, "end", life=MAJOR)
    row.ended_at, row.next_update_at = clock.now(), None
    row.review_due_at = clock.now() + REVIEW_TIME
    row.save()
    write_entry(record, by=by, verb="major.review_owed", public=False, data={"due": row.review_due_at.isoformat()})


def resume_major(record: Card, *, by: Actor) -> None:
    """A locked incident was opened again: a major one is one again, and its customers are told further."""
    row = MajorIncident.objects.filter(pk=record.pk).exclude(state__in=(DECLARED, STOOD_DOWN)).first()
    if row is None:
        return
    move(row, "resume", life=MAJOR)
    row.ended_at = row.review_due_at = row.signed_at = row.signed_by = None
    row.save()
    _run_clocks(record, by=by, again=True)
    _promise(row, None)


def _run_clocks(record: Card, *, by: Actor, again: bool) -> None:
    """Start the clocks of promised updates, each customer's under its own agreement; a new round if they ran before."""
    if again:
        keep_due(record, restart_clocks(record.pk, (Metric.UPDATE,), by=by))
        keep_due(record, renew_clock(record.pk, Metric.UPDATE, by=by))
        keep_due(record, resume_clocks(record.pk, by=by, metrics=(Metric.UPDATE,)))  # the round before ended in a pause
        return
    for organisation_id in sorted(list_affected(record.pk)):
        changed = start_clocks(
            record.pk,
            by=by,
            metrics=(Metric.UPDATE,),
            service_id=record.service_id,
            organisation_id=organisation_id,
            priority=record.priority,
        )
        keep_due(record, changed)


def _promise(row: MajorIncident, wanted: datetime | None) -> None:
    """The next update: when it is wanted, or in an hour; sooner where an agreement promises it sooner."""
    clocks = list_clocks(system_actor("incidents"), row.pk)
    agreed = [one.due_at for one in clocks if one.metric == Metric.UPDATE and one.running and one.due_at]
    usual = [] if agreed else [clock.now() + UPDATE_TIME]
    row.next_update_at = min([*agreed, *([wanted] if wanted else usual)])
    row.save(update_fields=["next_update_at"])


def _names(roles: Mapping[str, int | None]) -> dict[str, str | None]:
    """The names for the three roles. Raises Invalid naming each that is nobody of the provider's."""
    names: dict[str, str | None] = {}
    wrong: dict[str, Sentence] = {}
    for role, person_id in roles.items():
        try:
            names[role.removesuffix("_id")] = get_worker_name(person_id)
        except Invalid as nobody:
            wrong[role] = nobody.sentence
    if wrong:
        raise Invalid(wrong)
    return names


def _set_roles(row: MajorIncident, roles: Mapping[str, int | None]) -> None:
    for role, person_id in roles.items():
        setattr(row, role, person_id)
        add_watcher(row.pk, person_id or 0)


def _check_headline(headline: str) -> None:
    try:
        check_title(headline)
    except Invalid as wrong:
        raise Invalid({"headline": wrong.sentence}) from None
