from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from selaras.domains.events.contracts.sources import MAY_OPEN, RefusalReason


class Source(models.Model):
    """Where events come from, and how it proves to be itself: a token, or an address it posts from.

    Sources are disabled, never deleted: alerts point to them without a constraint (see Alert.source), so the database
    refuses to delete one.
    """

    name = models.CharField(max_length=120, unique=True)
    # sha256 of the token; the token is 256 random bits, so a slow hash would protect nothing more.
    token_hash = models.BinaryField(max_length=32, null=True, blank=True)
    # CIDR blocks from which posts are taken without a token.
    networks = ArrayField(models.CharField(max_length=43), default=list, blank=True)
    # The subject of its certificate, as a trusted proxy tells it; empty: none.
    certificate = models.CharField(max_length=500, default="", db_default="", blank=True)
    organisation = models.ForeignKey(
        "people.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    enabled = models.BooleanField(default=True)
    # New alerts in ten minutes; more fold into one (flood.py).
    may_open = models.IntegerField(default=MAY_OPEN, db_default=MAY_OPEN)
    # When it last changed an alert, to the minute; the assessor notes it (a re-send shows in the alert itself).
    heard_at = models.DateTimeField(null=True)
    # By how many seconds its clock was off when that was noticed last, and when (skew.py).
    clock_off = models.IntegerField(default=0, db_default=0)
    clock_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1, db_default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token_hash"], name="source_token_once", condition=~Q(token_hash=None)),
            models.UniqueConstraint(
                fields=["certificate"], name="source_certificate_once", condition=~Q(certificate="")
            ),
            models.CheckConstraint(condition=Q(may_open__gte=1), name="source_may_open_some"),
        ]

    def __str__(self) -> str:
        return self.name


class Refused(models.Model):
    """Requests that came from no known source, counted an hour, address and reason."""

    hour = models.DateTimeField()
    address = models.CharField(max_length=45)
    reason = models.CharField(max_length=20)
    count = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hour", "address", "reason"], name="refused_once"),
            models.CheckConstraint(
                condition=Q(reason__in=[r.value for r in RefusalReason]), name="refused_reason_known"
            ),
        ]
