"""When each regular task last ran, so that any number of workers run it once between them."""

from django.db import models


class LastRun(models.Model):
    """One row a regular task; whoever locks the row runs the task."""

    name = models.CharField(max_length=80, primary_key=True)
    began_at = models.DateTimeField()
    failed_with = models.TextField(blank=True, default="")
