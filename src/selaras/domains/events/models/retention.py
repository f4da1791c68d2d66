from django.db import models

from selaras.domains.events.contracts import AlertClass
from selaras.domains.events.contracts.retention import LONGEST

_SOUND = {f"{one.value}__range": (1, LONGEST) for one in AlertClass}


class Retention(models.Model):
    """A version of how many days events are kept, by class; the last one holds. Append-only."""

    number = models.IntegerField(primary_key=True)
    at = models.DateTimeField()
    by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.TextField()
    informational = models.SmallIntegerField()
    warning = models.SmallIntegerField()
    exception = models.SmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(**_SOUND), name="retention_days_sound"),
        ]


class LogDay(models.Model):
    """A day of the logs that is over: what is kept of it, and when something of it may go (actions/roll_over.py)."""

    day = models.DateField(primary_key=True)
    # {class: [rows, bytes]}; "" for what is of no class: bodies that changed nothing.
    kept = models.JSONField()
    open_alerts = models.IntegerField(default=0)
    next_look = models.DateField(db_index=True)
