from django.db import models
from django.db.models import Q

from selaras.domains.services.contracts import Direction


class Outcome(models.Model):
    """What a customer needs to reach, in their words, with a unit and a target. Readings live in relationships."""

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="outcomes")
    name_id = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    unit = models.CharField(max_length=40)
    target = models.DecimalField(max_digits=18, decimal_places=4)
    direction = models.CharField(max_length=10)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(direction__in=[d.value for d in Direction]), name="outcome_direction_known"
            ),
            models.UniqueConstraint(fields=["organisation", "name_en"], name="outcome_once"),
            models.UniqueConstraint(fields=["id", "organisation"], name="outcome_of_organisation"),
        ]

    def __str__(self) -> str:
        return self.name_en


class ServiceUse(models.Model):
    """That a customer uses a service: for which business process, towards which outcome, how critical (1 highest).

    The database holds the outcome to the same customer (composite foreign key, migration 0002).
    """

    service = models.ForeignKey("services.Service", on_delete=models.CASCADE, related_name="uses")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="service_uses")
    outcome = models.ForeignKey(
        "services.Outcome", null=True, blank=True, on_delete=models.PROTECT, related_name="uses"
    )
    business_process = models.CharField(max_length=200)
    criticality = models.PositiveSmallIntegerField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(criticality__range=(1, 4)), name="use_criticality_1_to_4"),
            models.UniqueConstraint(fields=["service", "organisation", "business_process"], name="use_once"),
        ]
