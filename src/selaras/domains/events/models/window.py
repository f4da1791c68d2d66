from django.db import models
from django.db.models import Q

from selaras.domains.events.contracts.windows import WindowKind


class Window(models.Model):
    """A maintenance window: while it is open, what fires under it waits for its end. When: recurring.py, hours.

    `starts` is a time on the wall of the calendar's zone, kept as text ("2026-11-29T01:00"): it has no zone of its own.
    """

    name = models.CharField(max_length=120, unique=True)
    calendar = models.ForeignKey("agreements.Calendar", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    starts = models.CharField(max_length=16, blank=True)
    minutes = models.IntegerField(default=60)
    rrule = models.CharField(max_length=300, blank=True)
    # A list of {"label", "op", "value"}.
    matchers = models.JSONField(default=list)
    items = models.ManyToManyField("services.ConfigurationItem", related_name="+")
    services = models.ManyToManyField("services.Service", related_name="+")
    dependents = models.BooleanField(default=True)
    enabled = models.BooleanField(default=True)
    made_by = models.TextField()
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in WindowKind]), name="window_kind_known")
        ]

    def __str__(self) -> str:
        return self.name
