from django.db import models
from django.db.models import F, Q


class Group(models.Model):
    """Alerts that people are told of together: decided by one rule, alike in its labels (grouping.py).

    `due_at`: when what waits in it is told; None: nothing waits. `told_at`: when it was told last. `cause`: where it
    was told; what comes to it while that is open goes there too.
    """

    key = models.CharField(max_length=32, unique=True)
    rule = models.ForeignKey("events.Rule", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    labels = models.JSONField()
    due_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    cause = models.ForeignKey("events.Cause", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)

    class Meta:
        indexes = [
            models.Index(F("due_at"), name="group_due", condition=~Q(due_at=None)),
            models.Index(F("cause"), name="group_of_cause", condition=~Q(cause=None)),
        ]
