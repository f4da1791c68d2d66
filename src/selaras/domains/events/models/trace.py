from django.db import models
from django.db.models import F, Q

from selaras.domains.events.contracts.tracing import TraceStep


class Trace(models.Model):
    """What was decided about an alert, in words, when. Append-only, as the log of changes is.

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
    silence = models.ForeignKey("events.Silence", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    record = models.ForeignKey("records.Record", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    page = models.ForeignKey("duty.Page", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    # The alert that held it back.
    other = models.ForeignKey(
        "events.Alert", null=True, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    window = models.ForeignKey("events.Window", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(step__in=[s.value for s in TraceStep]), name="trace_step_known")
        ]
        indexes = [models.Index(F("alert"), F("id").desc(), name="trace_of_alert")]
