"""The outbox: announcements written with the change they tell of, and which reactions to them are done; and the form
of a history (kernel/versions.py)."""

from django.core.serializers.json import DjangoJSONEncoder
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


class Change(models.Model):
    """What one write changed of a thing that several people may edit; a domain adds a foreign key a kind of thing.

    `version` is the thing's after it; `data` holds `{field: {"from", "to"}}`, and what else the verb has to say.
    """

    version = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200)
    verb = models.CharField(max_length=40)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        abstract = True
