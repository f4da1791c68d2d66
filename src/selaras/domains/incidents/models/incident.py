from django.db import models
from django.db.models import F, Q

from selaras.domains.incidents.contracts import CauseState, Source, WaitingFor
from selaras.domains.incidents.rules import LEVELS


class Incident(models.Model):
    """What is an incident's own; its card is the record."""

    record = models.OneToOneField("records.Record", on_delete=models.PROTECT, primary_key=True, related_name="incident")
    impact = models.SmallIntegerField()
    urgency = models.SmallIntegerField()
    source = models.CharField(max_length=10)
    waiting_for = models.CharField(max_length=10, blank=True, default="")
    waiting_reason = models.TextField(blank=True, default="")
    cause = models.TextField(blank=True, default="")
    solution = models.TextField(blank=True, default="")
    resolved_at = models.DateTimeField(null=True)
    confirm_by = models.DateTimeField(null=True)
    cause_state = models.CharField(max_length=10, default=CauseState.NONE)
    cause_cleared_at = models.DateTimeField(null=True)
    reopened = models.IntegerField(default=0)
    major = models.BooleanField(default=False)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    model = models.ForeignKey("incidents.IncidentModel", null=True, on_delete=models.PROTECT, related_name="+")
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(impact__in=LEVELS) & Q(urgency__in=LEVELS), name="incident_levels_known"
            ),
            models.CheckConstraint(condition=Q(source__in=[s.value for s in Source]), name="incident_source_known"),
            models.CheckConstraint(
                condition=Q(waiting_for__in=["", *(w.value for w in WaitingFor)]),
                name="incident_waiting_known",
            ),
            models.CheckConstraint(
                condition=Q(cause_state__in=[c.value for c in CauseState]), name="incident_cause_known"
            ),
            models.CheckConstraint(condition=~Q(parent=F("record")), name="incident_not_own_parent"),
        ]
        indexes = [
            models.Index(F("confirm_by"), name="incident_to_close", condition=Q(confirm_by__isnull=False)),
        ]


class IncidentItem(models.Model):
    """A configuration item that an incident is about."""

    incident = models.ForeignKey("incidents.Incident", on_delete=models.CASCADE, related_name="items", db_index=False)
    item = models.ForeignKey("services.ConfigurationItem", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["incident", "item"], name="incident_item_once")]
