from django.db import models


class Stream(models.Model):
    """Icinga's event stream, that a source is fetched from; the worker follows it (actions/follow_streams.py)."""

    source = models.OneToOneField("events.Source", on_delete=models.PROTECT, related_name="stream", primary_key=True)
    address = models.CharField(max_length=300)
    user = models.CharField(max_length=100)
    password = models.BinaryField()  # sealed
    queue = models.CharField(max_length=100)
    authority = models.TextField(blank=True, default="")  # PEM
    fingerprint = models.CharField(max_length=64, blank=True, default="")
    version = models.IntegerField(default=1)
    # How it stands, written by who follows it.
    connected_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    trouble = models.JSONField(null=True)  # a sentence

    def __str__(self) -> str:
        return self.address
