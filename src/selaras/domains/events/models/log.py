from django.db import models
from django.db.models import F, Q

from selaras.domains.events.contracts import FIRING, RESOLVED, ChangeReason


class Change(models.Model):
    """One change of an alert's state. Append-only, partitioned by the day of `at` (migration 0002 makes the table).

    Whoever writes here first takes the shared lock `contracts.LOG_LOCK`, so that readers know what is still being
    written (actions/_follow.py).
    """

    id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    alert = models.ForeignKey(
        "events.Alert", on_delete=models.DO_NOTHING, related_name="changes", db_constraint=False, db_index=False
    )
    batch = models.BigIntegerField(null=True)
    episode = models.IntegerField()
    state = models.CharField(max_length=10)
    reason = models.CharField(max_length=10)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[FIRING, RESOLVED]), name="change_state_known"),
            models.CheckConstraint(condition=Q(reason__in=[r.value for r in ChangeReason]), name="change_reason_known"),
        ]


class RawBatch(models.Model):
    """The bodies of one flush, as they came: zstd of a msgpack list of StoredPost. Append-only, partitioned by day."""

    id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    posts = models.IntegerField()
    observations = models.IntegerField()
    size = models.BigIntegerField()
    body = models.BinaryField()


class ResentBatch(models.Model):
    """What one flush says again of alerts that are known, until it is folded into them: for half a second, or until the
    schedule finds it if its process has died. `id` is the flush's (`RawBatch`), `body` that of actions/_resends.py.
    """

    id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    body = models.BinaryField()


class UnfoldedBatch(models.Model):
    """The posts of one flush that is not folded into alerts yet, with what each says: for a moment, or until the
    schedule finds it if its process has died. Then they become part of a `RawBatch`. `body` is that of
    actions/_unfolded.py.
    """

    id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    body = models.BinaryField()


class Cursor(models.Model):
    """How far a reader of the change log has come; who holds its lock (`lock_of`) is the one reader of that name.

    `looked_id`: how far it has looked for what must not wait (`Ahead`).
    """

    name = models.CharField(max_length=40, primary_key=True)
    change_id = models.BigIntegerField(default=0)
    at = models.DateTimeField(null=True)
    looked_id = models.BigIntegerField(default=0)


class Ahead(models.Model):
    """A change that was assessed before its turn, as it must not wait; gone once the cursor has come to it."""

    change_id = models.BigIntegerField(primary_key=True)


class SetAside(models.Model):
    """A change whose assessment failed: kept, counted and shown, so that it does not block those behind it."""

    change_id = models.BigIntegerField(unique=True)
    alert = models.ForeignKey("events.Alert", on_delete=models.CASCADE, related_name="+", db_index=False)
    state = models.CharField(max_length=10)
    error = models.TextField()
    at = models.DateTimeField()
    attempts = models.IntegerField(default=1)

    class Meta:
        indexes = [models.Index(F("at"), F("id"), name="set_aside_oldest")]
