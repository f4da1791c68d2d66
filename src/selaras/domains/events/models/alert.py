from django.db import models
from django.db.models import F, Q

from selaras.domains.events.contracts import FIRING


class Alert(models.Model):
    """What its source says of one set of labels. Only intake and expiry write it; assessment has a table of its own,
    so that the two never wait for each other.

    A re-send changes no indexed column and finds room on its page (fillfactor 70, migration 0002): a HOT update.
    Fixed-width columns come first and the wide ones, which a re-send rarely changes, last: less WAL.
    """

    # 16 bytes: blake2b of source and sorted labels (contracts.alert_key).
    key = models.UUIDField(unique=True)
    # No constraint in the database: it would look the source up once a row in the hot path. Sources are never deleted.
    source = models.ForeignKey(
        "events.Source", on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    # When expiry must look at it next: never after `ends_at` while it fires, moved forward lazily by expiry itself.
    check_at = models.DateTimeField()
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    received = models.BigIntegerField()
    # The raw batch that last changed the state: how the upsert knows, on every PostgreSQL version, what it changed.
    changed_batch = models.BigIntegerField()
    episode = models.IntegerField()
    state = models.CharField(max_length=10)
    timed_out = models.BooleanField()
    # A hash of generator_url and annotations (accept.py): a re-send with the same one leaves them where they are.
    told = models.BigIntegerField(db_default=0)
    generator_url = models.TextField()
    annotations = models.JSONField()
    labels = models.JSONField()

    class Meta:
        indexes = [models.Index(F("check_at"), name="alert_to_check", condition=Q(state=FIRING))]
