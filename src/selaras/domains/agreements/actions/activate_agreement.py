"""Put an agreement in force, and end it."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from selaras.domains.agreements.contracts import ACTIVE
from selaras.domains.agreements.lifecycle import AGREEMENT
from selaras.domains.agreements.models import Agreement
from selaras.domains.agreements.queries.agreements import facts_of
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.kernel import clock as kernel_clock
from selaras.kernel import versions
from selaras.kernel.errors import NotFound
from selaras.kernel.lifecycle import Facts, move
from selaras.kernel.outbox import announce

# Agreements of one customer are put in force one after the other, so that two cannot both find no overlap.
_TURN = "SELECT pg_advisory_xact_lock(hashtext('selaras.agreements.activate'), %s)"


@transaction.atomic
def activate_agreement(agreement_id: int, *, by: Actor, seen: int | None = None) -> None:
    """Put a draft in force. Refused without services or targets, or where another covers the same service and
    time.
    """
    agreement = _locked(agreement_id, by=by, seen=seen)
    with connection.cursor() as cursor:
        cursor.execute(_TURN, [agreement.organisation_id % 2**31])
    _move(agreement, "activate", by=by, facts=facts_of(agreement))
    announce("agreement.activated", {"agreement_id": agreement.pk})


@transaction.atomic
def withdraw_agreement(agreement_id: int, *, by: Actor, seen: int | None = None) -> None:
    """Give up a draft."""
    _move(_locked(agreement_id, by=by, seen=seen), "withdraw", by=by)


@transaction.atomic
def expire_agreement(agreement_id: int, *, by: Actor, seen: int | None = None) -> None:
    """End an agreement in force, today if it has not ended before; clocks that run under it go on."""
    agreement = _locked(agreement_id, by=by, seen=seen)
    today = kernel_clock.now().astimezone(ZoneInfo(agreement.calendar.timezone)).date()
    ends = agreement.valid_until is None or agreement.valid_until > today
    last = {"valid_until": max(today, agreement.valid_from)} if ends else {}
    _move(agreement, "expire", by=by, values=last)
    announce("agreement.expired", {"agreement_id": agreement.pk})


_VERBS = {"activate": activate_agreement, "withdraw": withdraw_agreement, "expire": expire_agreement}


@transaction.atomic
def move_agreement(agreement_id: int, verb: str, *, by: Actor, seen: int | None = None) -> None:
    """Make a move by its verb. Raises MoveRefused with the reason, also for a verb that there is not."""
    if verb in _VERBS:
        _VERBS[verb](agreement_id, by=by, seen=seen)
    else:
        AGREEMENT.find(verb, _locked(agreement_id, by=by).state)


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


def _locked(agreement_id: int, *, by: Actor, seen: int | None = None) -> Agreement:
    rows = Agreement.objects.select_related("calendar").select_for_update(of=("self",))
    agreement = rows.filter(pk=agreement_id).first()
    if agreement is None:
        raise NotFound(str(agreement_id))
    require(by, "agreements.edit", agreement.organisation_id)
    versions.ask(agreement, seen)
    return agreement


def _move(
    agreement: Agreement, verb: str, *, by: Actor, facts: Facts | None = None, values: Mapping[str, Any] | None = None
) -> None:
    before = agreement.state
    made = move(agreement, verb, life=AGREEMENT, facts=facts)
    told = {"state": {"from": before, "to": made.target}}
    versions.write(agreement, values or {}, by=by, verb=verb, more=told)
