from django.db import models
from django.db.models import F, Q

from selaras.domains.events.contracts import AlertClass

_LEVELS = (1, 2, 3)


class Rule(models.Model):
    """What class an alert has, and what answers it; asked in order, the first that holds decides (rules.py)."""

    order = models.IntegerField()
    name = models.CharField(max_length=120, unique=True)
    # A list of {"label", "op", "value"}; all must hold, an empty list always holds.
    conditions = models.JSONField(default=list)
    alert_class = models.CharField(max_length=15)
    opens_incident = models.BooleanField(default=False)
    impact = models.SmallIntegerField(null=True, blank=True)
    urgency = models.SmallIntegerField(null=True, blank=True)
    team = models.ForeignKey("people.Team", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    policy = models.ForeignKey("duty.Policy", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    enabled = models.BooleanField(default=True)
    goes_on = models.BooleanField(db_default=False)
    # A list of {"label", "value"}.
    adds = models.JSONField(default=list, db_default=[])
    note = models.TextField(blank=True, db_default="")
    flap_turns = models.SmallIntegerField(null=True, blank=True)
    flap_minutes = models.IntegerField(null=True, blank=True)
    # Conditions as above, and names of labels.
    holds_back = models.JSONField(default=list, db_default=[])
    holds_equal = models.JSONField(default=list, db_default=[])
    # The short name of a runbook: operations, which keeps them, stands above.
    runbook = models.CharField(max_length=80, blank=True, db_default="")
    group_by = models.JSONField(default=list, db_default=[])
    # Seconds.
    group_wait = models.IntegerField(null=True, blank=True)
    group_interval = models.IntegerField(null=True, blank=True)
    proposes_problem = models.BooleanField(db_default=False)
    stands_alone = models.BooleanField(db_default=False)
    looks_up = models.CharField(max_length=80, blank=True, db_default="")
    look_by = models.JSONField(default=list, db_default=[])
    # Set by the assessor when it first decides about an alert.
    used = models.BooleanField(db_default=False)

    class Meta:
        ordering = [F("order"), F("id")]
        constraints = [
            models.CheckConstraint(condition=Q(alert_class__in=[c.value for c in AlertClass]), name="rule_class_known"),
            models.CheckConstraint(
                condition=(Q(impact=None) | Q(impact__in=_LEVELS)) & (Q(urgency=None) | Q(urgency__in=_LEVELS)),
                name="rule_levels_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RuleSet(models.Model):
    """A version of the whole set, as it was after a change; the last one is what holds. Append-only."""

    number = models.IntegerField(primary_key=True)
    at = models.DateTimeField()
    by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.TextField()
    note = models.JSONField()
    rules = models.JSONField()
