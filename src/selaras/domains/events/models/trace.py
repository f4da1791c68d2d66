from typing import Any

from django.db import models
from django.db.models import F, Q

from selaras.domains.events.contracts.tracing import TraceStep


def _told(to: str) -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey(
        to, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )


class Trace(models.Model):
    """What was decided about an alert, in words, when. Append-only and partitioned by day, as the log of changes is.

    A change that is assessed leaves one line at least; of each episode the last line that tells an outcome answers
    whether anybody was told (tracing.py).
    """

    alert = models.ForeignKey(
        "events.Alert", on_delete=models.DO_NOTHING, related_name="trace", db_constraint=False, db_index=False
    )
    at = models.DateTimeField()
    step = models.CharField(max_length=10, db_default=TraceStep.SAID.value)
    episode = models.IntegerField(null=True)
    sentence = models.JSONField()
    # None of these is ever deleted: no constraint in the database, which each partition would have to prove anew.
    silence = _told("events.Silence")
    record = _told("records.Record")
    page = _told("duty.Page")
    # The alert that held it back.
    other = models.ForeignKey(
        "events.Alert", null=True, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    window = _told("events.Window")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(step__in=[s.value for s in TraceStep]), name="trace_step_known")
        ]
        indexes = [models.Index(F("alert"), F("id").desc(), name="trace_of_alert")]
