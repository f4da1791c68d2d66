from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q


class Precedent(models.Model):
    """What somebody confirmed as the cause of an incident, an item or a service, with what its alerts told.

    Later incidents are held against it (correlation.py). What was told is kept here, since alerts move on to the next
    incident when they fire anew; `called` is by whom and under which names, by which it is found.
    """

    record = models.OneToOneField("records.Record", on_delete=models.PROTECT, primary_key=True, related_name="+")
    item = models.ForeignKey("services.ConfigurationItem", null=True, on_delete=models.CASCADE, related_name="+")
    service = models.ForeignKey("services.Service", null=True, on_delete=models.CASCADE, related_name="+")
    told = ArrayField(models.TextField())
    called = ArrayField(models.TextField())
    by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(item=None) ^ Q(service=None), name="precedent_of_one_thing"),
        ]
        indexes = [
            GinIndex(fields=["told"], name="precedent_told"),
            GinIndex(fields=["called"], name="precedent_called"),
        ]
