"""Say how long events are kept."""

from collections.abc import Mapping
from datetime import UTC

from django.db import connection, transaction

from selaras.domains.events.contracts import AlertClass
from selaras.domains.events.contracts.retention import LONGEST
from selaras.domains.events.models import LogDay, Retention
from selaras.domains.events.queries.retention import get_retention
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, Stale
from selaras.kernel.sentences import say

_LOCK = (0x53454C41, 4)


@transaction.atomic
def set_retention(days: Mapping[AlertClass, int], *, by: Actor, seen: int | None = None) -> int:
    """Keep what belongs to each class for so many days; the number of this version.

    It holds for what is kept already, too: every day is looked at again. What is gone stays gone. `seen` is the version
    that was read. Raises Invalid naming the field, NotAllowed, Stale.
    """
    require(by, "system.operate")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", _LOCK)
    now = get_retention()
    if seen is not None and seen != now.number:
        raise Stale
    wrong = [one for one in AlertClass if not 1 <= days[one] <= LONGEST]
    if wrong:
        raise Invalid({one.value: say("Give 1 to %(most)s days.", most=LONGEST) for one in wrong})
    if dict(days) == dict(now.days):
        return now.number
    named = {one.value: days[one] for one in AlertClass}
    Retention.objects.create(number=now.number + 1, at=clock.now(), by_id=by.id, by_name=by.name, **named)
    LogDay.objects.update(next_look=clock.now().astimezone(UTC).date())
    return now.number + 1
