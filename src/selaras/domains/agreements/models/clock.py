from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from selaras.domains.agreements.contracts import Metric
from selaras.domains.agreements.segments import PAUSED, RAN

_RANGE: Any = DateTimeRangeField()


class Clock(models.Model):
    """One promise being kept or broken: the time of one metric of one record, told by its segments.

    `due_at` and `notice_at` are caches that `rebuild_due` derives from the segments, so that what is due is
    found by an index range; nothing reads them as truth. Without a target (no agreement covers the record any
    more) the segments go on and nothing is due.
    """

    record = models.ForeignKey("records.Record", on_delete=models.PROTECT, related_name="clocks", db_index=False)
    # The customer to whom it is promised: a cause in a shared service runs a clock for each customer it hits.
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False)
    target = models.ForeignKey("agreements.Target", null=True, on_delete=models.PROTECT, related_name="clocks")
    metric = models.CharField(max_length=10)
    round = models.SmallIntegerField(default=1)  # the n-th of its metric: each promised update has its own
    started_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    notice_at = models.DateTimeField(null=True)  # when the next warning or breach is to be announced

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "organisation", "metric", "round"], name="clock_once"),
            models.CheckConstraint(condition=Q(metric__in=[m.value for m in Metric]), name="clock_metric_known"),
            models.CheckConstraint(
                condition=Q(stopped_at=None) | Q(stopped_at__gte=F("started_at")),
                name="clock_stops_after_start",
            ),
        ]
        indexes = [
            models.Index(F("due_at"), name="clock_due", condition=Q(stopped_at=None, due_at__isnull=False)),
            models.Index(F("organisation"), F("started_at"), name="clock_of_customer"),
            models.Index(F("notice_at"), name="clock_notice", condition=Q(notice_at__isnull=False)),
        ]


class ClockSegment(models.Model):
    """From `began_at` until `ended_at` (None: still) the clock ran or was paused. The database refuses an
    overlap.
    """

    clock = models.ForeignKey("agreements.Clock", on_delete=models.CASCADE, related_name="segments", db_index=False)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    kind = models.CharField(max_length=6)
    reason = models.JSONField(default=dict)  # a Sentence, worded at the edge; empty: none

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="segments_never_overlap",
                expressions=[
                    (F("clock"), RangeOperators.EQUAL),
                    (
                        Func(F("began_at"), F("ended_at"), function="TSTZRANGE", output_field=_RANGE),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
            models.UniqueConstraint(fields=["clock"], condition=Q(ended_at=None), name="segment_open_once"),
            models.CheckConstraint(condition=Q(kind__in=[RAN, PAUSED]), name="segment_kind_known"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gt=F("began_at")), name="segment_ends_after_start"
            ),
        ]
        indexes = [models.Index(F("clock"), F("began_at"), name="segment_of_clock")]


class ClockNotice(models.Model):
    """A warning or breach that has been announced: once for each clock and target, whoever asks again."""

    clock = models.ForeignKey("agreements.Clock", on_delete=models.CASCADE, related_name="notices", db_index=False)
    target = models.ForeignKey("agreements.Target", on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=8)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clock", "target", "kind"], name="notice_once"),
            models.CheckConstraint(condition=Q(kind__in=["warned", "breached"]), name="notice_kind_known"),
        ]
