"""Runbooks, their runs, and what the database itself holds to."""

import django.core.serializers.json
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from selaras.kernel.lifecycle_guard import append_only, guard


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("duty", "0005_push"),
        ("events", "0017_checks"),
        ("people", "0003_keeping_people"),
        ("records", "0002_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Runbook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=80, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("purpose", models.TextField(blank=True)),
                ("hourly", models.SmallIntegerField(default=6)),
                ("patience", models.IntegerField(default=30)),
                ("enabled", models.BooleanField(default=True)),
                ("version", models.IntegerField(default=1)),
                ("edited_by_name", models.CharField(max_length=200)),
                ("edited_at", models.DateTimeField()),
                (
                    "edited_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="duty.policy",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.team"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.IntegerField()),
                ("state", models.CharField(default="running", max_length=10)),
                ("about", models.CharField(blank=True, max_length=300)),
                ("labels", models.JSONField(default=dict)),
                ("episode", models.IntegerField(null=True)),
                ("rule_name", models.CharField(blank=True, max_length=120)),
                ("started_by_name", models.CharField(max_length=200)),
                ("started_at", models.DateTimeField()),
                ("next_at", models.DateTimeField(null=True)),
                ("decide_by", models.DateTimeField(null=True)),
                ("approved", models.BooleanField(default=False)),
                ("decided_by_name", models.CharField(blank=True, max_length=200)),
                ("reason", models.TextField(blank=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "alert",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="events.alert",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.record",
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "runbook",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="operations.runbook",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("actor_id", models.BigIntegerField(null=True)),
                ("actor_name", models.CharField(max_length=200)),
                ("verb", models.CharField(max_length=40)),
                ("data", models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                (
                    "runbook",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="operations.runbook",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RunEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("verb", models.CharField(max_length=20)),
                ("actor_name", models.CharField(max_length=200)),
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
                    "run",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="operations.run",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RunStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.SmallIntegerField()),
                ("kind", models.CharField(max_length=10)),
                ("title", models.CharField(max_length=200)),
                ("text", models.TextField(blank=True)),
                ("changes", models.BooleanField()),
                ("method", models.CharField(blank=True, max_length=8)),
                ("url", models.TextField(blank=True)),
                ("header_names", models.JSONField(default=list)),
                ("sealed", models.BinaryField(default=b"")),
                ("body", models.TextField(blank=True)),
                ("expects_from", models.SmallIntegerField(default=200)),
                ("expects_to", models.SmallIntegerField(default=299)),
                ("seconds", models.SmallIntegerField(default=15)),
                ("retries", models.SmallIntegerField(default=0)),
                ("state", models.CharField(default="pending", max_length=10)),
                ("attempts", models.SmallIntegerField(default=0)),
                ("began_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("status", models.SmallIntegerField(null=True)),
                ("answer", models.TextField(blank=True)),
                ("why", models.JSONField(default=dict)),
                ("actor_name", models.CharField(blank=True, max_length=200)),
                ("note", models.TextField(blank=True)),
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
                    "run",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="operations.run",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.SmallIntegerField()),
                ("kind", models.CharField(max_length=10)),
                ("title", models.CharField(max_length=200)),
                ("text", models.TextField(blank=True)),
                ("changes", models.BooleanField()),
                ("method", models.CharField(blank=True, max_length=8)),
                ("url", models.TextField(blank=True)),
                ("header_names", models.JSONField(default=list)),
                ("sealed", models.BinaryField(default=b"")),
                ("body", models.TextField(blank=True)),
                ("expects_from", models.SmallIntegerField(default=200)),
                ("expects_to", models.SmallIntegerField(default=299)),
                ("seconds", models.SmallIntegerField(default=15)),
                ("retries", models.SmallIntegerField(default=0)),
                (
                    "runbook",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="operations.runbook",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="runbook",
            constraint=models.CheckConstraint(condition=models.Q(("hourly__range", (1, 1000))), name="runbook_hourly"),
        ),
        migrations.AddConstraint(
            model_name="runbook",
            constraint=models.CheckConstraint(
                condition=models.Q(("patience__range", (1, 1440))), name="runbook_patience"
            ),
        ),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(
                models.F("next_at"),
                condition=models.Q(("state", "running"), models.Q(("next_at", None), _negated=True)),
                name="run_due",
            ),
        ),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(models.F("decide_by"), condition=models.Q(("state", "waiting")), name="run_undecided"),
        ),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(models.F("state"), models.OrderBy(models.F("id"), descending=True), name="run_by_state"),
        ),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(
                models.F("runbook"), models.OrderBy(models.F("id"), descending=True), name="run_of_runbook"
            ),
        ),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(
                models.F("alert"),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("alert", None), _negated=True),
                name="run_of_alert",
            ),
        ),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(
                models.F("record"),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("record", None), _negated=True),
                name="run_of_record",
            ),
        ),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.UniqueConstraint(
                condition=models.Q(("rule_name", ""), _negated=True),
                fields=("runbook", "alert", "episode"),
                name="run_once_an_episode",
            ),
        ),
        migrations.AddConstraint(
            model_name="change",
            constraint=models.UniqueConstraint(fields=("runbook", "version"), name="runbook_change_once"),
        ),
        migrations.AddIndex(
            model_name="runentry",
            index=models.Index(models.F("run"), models.F("id"), name="run_entry_of_run"),
        ),
        migrations.AddIndex(
            model_name="runstep",
            index=models.Index(models.F("began_at"), condition=models.Q(("state", "doing")), name="run_step_in_hand"),
        ),
        migrations.AddConstraint(
            model_name="runstep",
            constraint=models.UniqueConstraint(fields=("run", "position"), name="run_step_once"),
        ),
        migrations.AddConstraint(
            model_name="runstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["person", "call"])), name="run_step_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.UniqueConstraint(fields=("runbook", "position"), name="runbook_step_once"),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["person", "call"])), name="runbook_step_kind"
            ),
        ),
        guard(
            table="operations_run",
            name="run",
            states=("running", "waiting", "done", "failed", "refused", "expired", "cancelled"),
            pairs=(
                ("running", "cancelled"),
                ("running", "done"),
                ("running", "failed"),
                ("running", "waiting"),
                ("waiting", "cancelled"),
                ("waiting", "expired"),
                ("waiting", "refused"),
                ("waiting", "running"),
            ),
        ),
        guard(
            table="operations_runstep",
            name="run_step",
            states=("pending", "doing", "done", "failed", "doubtful", "skipped"),
            pairs=(
                ("doing", "done"),
                ("doing", "doubtful"),
                ("doing", "failed"),
                ("doing", "pending"),
                ("pending", "doing"),
                ("pending", "done"),
                ("pending", "failed"),
                ("pending", "skipped"),
            ),
        ),
        append_only("operations_runentry"),
        append_only("operations_change"),
    ]
