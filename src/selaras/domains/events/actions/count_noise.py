"""Count noise where there is much of it, so that nobody waits for that. A million alerts take the database seconds."""

from datetime import timedelta

import msgspec
from django.db import connection, transaction

from selaras.domains.events.contracts.noise import NOISE_DAYS
from selaras.domains.events.models import NoiseCount
from selaras.domains.events.queries.noise import count_noise, is_much
from selaras.kernel import clock

EVERY = timedelta(minutes=10)
_LOCK = (0x53454C41, 18)


@transaction.atomic
def count_noise_again() -> int:
    """Count one of the times with much of it anew, if it was last counted long ago, and forget those with little.

    How many were counted. For a loop; any number of them, of which one counts.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", _LOCK)
        if not cursor.fetchone()[0]:
            return 0
    now = clock.now()
    much = [days for days in NOISE_DAYS if is_much(days)]
    NoiseCount.objects.exclude(pk__in=much).delete()
    fresh = set(NoiseCount.objects.filter(at__gt=now - EVERY).values_list("pk", flat=True))
    for days in much:
        if days not in fresh:
            counted = msgspec.to_builtins(count_noise(days))
            NoiseCount.objects.update_or_create(days=days, defaults={"at": now, "counted": counted})
            return 1
    return 0
