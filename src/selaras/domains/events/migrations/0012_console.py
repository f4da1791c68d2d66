"""What the console narrows by: who was given an alert, its source beside its class, labels by an index, and a trend.

`events_with_labels` gives the firing alerts with these labels by the index on labels, whatever the planner believes: its
guess for a containment is a constant, and a wrong one walks a million alerts to find one. The index is on the assessment,
so that no sender pays for it; the alerts whose change waits to be assessed, or could not be, are looked through.
"""

from typing import Any

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

_FILL = """
UPDATE events_assessment s SET source_id = a.source_id, labels = a.labels FROM events_alert a WHERE a.id = s.alert_id
"""
_FUNCTION = """
CREATE FUNCTION events_with_labels(asked jsonb, most int) RETURNS SETOF bigint
LANGUAGE sql STABLE SET enable_seqscan = off SET enable_indexscan = off AS
$$
SELECT alert_id FROM events_assessment WHERE state = 'firing' AND labels @> asked
UNION ALL
SELECT a.id FROM events_alert a JOIN (
    SELECT alert_id FROM events_change WHERE id > coalesce((SELECT change_id FROM events_cursor WHERE name = 'assess'), 0)
    UNION SELECT alert_id FROM events_setaside
) AS fresh ON fresh.alert_id = a.id
WHERE a.state = 'firing' AND a.labels @> asked
LIMIT most
$$
"""


def _person(to: str) -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey(
        db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=to
    )


def _newest(name: str, condition: Q, *first: str) -> migrations.AddIndex:
    order = (*first, "-changed_at", "-alert")
    return migrations.AddIndex("assessment", models.Index(fields=order, name=name, condition=condition))


class Migration(migrations.Migration):
    dependencies = [("events", "0011_listeners"), ("people", "0002_team_lead")]

    operations = [
        migrations.CreateModel(
            name="Trend",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("alert_class", models.CharField(max_length=15)),
                ("fired", models.BigIntegerField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("at", "alert_class"), name="trend_once")],
            },
        ),
        migrations.AddField("silence", "held_to", models.BigIntegerField(null=True)),
        migrations.AddField("assessment", "assigned_to", _person(settings.AUTH_USER_MODEL)),
        migrations.AddField("assessment", "assigned_team", _person("people.team")),
        migrations.AddField(
            "assessment",
            "source",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="events.source",
            ),
        ),
        migrations.AddField("assessment", "labels", models.JSONField(db_default={}, default=dict)),
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
        # The rows just written have constraints to be checked at the end; the indexes want them settled.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED", migrations.RunSQL.noop),
        _newest("assessment_firing", Q(state="firing")),
        _newest("assessment_of_source", ~Q(source=None), "source"),
        _newest("assessment_acknowledged", ~Q(acknowledged_episode=None)),
        _newest("assessment_shelved", ~Q(shelved_until=None)),
        _newest("assessment_of_person", ~Q(assigned_to=None), "assigned_to"),
        _newest("assessment_of_team", ~Q(assigned_team=None), "assigned_team"),
        migrations.AddIndex(
            "assessment",
            django.contrib.postgres.indexes.GinIndex(
                condition=Q(state="firing"), fields=["labels"], name="assessment_labels", opclasses=["jsonb_path_ops"]
            ),
        ),
        migrations.RunSQL(_FUNCTION, "DROP FUNCTION events_with_labels(jsonb, int)"),
    ]
