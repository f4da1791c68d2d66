"""The shift log, and handovers that nobody changes once they are signed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from selaras.kernel.lifecycle_guard import append_only, guard

SIGNED = """
CREATE OR REPLACE FUNCTION duty_handover_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.handed_at IS NULL AND TG_OP = 'UPDATE' THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.taken_at IS NULL
        AND to_jsonb(NEW) - '{state,taken_by_id,taken_at,remark,version}'::text[]
          = to_jsonb(OLD) - '{state,taken_by_id,taken_at,remark,version}'::text[] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a signed handover stays as it is' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER duty_handover_signed BEFORE UPDATE OR DELETE ON duty_handover
    FOR EACH ROW EXECUTE FUNCTION duty_handover_signed();
"""
UNSIGNED = """
DROP TRIGGER IF EXISTS duty_handover_signed ON duty_handover;
DROP FUNCTION IF EXISTS duty_handover_signed();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("duty", "0003_changes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Handover",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_at", models.DateTimeField()),
                ("state", models.CharField(default="drafted", max_length=12)),
                ("facts", models.JSONField(default=list)),
                ("facts_at", models.DateTimeField()),
                ("notes", models.TextField(blank=True)),
                ("remark", models.TextField(blank=True)),
                ("version", models.IntegerField(default=1)),
                ("handed_at", models.DateTimeField(null=True)),
                ("taken_at", models.DateTimeField(null=True)),
                (
                    "handed_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "incoming",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "outgoing",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "rota",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="duty.rota"
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("rota", "due_at"), name="handover_once")],
            },
        ),
        migrations.CreateModel(
            name="LogEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("verb", models.CharField(max_length=20)),
                ("actor_name", models.CharField(max_length=200)),
                ("body", models.TextField(blank=True)),
                ("data", models.JSONField(default=dict)),
                (
                    "actor",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "page",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="duty.page",
                    ),
                ),
                (
                    "rota",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="duty.rota"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("rota"),
                        models.OrderBy(models.F("at"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        name="log_of_rota",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("verb__in", ["shift", "late"])),
                        fields=("rota", "verb", "at"),
                        name="log_clock_once",
                    )
                ],
            },
        ),
        append_only("duty_logentry"),
        guard(
            table="duty_handover",
            name="handover",
            states=("drafted", "handed", "taken"),
            pairs=(("drafted", "handed"), ("handed", "taken")),
        ),
        migrations.RunSQL(SIGNED, UNSIGNED),
    ]
