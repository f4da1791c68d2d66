"""Alerts that people are told of together: what a rule says of it, the groups, and which alert is in which."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("duty", "0006_hold"),
        ("events", "0020_rule_runbook"),
        ("people", "0003_keeping_people"),
        ("records", "0002_search"),
        ("services", "0004_graph_stamp"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Group",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=32, unique=True)),
                ("labels", models.JSONField()),
                ("due_at", models.DateTimeField(null=True)),
                ("told_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="trace",
            name="trace_step_known",
        ),
        migrations.AddField(
            model_name="assessment",
            name="waits",
            field=models.BooleanField(db_default=False),
        ),
        migrations.AddField(
            model_name="rule",
            name="group_by",
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AddField(
            model_name="rule",
            name="group_interval",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="rule",
            name="group_wait",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="trace",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "step__in",
                        [
                            "enriched",
                            "classed",
                            "held",
                            "freed",
                            "waits",
                            "incident",
                            "told",
                            "not_told",
                            "over",
                            "response",
                            "said",
                        ],
                    )
                ),
                name="trace_step_known",
            ),
        ),
        migrations.AddField(
            model_name="group",
            name="cause",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="events.cause",
            ),
        ),
        migrations.AddField(
            model_name="group",
            name="rule",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="events.rule",
            ),
        ),
        migrations.AddField(
            model_name="assessment",
            name="group",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="events.group",
            ),
        ),
        migrations.AddIndex(
            model_name="assessment",
            index=models.Index(
                models.F("group"),
                models.F("alert"),
                condition=models.Q(("group", None), _negated=True),
                name="assessment_of_group",
            ),
        ),
        migrations.AddIndex(
            model_name="group",
            index=models.Index(
                models.F("due_at"), condition=models.Q(("due_at", None), _negated=True), name="group_due"
            ),
        ),
        migrations.AddIndex(
            model_name="group",
            index=models.Index(
                models.F("cause"), condition=models.Q(("cause", None), _negated=True), name="group_of_cause"
            ),
        ),
    ]
