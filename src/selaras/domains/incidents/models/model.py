from django.db import models
from django.db.models import Q

from selaras.domains.incidents.contracts import StepOutcome
from selaras.domains.incidents.rules import LEVELS


class IncidentModel(models.Model):
    """A known kind of incident: how one of it is opened, and its prepared steps. Incidents keep the steps they got."""

    name_id = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    words = models.CharField(max_length=500, blank=True, default="")  # of a title, that suggest it
    title = models.CharField(max_length=300, blank=True, default="")
    impact = models.SmallIntegerField(default=2)
    urgency = models.SmallIntegerField(default=2)
    service = models.ForeignKey("services.Service", null=True, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey("people.Team", null=True, on_delete=models.PROTECT, related_name="+")
    active = models.BooleanField(default=True)
    version = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(impact__in=LEVELS) & Q(urgency__in=LEVELS), name="model_levels_known"),
        ]


class ModelStep(models.Model):
    """A step that a model prepares."""

    model = models.ForeignKey("incidents.IncidentModel", on_delete=models.CASCADE, related_name="steps", db_index=False)
    position = models.SmallIntegerField()
    text_id = models.CharField(max_length=500)
    text_en = models.CharField(max_length=500)
    required = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["model", "position"], name="model_step_once")]


class IncidentStep(models.Model):
    """A step on an incident's own list, copied from its model, and how it was settled."""

    incident = models.ForeignKey("incidents.Incident", on_delete=models.CASCADE, related_name="steps", db_index=False)
    position = models.SmallIntegerField()
    text_id = models.CharField(max_length=500)
    text_en = models.CharField(max_length=500)
    required = models.BooleanField()
    outcome = models.CharField(max_length=10, default=StepOutcome.OPEN)
    note = models.TextField(blank=True, default="")
    at = models.DateTimeField(null=True)
    by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "position"], name="incident_step_once"),
            models.CheckConstraint(condition=Q(outcome__in=[o.value for o in StepOutcome]), name="step_outcome_known"),
            models.CheckConstraint(
                condition=~Q(outcome=StepOutcome.NOT_NEEDED.value) | ~Q(note=""), name="step_not_needed_says_why"
            ),
        ]
