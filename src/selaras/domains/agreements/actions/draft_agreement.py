"""Draft an agreement, and change its targets."""

from collections.abc import Collection
from datetime import date

from django.db import connection, transaction

from selaras.domains.agreements.actions.retarget import retarget_ledgers
from selaras.domains.agreements.contracts import (
    ACTIVE,
    EXPIRED,
    AgreementKind,
    Metric,
    NewObligation,
    NewTarget,
)
from selaras.domains.agreements.models import Agreement, AgreementService, Clock, Obligation, Target
from selaras.domains.agreements.queries.ledger import load_ledgers, with_targets
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.kernel import clock as kernel_clock
from selaras.kernel.errors import Invalid, MoveRefused, NotFound
from selaras.kernel.sentences import say

_MOST_MINUTES = 5_000_000  # nearly ten years; also a CHECK


@transaction.atomic
def draft_agreement(
    *,
    by: Actor,
    name: str,
    kind: AgreementKind,
    organisation_id: int,
    calendar_id: int,
    valid_from: date,
    valid_until: date | None = None,
    team_id: int | None = None,
    supplier_id: int | None = None,
    service_ids: Collection[int] = (),
    targets: Collection[NewTarget] = (),
    obligations: Collection[NewObligation] = (),
) -> int:
    """Write a draft with all that it promises; returns its id. Nothing of it counts until
    it is put in force.
    """
    require(by, "agreements.edit", organisation_id)
    _check(name, kind, valid_from, valid_until, team_id, supplier_id)
    for target in targets:
        _check_target(target)
    agreement = Agreement.objects.create(
        number=_next_number(),
        name=name.strip(),
        kind=kind,
        organisation_id=organisation_id,
        calendar_id=calendar_id,
        valid_from=valid_from,
        valid_until=valid_until,
        team_id=team_id,
        supplier_id=supplier_id,
    )
    AgreementService.objects.bulk_create(
        AgreementService(agreement=agreement, service_id=service) for service in sorted(set(service_ids))
    )
    Target.objects.bulk_create(_row(agreement.pk, target) for target in targets)
    Obligation.objects.bulk_create(
        Obligation(agreement=agreement, owner=o.owner, text_id=o.text_id, text_en=o.text_en) for o in obligations
    )
    return agreement.pk


@transaction.atomic
def set_target(agreement_id: int, target: NewTarget, *, by: Actor) -> int:
    """Set the target for a metric and priority; returns how many open clocks are now held against it.

    In an agreement in force the old target stays with the clocks that stopped under it; open ones are derived
    again from their segments. Refused in an expired agreement.
    """
    agreement = Agreement.objects.select_for_update().filter(pk=agreement_id).first()
    if agreement is None:
        raise NotFound(str(agreement_id))
    require(by, "agreements.edit", agreement.organisation_id)
    if agreement.state == EXPIRED:
        raise MoveRefused(say("An expired agreement is not changed any more."))
    _check_target(target)
    old = Target.objects.filter(
        agreement=agreement, metric=target.metric, priority=target.priority, replaced_at=None
    ).first()
    if old is not None and agreement.state == ACTIVE:
        Target.objects.filter(pk=old.pk).update(replaced_at=kernel_clock.now())
    elif old is not None:
        old.delete()
    row = _row(agreement.pk, target)
    row.save()
    return 0 if old is None or agreement.state != ACTIVE else _hold_against(old.pk, row)


def _hold_against(old_id: int, new: Target) -> int:
    rows = with_targets(Clock.objects.filter(target=old_id, stopped_at=None))
    ledgers = load_ledgers(list(rows.select_for_update(of=("self",)).order_by("pk")))
    target = Target.objects.select_related("agreement__calendar", "calendar").get(pk=new.pk)
    return len(retarget_ledgers(ledgers, {Metric(new.metric): target}))


def _row(agreement_id: int, target: NewTarget) -> Target:
    return Target(
        agreement_id=agreement_id,
        metric=target.metric,
        priority=target.priority,
        minutes=target.minutes,
        warn_percent=target.warn_percent,
        calendar_id=target.calendar_id,
    )


def _check(
    name: str,
    kind: AgreementKind,
    start: date,
    until: date | None,
    team_id: int | None,
    supplier_id: int | None,
) -> None:
    faults = {}
    if not name.strip() or len(name) > 200 or "\x00" in name:
        faults["name"] = say("Give it a name of up to 200 characters.")
    if until is not None and until < start:
        faults["valid_until"] = say("It ends before it begins.")
    if (kind == AgreementKind.OLA) != (team_id is not None):
        faults["team"] = say("An operational level agreement, and only that, names a team.")
    if (kind == AgreementKind.UNDERPINNING) != (supplier_id is not None):
        faults["supplier"] = say("An underpinning contract, and only that, names a supplier.")
    if faults:
        raise Invalid(faults)


def _check_target(target: NewTarget) -> None:
    faults = {}
    if not 1 <= target.minutes <= _MOST_MINUTES:
        faults["minutes"] = say("Give minutes from 1 to %(most)s.", most=_MOST_MINUTES)
    if target.priority is not None and not 1 <= target.priority <= 5:
        faults["priority"] = say("A priority is a number from 1 to 5.")
    if not 1 <= target.warn_percent <= 100:
        faults["warn_percent"] = say("Give a share from 1 to 100 per cent.")
    if faults:
        raise Invalid(faults)


def _next_number() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('agreements_agreement_number')")
        return f"AGR{cursor.fetchone()[0]:05d}"
