from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from selaras.domains.events.contracts import FIRING, AlertClass


def _newest(name: str, condition: Q, *first: str) -> models.Index:
    """An index that gives those of a condition in the order of the list."""
    order = (*first, "-changed_at", "-alert")
    return models.Index(fields=order, name=name, condition=condition)


class Cause(models.Model):
    """What alerts of one origin have in common while its incident is open: one key, one incident.

    `key` is `item:7`, `service:3`, or of the alert itself (rules.cause_key).
    """

    key = models.CharField(max_length=200)
    record = models.ForeignKey("records.Record", on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=Q(closed_at=None), name="cause_open_once"),
        ]


class Assessment(models.Model):
    """What we made of an alert: its class and why, the item and service it is about, the incident it belongs to.

    Only the assessor writes it, one at a time, apart from what people say of it; `state` and `changed_at` are those of
    the last change it has read, so that lists by class need this table alone.
    """

    alert = models.OneToOneField("events.Alert", on_delete=models.CASCADE, primary_key=True, related_name="assessment")
    # The labels as sent, again: their index here costs the assessor what it would cost senders on the alert.
    labels = models.JSONField(default=dict, db_default={})
    alert_class = models.CharField(max_length=15)
    reason = models.JSONField()
    rule = models.ForeignKey("events.Rule", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    item = models.ForeignKey(
        "services.ConfigurationItem", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    service = models.ForeignKey(
        "services.Service", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    cause = models.ForeignKey("events.Cause", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    record = models.ForeignKey("records.Record", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    # What silences it while it fires, and whether what would have followed waits for the end of that.
    silence = models.ForeignKey("events.Silence", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    held = models.BooleanField(db_default=False)
    # Labels that rules and tables added to those it was sent.
    added = models.JSONField(default=dict, db_default={})
    # The keys under which it holds others back while it fires (inhibiting.py), and the alert that holds it back.
    holds_back = ArrayField(models.CharField(max_length=60), default=list, db_default=[])
    inhibitor = models.ForeignKey(
        "events.Alert", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    window = models.ForeignKey("events.Window", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    # Until when it counts as flapping, if it begins to fire no more often.
    flaps_until = models.DateTimeField(null=True)
    # With which others people are told of it, and whether it waits for that now.
    group = models.ForeignKey("events.Group", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    waits = models.BooleanField(db_default=False)
    # By which people are called for it, whether they are or not: its receiver, for Alertmanager's clients.
    policy = models.ForeignKey("duty.Policy", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    # Written by people (actions/handle_alert.py), never by the assessor. An acknowledgement is of one episode.
    acknowledged_by = models.ForeignKey(
        "people.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_episode = models.IntegerField(null=True)
    shelved_until = models.DateTimeField(null=True)
    assigned_to = models.ForeignKey(
        "people.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    assigned_team = models.ForeignKey(
        "people.Team", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # That of the alert, so that a list of one source needs this table alone.
    source = models.ForeignKey(
        "events.Source", null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    state = models.CharField(max_length=10)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(alert_class__in=[c.value for c in AlertClass]), name="assessment_class_known"
            ),
        ]
        indexes = [
            models.Index(F("changed_at").desc(), F("alert").desc(), name="assessment_newest"),
            models.Index(
                F("state"), F("alert_class"), F("changed_at").desc(), F("alert").desc(), name="assessment_of_class"
            ),
            models.Index(F("item"), F("changed_at").desc(), name="assessment_of_item", condition=~Q(item=None)),
            models.Index(F("record"), F("changed_at").desc(), name="assessment_of_record", condition=~Q(record=None)),
            models.Index(
                F("silence"),
                F("changed_at").desc(),
                F("alert").desc(),
                name="assessment_silenced",
                condition=~Q(silence=None),
            ),
            models.Index(F("cause"), F("state"), name="assessment_of_cause", condition=~Q(cause=None)),
            _newest("assessment_firing", Q(state=FIRING)),
            # Asked through the function `events_with_labels` (migration 0012).
            GinIndex(
                fields=["labels"], opclasses=["jsonb_path_ops"], name="assessment_labels", condition=Q(state=FIRING)
            ),
            _newest("assessment_of_source", ~Q(source=None), "source"),
            _newest("assessment_of_rule", ~Q(rule=None), "rule"),
            _newest("assessment_of_service", ~Q(service=None), "service"),
            _newest("assessment_acknowledged", ~Q(acknowledged_episode=None)),
            _newest("assessment_shelved", ~Q(shelved_until=None)),
            _newest("assessment_of_person", ~Q(assigned_to=None), "assigned_to"),
            _newest("assessment_of_team", ~Q(assigned_team=None), "assigned_team"),
            GinIndex(F("holds_back"), name="assessment_holds_back", condition=Q(state=FIRING) & ~Q(holds_back=[])),
            models.Index(F("inhibitor"), name="assessment_inhibited", condition=~Q(inhibitor=None)),
            models.Index(F("window"), name="assessment_in_window", condition=~Q(window=None)),
            models.Index(F("group"), F("alert"), name="assessment_of_group", condition=~Q(group=None)),
            models.Index(
                F("policy"),
                F("group"),
                F("alert"),
                name="assessment_receivers",
                condition=Q(state=FIRING) & (~Q(policy=None) | ~Q(group=None)),
            ),
            models.Index(F("flaps_until"), name="assessment_flapping", condition=~Q(flaps_until=None)),
        ]
