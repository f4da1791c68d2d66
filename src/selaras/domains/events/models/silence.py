import uuid

from django.db import models
from django.db.models import F, Q

from selaras.domains.events.contracts.silences import EXPIRED, PENDING


class Silence(models.Model):
    """Alerts whose labels satisfy every matcher open and join no incident while it is active.

    Its times are set through two doors: by people (actions/silences.py) and by Alertmanager's clients (intake), both
    with the statements of actions/keep_silence.py. `state` follows the times (actions/settle_silences.py). Never
    deleted: alerts say by which they were silenced.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    organisation = models.ForeignKey("people.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    # A list of {"label", "op", "value"}; all must hold.
    matchers = models.JSONField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    created_by = models.TextField()
    # Up to which alert those that fired when it began are marked; None: all are, or it has not begun.
    held_to = models.BigIntegerField(null=True)
    comment = models.TextField()
    state = models.CharField(max_length=10, db_default=PENDING)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(ends_at__gte=F("starts_at")), name="silence_ends_last")]
        indexes = [
            models.Index(F("ends_at").desc(), F("id"), name="silence_latest"),
            models.Index(F("starts_at"), name="silence_not_over", condition=~Q(state=EXPIRED)),
        ]
