"""Write what answered alerts into their traces: runbooks and problems are kept above us."""

from collections.abc import Iterable

from django.db import connection, transaction

from selaras.domains.events.contracts.tracing import TraceStep
from selaras.domains.events.models import Trace
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.kernel import clock
from selaras.kernel.sentences import Sentence


@transaction.atomic
def tell_alerts(alerts: Iterable[tuple[int, int | None]], sentence: Sentence, *, by: Actor) -> None:
    """The same line in the trace of each of these (alert, episode that is answered). Raises NotAllowed."""
    require(by, "events.view")
    at, said = clock.now(), sentence.as_json()
    Trace.objects.bulk_create(
        Trace(alert_id=pk, at=at, step=TraceStep.RESPONSE, episode=episode, sentence=said) for pk, episode in alerts
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify('selaras_live', %s)", ['{"kind": "alert"}'])
