from django.db import models


class Mapping(models.Model):
    """How a source's generic webhook is read: JMESPaths by the part of an alert they give (reading/mapping.py).

    A source without one has its payloads guessed.
    """

    source = models.OneToOneField("events.Source", on_delete=models.CASCADE, primary_key=True, related_name="mapping")
    paths = models.JSONField(default=dict)
    # The last payload it was tried with, so that the next change can be tried with the same.
    sample = models.TextField(blank=True)
    version = models.IntegerField(default=1)
