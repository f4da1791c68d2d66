from django.db import models
from django.db.models import F, Q

from selaras.domains.problems.contracts import PROPOSED


class Problem(models.Model):
    """What evidence speaks for, proposed to who manages problems. One proposal a key is open at a time."""

    key = models.CharField(max_length=200)
    title = models.CharField(max_length=300)
    state = models.CharField(max_length=12, default=PROPOSED)
    item = models.ForeignKey(
        "services.ConfigurationItem", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    service = models.ForeignKey(
        "services.Service", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    rule_name = models.CharField(max_length=120, blank=True)  # empty: found by recurrence
    incidents = models.IntegerField(default=0)
    alerts = models.IntegerField(default=0)
    opened_at = models.DateTimeField()
    last_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        "people.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    decided_by_name = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=Q(state=PROPOSED), name="problem_proposed_once"),
        ]
        indexes = [
            models.Index(F("state"), F("id").desc(), name="problem_by_state"),
            models.Index(F("key"), F("id").desc(), name="problem_of_key"),
        ]

    def __str__(self) -> str:
        return self.title


class Evidence(models.Model):
    """An incident, or an alert's episode, that speaks for a problem."""

    problem = models.ForeignKey("problems.Problem", on_delete=models.PROTECT, related_name="evidence", db_index=False)
    at = models.DateTimeField()
    about = models.CharField(max_length=300)
    record = models.ForeignKey("records.Record", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    # Alerts may be forgotten; what they said stays.
    alert = models.ForeignKey(
        "events.Alert", null=True, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    episode = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["problem", "record", "alert", "episode"], name="evidence_once", nulls_distinct=False
            ),
        ]
        indexes = [models.Index(F("problem"), F("at").desc(), name="evidence_of_problem")]
