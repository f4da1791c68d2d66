from django.db import models
from django.db.models import F, Q

from selaras.domains.agreements.contracts import Metric
from selaras.domains.incidents.contracts import Moment


class Passage(models.Model):
    """Work that went from one team to another; with a reason it was escalated to those who know more."""

    incident = models.ForeignKey("incidents.Incident", on_delete=models.CASCADE, related_name="passages")
    from_team = models.ForeignKey("people.Team", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    to_team = models.ForeignKey("people.Team", on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.TextField(blank=True, default="")


class Escalation(models.Model):
    """Somebody higher up was asked for a decision: by a person, or by a rule (then `moment` says on what)."""

    incident = models.ForeignKey("incidents.Incident", on_delete=models.CASCADE, related_name="escalations")
    level = models.SmallIntegerField()
    to = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    reason = models.TextField(blank=True, default="")
    decision = models.TextField(blank=True, default="")
    priority = models.SmallIntegerField()
    metric = models.CharField(max_length=10, blank=True, default="")
    moment = models.CharField(max_length=8, blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        "people.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    answer = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            # Whatever asks again, and however often: a rule escalates an incident once.
            models.UniqueConstraint(
                fields=["incident", "priority", "metric", "moment", "to"],
                condition=~Q(moment=""),
                name="escalated_by_rule_once",
            ),
        ]
        indexes = [models.Index(F("to"), F("at"), name="escalation_open", condition=Q(answered_at=None))]


class EscalationRule(models.Model):
    """At this priority, when this clock runs short or out: to whom it goes. Without a person: the team's lead."""

    priority = models.SmallIntegerField()
    metric = models.CharField(max_length=10)
    moment = models.CharField(max_length=8)
    to = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["priority", "metric", "moment", "to"], nulls_distinct=False, name="escalation_rule_once"
            ),
            models.CheckConstraint(condition=Q(priority__range=(1, 5)), name="escalation_rule_priority"),
            models.CheckConstraint(condition=Q(metric__in=[m.value for m in Metric]), name="escalation_rule_metric"),
            models.CheckConstraint(condition=Q(moment__in=[m.value for m in Moment]), name="escalation_rule_moment"),
        ]
