"""Silences, what they hold back, and the trace of what was decided about an alert."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from selaras.kernel.lifecycle_guard import append_only, guard

KEPT = """
CREATE FUNCTION events_silence_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a silence expires, it is never deleted' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER events_silence_kept BEFORE DELETE ON events_silence
    FOR EACH ROW EXECUTE FUNCTION events_silence_kept();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0004_source_heard"),
        ("people", "0002_team_lead"),
        ("records", "0002_search"),
        ("services", "0002_guards_and_graph"),
    ]

    operations = [
        migrations.CreateModel(
            name="Trace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("sentence", models.JSONField()),
            ],
        ),
        migrations.AddField(
            model_name="assessment",
            name="held",
            field=models.BooleanField(db_default=False),
        ),
        migrations.CreateModel(
            name="Silence",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("matchers", models.JSONField()),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                ("created_by", models.TextField()),
                ("comment", models.TextField()),
                ("state", models.CharField(db_default="pending", max_length=10)),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="assessment",
            name="silence",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="events.silence",
            ),
        ),
        migrations.AddIndex(
            model_name="assessment",
            index=models.Index(
                models.F("silence"),
                models.OrderBy(models.F("changed_at"), descending=True),
                models.OrderBy(models.F("alert"), descending=True),
                condition=models.Q(("silence", None), _negated=True),
                name="assessment_silenced",
            ),
        ),
        migrations.AddField(
            model_name="trace",
            name="alert",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="trace",
                to="events.alert",
            ),
        ),
        migrations.AddField(
            model_name="trace",
            name="silence",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="events.silence",
            ),
        ),
        migrations.AddIndex(
            model_name="silence",
            index=models.Index(
                models.OrderBy(models.F("ends_at"), descending=True), models.F("id"), name="silence_latest"
            ),
        ),
        migrations.AddIndex(
            model_name="silence",
            index=models.Index(
                models.F("starts_at"), condition=models.Q(("state", "expired"), _negated=True), name="silence_not_over"
            ),
        ),
        migrations.AddConstraint(
            model_name="silence",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gte", models.F("starts_at"))), name="silence_ends_last"
            ),
        ),
        migrations.AddIndex(
            model_name="trace",
            index=models.Index(
                models.F("alert"), models.OrderBy(models.F("id"), descending=True), name="trace_of_alert"
            ),
        ),
        guard(
            table="events_silence",
            name="silence",
            states=("pending", "active", "expired"),
            pairs=(("active", "expired"), ("pending", "active"), ("pending", "expired")),
        ),
        append_only("events_trace"),
        migrations.RunSQL(
            KEPT, "DROP TRIGGER events_silence_kept ON events_silence; DROP FUNCTION events_silence_kept();"
        ),
    ]
