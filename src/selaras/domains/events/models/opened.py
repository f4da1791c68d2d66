from django.contrib.postgres.fields import ArrayField
from django.db import models


class Opened(models.Model):
    """How many alerts a source opened in ten minutes, and how many observations more were folded into one alert.

    `since` and `latest` are when the first and the last of these came; `examples` are labels of a few (flood.py).
    """

    source = models.ForeignKey("events.Source", on_delete=models.PROTECT, related_name="+", db_index=False)
    begins = models.DateTimeField()
    opened = models.BigIntegerField()
    folded = models.BigIntegerField()
    since = models.DateTimeField(null=True)
    latest = models.DateTimeField(null=True)
    examples = ArrayField(models.TextField())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "begins"], name="opened_once")]
