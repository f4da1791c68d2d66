"""Say how an obligation went: met, late or failed, and the minutes it excuses."""

from datetime import datetime

from django.db import transaction

from selaras.domains.agreements.actions import _clocks
from selaras.domains.agreements.contracts import ObligationOutcome
from selaras.domains.agreements.models import Obligation, ObligationEvent
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.domains.records.actions.entries import add_entry
from selaras.kernel import clock as kernel_clock
from selaras.kernel.errors import Invalid, NotFound
from selaras.kernel.outbox import announce
from selaras.kernel.sentences import say
from selaras.kernel.text import text_fault


@transaction.atomic
def record_obligation_event(
    obligation_id: int,
    outcome: ObligationOutcome,
    *,
    by: Actor,
    minutes_excused: int = 0,
    record_id: int | None = None,
    note: str = "",
    at: datetime | None = None,
) -> int:
    """Write the event (which nobody can rewrite) and tell it on the record, if it concerns one; returns its
    id.

    The minutes are shown beside the clocks and never taken off them: what was promised and who was in the way
    are two things.
    """
    obligation = Obligation.objects.select_related("agreement").filter(pk=obligation_id).first()
    require(by, "agreements.edit", obligation.agreement.organisation_id if obligation else None)
    if obligation is None:
        raise NotFound(str(obligation_id))
    _check(outcome, minutes_excused, note, at)
    if record_id is not None:
        _clocks.lock_record(record_id, by=by)
    event = ObligationEvent.objects.create(
        obligation=obligation,
        record_id=record_id,
        at=at or kernel_clock.now(),
        outcome=outcome,
        minutes_excused=minutes_excused,
        note=note.strip(),
        by_id=by.id,
    )
    if record_id is not None:
        names = {"text_id": obligation.text_id, "text_en": obligation.text_en, "owner": obligation.owner}
        data = {"outcome": outcome, "minutes": minutes_excused, **names}
        add_entry(record_id, by=by, verb="obligation.noted", data=data, public=True, body=note.strip())
    announce("obligation.noted", {"event_id": event.pk, "record_id": record_id, "outcome": outcome})
    return event.pk


def _check(outcome: ObligationOutcome, minutes: int, note: str, at: datetime | None) -> None:
    faults = {}
    if outcome not in set(ObligationOutcome):
        faults["outcome"] = say("Say whether it was met, met late, or failed.")
    if not 0 <= minutes <= 5_000_000:
        faults["minutes_excused"] = say("Give minutes from 0 to %(most)s.", most=5_000_000)
    elif minutes and outcome == ObligationOutcome.MET:
        faults["minutes_excused"] = say("An obligation that was met excuses nothing.")
    if at is not None and at > kernel_clock.now():
        faults["at"] = say("This has not happened yet.")
    unsound = text_fault(note, longest=10_000, needed=False)
    if unsound is not None:
        faults["note"] = unsound
    if faults:
        raise Invalid(faults)
