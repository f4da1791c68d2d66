from django.db import models
from django.db.models import F, Q

from selaras.domains.incidents.contracts import DECLARED, REVIEW_OWED


class MajorIncident(models.Model):
    """What an incident has besides while it is a major one, and the review that follows; `headline` customers read."""

    incident = models.OneToOneField(
        "incidents.Incident", on_delete=models.PROTECT, primary_key=True, related_name="as_major"
    )
    state = models.CharField(max_length=12)
    headline = models.CharField(max_length=300)
    why = models.TextField()
    manager = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    technical_lead = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    communications = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    declared_at = models.DateTimeField()
    next_update_at = models.DateTimeField(null=True)  # promised to the customers
    ended_at = models.DateTimeField(null=True)  # resolved, or stood down
    review_due_at = models.DateTimeField(null=True)
    happened = models.TextField(blank=True, default="")
    well = models.TextField(blank=True, default="")
    improve = models.TextField(blank=True, default="")
    participants = models.TextField(blank=True, default="")
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(
        "people.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    version = models.IntegerField(default=0)  # of the review

    class Meta:
        indexes = [
            models.Index(F("declared_at"), name="major_open", condition=Q(state__in=[DECLARED, REVIEW_OWED])),
            models.Index(F("ended_at"), name="major_ended", condition=Q(ended_at__isnull=False)),
        ]


class Improvement(models.Model):
    """What is to be done so that it does not happen again: who, until when."""

    major = models.ForeignKey("incidents.MajorIncident", on_delete=models.PROTECT, related_name="improvements")
    text = models.CharField(max_length=1000)
    owner = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    due = models.DateField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(F("due"), name="improvement_open", condition=Q(done_at=None))]
