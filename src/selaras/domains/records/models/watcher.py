from django.db import models


class Watcher(models.Model):
    """Somebody who asked to be told what happens to a record."""

    record = models.ForeignKey("records.Record", on_delete=models.CASCADE, related_name="watchers", db_index=False)
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "person"], name="watcher_once")]


class Presence(models.Model):
    """Somebody who has a record open; rows older than half a minute mean nothing."""

    record = models.ForeignKey("records.Record", on_delete=models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()
    typing = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "person"], name="presence_once")]
