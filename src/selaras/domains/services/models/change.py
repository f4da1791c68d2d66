from django.db import models
from django.db.models import Q

from selaras.kernel.models import Change as KernelChange

_THINGS = ("service", "item", "use", "outcome")


class Change(KernelChange):
    """What was changed of a service, an item, a use or an outcome: one of the four."""

    service = models.ForeignKey("services.Service", null=True, on_delete=models.CASCADE, related_name="changes")
    item = models.ForeignKey("services.ConfigurationItem", null=True, on_delete=models.CASCADE, related_name="changes")
    use = models.ForeignKey("services.ServiceUse", null=True, on_delete=models.CASCADE, related_name="changes")
    outcome = models.ForeignKey("services.Outcome", null=True, on_delete=models.CASCADE, related_name="changes")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    *(Q(**{f"{thing}__isnull": thing != one for thing in _THINGS}) for one in _THINGS),
                    _connector=Q.OR,
                ),
                name="change_of_one_thing",
            ),
        ]
