"""The outbox: announcements written with the change they tell of, and which reactions to them are done."""

from django.db import models


class Announcement(models.Model):
    """Something that happened, told in the same transaction that made it happen."""

    name = models.CharField(max_length=80)
    payload = models.JSONField(default=dict)
    at = models.DateTimeField(db_index=True)


class Reaction(models.Model):
    """A reaction that has been carried out, written in its own transaction: a retry finds it and does nothing."""

    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE)
    reaction = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["announcement", "reaction"], name="reaction_once")]
