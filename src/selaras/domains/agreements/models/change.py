from django.db import models
from django.db.models import Q

from selaras.kernel.models import Change as KernelChange


class Change(KernelChange):
    """What was changed of an agreement or a calendar. Append-only."""

    agreement = models.ForeignKey("agreements.Agreement", null=True, on_delete=models.PROTECT, related_name="changes")
    calendar = models.ForeignKey("agreements.Calendar", null=True, on_delete=models.PROTECT, related_name="changes")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(agreement__isnull=True, calendar__isnull=False)
                | Q(agreement__isnull=False, calendar__isnull=True),
                name="agreement_change_of_one",
            ),
        ]
