from django.db import models
from django.db.models import F, Q


class LogEntry(models.Model):
    """A line of a rota's shift log: what somebody wrote, or what happened. Append-only, also for the database."""

    rota = models.ForeignKey("duty.Rota", on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    verb = models.CharField(max_length=20)
    actor = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    actor_name = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    page = models.ForeignKey("duty.Page", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rota", "verb", "at"], condition=Q(verb__in=["shift", "late"]), name="log_clock_once"
            ),
        ]
        indexes = [models.Index(F("rota"), F("at").desc(), F("id").desc(), name="log_of_rota")]


class Handover(models.Model):
    """What one shift tells the next at `due_at`. Signed by both sides; from then on the database refuses changes."""

    rota = models.ForeignKey("duty.Rota", on_delete=models.PROTECT, related_name="+", db_index=False)
    due_at = models.DateTimeField()
    outgoing = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    incoming = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=12, default="drafted")
    facts = models.JSONField(default=list)
    facts_at = models.DateTimeField()
    notes = models.TextField(blank=True)
    remark = models.TextField(blank=True)  # of who takes over
    version = models.IntegerField(default=1)
    handed_by = models.ForeignKey(
        "people.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    handed_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rota", "due_at"], name="handover_once"),
        ]
