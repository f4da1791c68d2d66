from django.db import models
from django.db.models import F


class Entry(models.Model):
    """One thing that happened to a record. Append-only: the database refuses UPDATE and DELETE."""

    record = models.ForeignKey("records.Record", on_delete=models.PROTECT, related_name="entries", db_index=False)
    at = models.DateTimeField()
    actor = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    actor_name = models.CharField(max_length=200)
    verb = models.CharField(max_length=40)
    public = models.BooleanField()
    body = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    version = models.IntegerField()

    class Meta:
        indexes = [models.Index(F("record"), F("id"), name="entry_of_record")]
