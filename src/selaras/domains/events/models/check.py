from django.db import models
from django.db.models import F, Q

from selaras.domains.events.contracts.checks import CheckKind


class Check(models.Model):
    """What Selaras asks a target again and again; when it fails more often than its retries, an alert opens.

    The worker claims what is due by moving `next_at` (actions/run_checks.py).
    """

    name = models.CharField(max_length=120)
    source = models.ForeignKey("events.Source", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    target = models.CharField(max_length=500)
    # The rest of contracts.Probe: what to expect of it.
    expects = models.JSONField(default=dict)
    interval = models.IntegerField()  # seconds
    timeout = models.IntegerField()
    retries = models.IntegerField()
    severity = models.CharField(max_length=20)
    item = models.CharField(max_length=200, blank=True, default="")
    enabled = models.BooleanField(default=True)
    next_at = models.DateTimeField()
    failures = models.IntegerField(default=0)  # in a row
    ok = models.BooleanField(null=True)
    last_at = models.DateTimeField(null=True)
    milliseconds = models.IntegerField(null=True)
    words = models.TextField(blank=True, default="")
    alerted = models.JSONField(null=True)  # the labels of the alert that it has open
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "name"], name="check_named_once"),
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in CheckKind]), name="check_kind_known"),
        ]
        indexes = [models.Index(F("next_at"), name="check_due", condition=Q(enabled=True))]

    def __str__(self) -> str:
        return self.name


class CheckResult(models.Model):
    """What one asking gave; the last two hundred of each are kept."""

    check_of = models.ForeignKey(Check, on_delete=models.CASCADE, related_name="results", db_index=False)
    at = models.DateTimeField()
    ok = models.BooleanField(null=True)
    milliseconds = models.IntegerField()
    words = models.TextField()

    class Meta:
        indexes = [models.Index(F("check_of"), F("id").desc(), name="check_result_latest")]
