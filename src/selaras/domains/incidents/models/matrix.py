from django.db import models


class PriorityMatrix(models.Model):
    """How an organisation weighs impact and urgency; cells it does not set are the default's (rules.DEFAULT_MATRIX)."""

    organisation = models.OneToOneField("people.Organisation", on_delete=models.CASCADE, related_name="+")
    cells = models.JSONField(default=dict)  # "impact-urgency" → priority
