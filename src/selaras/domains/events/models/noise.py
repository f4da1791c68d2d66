from django.db import models


class NoiseCount(models.Model):
    """Noise of the last so many days as it was counted `at` a moment (contracts.noise.Counted)."""

    days = models.SmallIntegerField(primary_key=True)
    at = models.DateTimeField()
    counted = models.JSONField()
