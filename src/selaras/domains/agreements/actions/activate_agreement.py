"""Put an agreement in force, and end it."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from selaras.domains.agreements.contracts import ACTIVE
from selaras.domains.agreements.lifecycle import AGREEMENT
from selaras.domains.agreements.models import Agreement
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.kernel import clock as kernel_clock
from selaras.kernel.errors import NotFound
from selaras.kernel.lifecycle import Facts, move
from selaras.kernel.outbox import announce

# Agreements of one customer are put in force one after the other, so that two cannot both find no overlap.
_TURN = "SELECT pg_advisory_xact_lock(hashtext('selaras.agreements.activate'), %s)"


@transaction.atomic
def activate_agreement(agreement_id: int, *, by: Actor) -> None:
    """Put a draft in force. Refused without services or targets, or where another covers the same service and
    time.
    """
    agreement = _locked(agreement_id, by=by)
    with connection.cursor() as cursor:
        cursor.execute(_TURN, [agreement.organisation_id % 2**31])
    move(agreement, "activate", life=AGREEMENT, facts=_facts(agreement))
    announce("agreement.activated", {"agreement_id": agreement.pk})


@transaction.atomic
def withdraw_agreement(agreement_id: int, *, by: Actor) -> None:
    """Give up a draft."""
    move(_locked(agreement_id, by=by), "withdraw", life=AGREEMENT)


@transaction.atomic
def expire_agreement(agreement_id: int, *, by: Actor) -> None:
    """End an agreement in force, today if it has not ended before; clocks that run under it go on."""
    agreement = _locked(agreement_id, by=by)
    move(agreement, "expire", life=AGREEMENT)
    today = kernel_clock.now().astimezone(ZoneInfo(agreement.calendar.timezone)).date()
    if agreement.valid_until is None or agreement.valid_until > today:
        agreement.valid_until = max(today, agreement.valid_from)
        agreement.save(update_fields=["valid_until"])
    announce("agreement.expired", {"agreement_id": agreement.pk})


def expire_agreements(*, by: Actor) -> int:
    """End all agreements whose last day has passed in their own zone; returns how many. For the schedule."""
    today = kernel_clock.now().date()
    rows = Agreement.objects.filter(state=ACTIVE, valid_until__lte=today).select_related("calendar")
    over = [row.pk for row in rows if row.valid_until is not None and _over(row.valid_until, row.calendar.timezone)]
    for agreement_id in over:
        expire_agreement(agreement_id, by=by)
    return len(over)


def _over(last: date, zone: str) -> bool:
    return kernel_clock.now().astimezone(ZoneInfo(zone)).date() > last


def _locked(agreement_id: int, *, by: Actor) -> Agreement:
    rows = Agreement.objects.select_related("calendar").select_for_update(of=("self",))
    agreement = rows.filter(pk=agreement_id).first()
    if agreement is None:
        raise NotFound(str(agreement_id))
    require(by, "agreements.edit", agreement.organisation_id)
    return agreement


def _facts(agreement: Agreement) -> Facts:
    services = agreement.covers.values("service")
    others = Agreement.objects.filter(
        state=ACTIVE,
        kind=agreement.kind,
        organisation=agreement.organisation_id,
        covers__service__in=services,
    ).filter(team=agreement.team_id, supplier=agreement.supplier_id)
    until = agreement.valid_until or date.max - timedelta(days=1)
    overlaps = any(
        other.valid_from <= until and (other.valid_until or date.max) >= agreement.valid_from for other in others
    )
    return {
        "services": services.exists(),
        "targets": agreement.targets.exists(),
        "overlaps": overlaps,
    }
