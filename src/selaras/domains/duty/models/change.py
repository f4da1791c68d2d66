from django.db import models
from django.db.models import Q

from selaras.kernel.models import Change as KernelChange


class Change(KernelChange):
    """A change of a rota or of an escalation policy: exactly one of the two. Append-only."""

    rota = models.ForeignKey("duty.Rota", null=True, on_delete=models.PROTECT, related_name="changes", db_index=False)
    policy = models.ForeignKey(
        "duty.Policy", null=True, on_delete=models.PROTECT, related_name="changes", db_index=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(rota__isnull=False, policy=None) | Q(rota=None, policy__isnull=False),
                name="duty_change_of_one",
            ),
            models.UniqueConstraint(fields=["rota", "version"], name="rota_change_once"),
            models.UniqueConstraint(fields=["policy", "version"], name="policy_change_once"),
        ]
