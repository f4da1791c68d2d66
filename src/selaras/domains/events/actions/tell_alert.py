"""Write what answered an alert into its trace: runbooks are kept above us."""

from django.db import connection, transaction

from selaras.domains.events.actions._trail import note
from selaras.domains.events.contracts.tracing import TraceStep
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.kernel.sentences import Sentence


@transaction.atomic
def tell_alert(alert_id: int, sentence: Sentence, *, by: Actor, episode: int | None) -> None:
    """A line of its trace, in the episode that it answers. Raises NotAllowed."""
    require(by, "events.view")
    note(alert_id, sentence, step=TraceStep.RESPONSE, episode=episode)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify('selaras_live', %s)", ['{"kind": "alert"}'])
