from django.db import models
from django.db.models import F, Q

from selaras.domains.agreements.contracts import AgreementKind, Metric


class Agreement(models.Model):
    """What is agreed: with a customer (SLA), a team of our own (OLA) or a supplier
    (underpinning contract).
    """

    number = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=3)
    state = models.CharField(max_length=10, default="draft")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey("people.Team", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    supplier = models.ForeignKey(
        "people.Organisation", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    calendar = models.ForeignKey("agreements.Calendar", on_delete=models.PROTECT, related_name="agreements")
    # Local dates of the calendar's zone; until and including valid_until, which may be open.
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in AgreementKind]), name="agreement_kind_known"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="agreement_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class AgreementService(models.Model):
    """A service that an agreement covers."""

    agreement = models.ForeignKey(
        "agreements.Agreement", on_delete=models.CASCADE, related_name="covers", db_index=False
    )
    service = models.ForeignKey("services.Service", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "service"], name="agreement_service_once")]


class Target(models.Model):
    """So many minutes of calendar time for one metric, at one priority or (None) at any.

    A target of an agreement in force is never rewritten: a changed one replaces it for the clocks still open,
    and the clocks that stopped under the old one keep it.
    """

    agreement = models.ForeignKey(
        "agreements.Agreement", on_delete=models.CASCADE, related_name="targets", db_index=False
    )
    metric = models.CharField(max_length=10)
    priority = models.SmallIntegerField(null=True)
    minutes = models.IntegerField()
    warn_percent = models.SmallIntegerField(default=75)
    calendar = models.ForeignKey(
        "agreements.Calendar", null=True, on_delete=models.PROTECT, related_name="+"
    )  # None: the agreement's
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "metric", "priority"],
                condition=Q(replaced_at=None),
                nulls_distinct=False,
                name="target_once",
            ),
            models.CheckConstraint(condition=Q(metric__in=[m.value for m in Metric]), name="target_metric_known"),
            models.CheckConstraint(
                condition=Q(priority=None) | Q(priority__range=(1, 5)), name="target_priority_range"
            ),
            models.CheckConstraint(condition=Q(minutes__range=(1, 5_000_000)), name="target_minutes_range"),
            models.CheckConstraint(condition=Q(warn_percent__range=(1, 100)), name="target_warn_range"),
        ]
