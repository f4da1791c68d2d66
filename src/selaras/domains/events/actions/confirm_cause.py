"""Say what the cause of an incident was, so that later incidents learn from it, or take that back."""

from django.db import transaction

from selaras.domains.events.correlation import called
from selaras.domains.events.models import Precedent
from selaras.domains.events.queries.correlation import told_of
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.domains.records.actions.entries import add_entry
from selaras.domains.records.queries import get_record
from selaras.domains.services.contracts import End, NodeKind
from selaras.domains.services.queries import name_ends
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, NotFound
from selaras.kernel.sentences import say

_CONFIRM = "incidents.work"


@transaction.atomic
def confirm_cause(number: str, *, by: Actor, end: End) -> None:
    """Name an item or a service as the cause, in place of what was named before.

    Raises Invalid where no alert tells of the incident, NotAllowed, NotFound.
    """
    require(by, _CONFIRM)
    record, named = get_record(by, number), name_ends(by, [end]).get(end)
    if named is None:
        raise NotFound(str(end.id))
    known = Precedent.objects.select_for_update().filter(pk=record.id).first()
    # Alerts that have fired anew are another incident's by now: what they told of this one was kept at the first time.
    told = sorted({*told_of(record.id), *(known.told if known else ())})
    if not told:
        raise Invalid({"slug": say("No alert belongs to this incident, so nothing can be learnt from its cause.")})
    Precedent.objects.update_or_create(
        record_id=record.id,
        defaults={
            "item_id": end.id if end.kind is NodeKind.ITEM else None,
            "service_id": end.id if end.kind is NodeKind.SERVICE else None,
            "told": told,
            "called": sorted({called(one) for one in told}),
            "by_id": by.own_id,
            "at": clock.now(),
        },
    )
    data = {"kind": end.kind, "slug": named.slug, "name_id": named.name_id, "name_en": named.name_en}
    add_entry(record.id, by=by, verb="cause.confirmed", data=data, public=False)


@transaction.atomic
def withdraw_cause(number: str, *, by: Actor) -> None:
    """Name nothing as the cause; nothing happens where nothing was. Raises NotAllowed, NotFound."""
    require(by, _CONFIRM)
    record = get_record(by, number)
    if Precedent.objects.filter(pk=record.id).delete()[0]:
        add_entry(record.id, by=by, verb="cause.withdrawn", data={}, public=False)
