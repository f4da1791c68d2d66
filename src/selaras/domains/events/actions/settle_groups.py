"""Tell of groups whose time has come: what waits in one has its effect together, and people get one message of it."""

from collections import defaultdict

from django.db import transaction

from selaras.domains.events.actions._follow import hold_cursor
from selaras.domains.events.actions._respond import EVENTS
from selaras.domains.events.actions.assess import CURSOR, assess_together
from selaras.domains.events.actions.paging import tell_of_group
from selaras.domains.events.contracts import FIRING
from selaras.domains.events.models import Assessment, Group
from selaras.domains.events.rules import named_of
from selaras.kernel import clock

_NAMED = 1000  # alerts that are named and counted
MANY = 200  # groups at one look, and alerts of one group in one transaction


def settle_groups() -> int:
    """Tell of what is due; how many groups. For a loop that waits for the channel `selaras_events`.

    What is left to do is in the rows: who dies before the commit has told nobody, and the next look does it all.
    """
    due = Group.objects.filter(due_at__lte=clock.now()).order_by("due_at", "pk").values_list("pk", flat=True)
    return sum(_tell(group_id) for group_id in list(due[:MANY]))


@transaction.atomic
def _tell(group_id: int) -> int:
    hold_cursor(CURSOR)
    group = Group.objects.filter(pk=group_id, due_at__lte=clock.now()).first()
    if group is None:
        return 0
    waiting = Assessment.objects.filter(group=group, waits=True)
    ids = list(waiting.order_by("pk").values_list("pk", flat=True)[:MANY])
    assess_together(ids, telling=group_id)
    waiting.filter(pk__in=ids).update(waits=False)  # what was set aside is tried again by people
    rest = Assessment.objects.filter(group=group, waits=True).exists()
    told_at = clock.now() if _name(group_id, ids) else group.told_at
    Group.objects.filter(pk=group_id).update(told_at=told_at, **({} if rest else {"due_at": None}))
    return 1


def _name(group_id: int, fresh: list[int]) -> bool:
    """What calls people for the incident names all that fires in the group; whether any of the fresh is told."""
    told = Assessment.objects.filter(group_id=group_id, state=FIRING, held=False).exclude(record=None)
    names = defaultdict[int, list[str]](list)
    for record_id, labels in told.order_by("pk").values_list("record_id", "alert__labels")[:_NAMED]:
        names[record_id or 0].append(named_of(labels))
    for record_id, own in names.items():
        tell_of_group(record_id, own, by=EVENTS)
    return told.filter(pk__in=fresh).exists()
