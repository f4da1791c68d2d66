from django.db import models


class Trend(models.Model):
    """How many alerts of a class began to fire in the ten minutes from `at`. The assessor adds to it, nobody else."""

    at = models.DateTimeField()
    alert_class = models.CharField(max_length=15)
    fired = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["at", "alert_class"], name="trend_once")]
