from django.db import models
from django.db.models import F, Q

from selaras.domains.events.contracts.heartbeats import BeatKind


class Heartbeat(models.Model):
    """Something that is to be heard again and again; when it is not, an alert opens.

    A ping writes the times here and nothing else (actions/hear.py, in intake). The settler, who alone opens and ends
    the alert, looks at a row when its `check_at` has come (actions/settle_heartbeats.py).
    """

    name = models.CharField(max_length=120)
    source = models.ForeignKey("events.Source", on_delete=models.PROTECT, related_name="+")
    # sha256 of the key in its address; None: it is heard by what its source posts (Alerta, a watched alert).
    key_hash = models.BinaryField(max_length=32, null=True, unique=True)
    # The name of an alert of the source that fires as long as all is well: Prometheus's Watchdog.
    watches = models.CharField(max_length=200, blank=True, default="", db_default="")
    watched_alert = models.ForeignKey("events.Alert", null=True, on_delete=models.SET_NULL, related_name="+")
    # When it is expected: at the times of a cron expression in a zone (crontab.py), else so long after it was heard.
    cron = models.CharField(max_length=100, blank=True, default="", db_default="")
    zone = models.CharField(max_length=63, blank=True, default="", db_default="")
    interval = models.IntegerField()  # seconds, as `grace`
    grace = models.IntegerField()
    severity = models.CharField(max_length=20)
    item = models.CharField(max_length=200, blank=True, default="", db_default="")  # as the label `ci` names it
    paused = models.BooleanField(default=False, db_default=False)
    heard_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)  # when the run that is under way began
    failed_at = models.DateTimeField(null=True)  # it said so, and nothing better since
    # While we were down nobody could be heard: it is not overdue before `down_until`, its interval and its grace.
    down_from = models.DateTimeField(null=True)
    down_until = models.DateTimeField(null=True)
    check_at = models.DateTimeField(null=True)
    # The labels of the alert that it has open; None: it has none.
    alerted = models.JSONField(null=True)
    version = models.IntegerField(default=1, db_default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "name"], name="heartbeat_named_once"),
            models.CheckConstraint(condition=Q(interval__gt=0, grace__gte=0), name="heartbeat_times_sound"),
        ]
        indexes = [models.Index(F("check_at"), name="heartbeat_to_check", condition=~Q(check_at=None))]

    def __str__(self) -> str:
        return self.name


class Beat(models.Model):
    """What a heartbeat said, or that it was missed; the last hundred of each are kept."""

    heartbeat = models.ForeignKey(Heartbeat, on_delete=models.CASCADE, related_name="beats", db_index=False)
    at = models.DateTimeField()
    kind = models.CharField(max_length=10)
    exit_code = models.IntegerField(null=True)
    address = models.CharField(max_length=45, blank=True, default="")
    said = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in BeatKind]), name="beat_kind_known"),
        ]
        indexes = [models.Index(F("heartbeat"), F("id").desc(), name="beat_latest")]
