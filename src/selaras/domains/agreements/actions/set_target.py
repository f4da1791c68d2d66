"""Set a target of an agreement that is drafted or in force."""

from django.db import transaction

from selaras.domains.agreements.actions import _promises
from selaras.domains.agreements.actions.draft_agreement import target_row
from selaras.domains.agreements.actions.retarget import retarget_ledgers
from selaras.domains.agreements.contracts import ACTIVE, EXPIRED, Metric, NewTarget
from selaras.domains.agreements.models import Agreement, Calendar, Clock, Target
from selaras.domains.agreements.queries.ledger import load_ledgers, with_targets
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.kernel import clock as kernel_clock
from selaras.kernel import versions
from selaras.kernel.errors import Invalid, MoveRefused, NotFound
from selaras.kernel.sentences import say


@transaction.atomic
def set_target(agreement_id: int, target: NewTarget, *, by: Actor, seen: int | None = None) -> int:
    """Set the target for a metric and priority; returns how many open clocks are now held against it.

    In an agreement in force the old target stays with the clocks that stopped under it; open ones are derived
    again from their segments. Refused in an expired agreement.
    """
    agreement = Agreement.objects.select_for_update().filter(pk=agreement_id).first()
    require(by, "agreements.edit", agreement.organisation_id if agreement else None)
    if agreement is None:
        raise NotFound(str(agreement_id))
    if agreement.state == EXPIRED:
        raise MoveRefused(say("An expired agreement is not changed any more."))
    faults = _promises.target_faults(target, set(Calendar.objects.values_list("pk", flat=True)))
    if faults:
        raise Invalid(faults)
    versions.ask(agreement, seen)
    old = Target.objects.filter(
        agreement=agreement, metric=target.metric, priority=target.priority, replaced_at=None
    ).first()
    row = target_row(agreement.pk, target)
    if old is not None and _same(old, row):
        return 0
    if old is not None and agreement.state == ACTIVE:
        Target.objects.filter(pk=old.pk).update(replaced_at=kernel_clock.now())
    elif old is not None:
        old.delete()
    old_id = old.pk if old is not None else None
    row.save()
    said = {"from": old.minutes if old else None, "to": target.minutes}
    more = {"minutes": said, "metric": target.metric, "priority": target.priority}
    versions.write(agreement, {}, by=by, verb="target set", more=more)
    return 0 if old_id is None or agreement.state != ACTIVE else _hold_against(old_id, row)


def _same(old: Target, new: Target) -> bool:
    return (old.minutes, old.warn_percent, old.calendar_id) == (new.minutes, new.warn_percent, new.calendar_id)


def _hold_against(old_id: int, new: Target) -> int:
    rows = with_targets(Clock.objects.filter(target=old_id, stopped_at=None))
    ledgers = load_ledgers(list(rows.select_for_update(of=("self",)).order_by("pk")))
    target = Target.objects.select_related("agreement__calendar", "calendar").get(pk=new.pk)
    return len(retarget_ledgers(ledgers, {Metric(new.metric): target}))
