"""Checks that Selaras makes by itself, and what each gave last."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0016_heartbeats"),
    ]

    operations = [
        migrations.CreateModel(
            name="Check",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120)),
                ("kind", models.CharField(max_length=10)),
                ("target", models.CharField(max_length=500)),
                ("expects", models.JSONField(default=dict)),
                ("interval", models.IntegerField()),
                ("timeout", models.IntegerField()),
                ("retries", models.IntegerField()),
                ("severity", models.CharField(max_length=20)),
                ("item", models.CharField(blank=True, default="", max_length=200)),
                ("enabled", models.BooleanField(default=True)),
                ("next_at", models.DateTimeField()),
                ("failures", models.IntegerField(default=0)),
                ("ok", models.BooleanField(null=True)),
                ("last_at", models.DateTimeField(null=True)),
                ("milliseconds", models.IntegerField(null=True)),
                ("words", models.TextField(blank=True, default="")),
                ("alerted", models.JSONField(null=True)),
                ("version", models.IntegerField(default=1)),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="events.source"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CheckResult",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("ok", models.BooleanField(null=True)),
                ("milliseconds", models.IntegerField()),
                ("words", models.TextField()),
                (
                    "check_of",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="results",
                        to="events.check",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="check",
            index=models.Index(models.F("next_at"), condition=models.Q(("enabled", True)), name="check_due"),
        ),
        migrations.AddConstraint(
            model_name="check",
            constraint=models.UniqueConstraint(fields=("source", "name"), name="check_named_once"),
        ),
        migrations.AddConstraint(
            model_name="check",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["http", "tcp", "tls", "dns", "ping"])), name="check_kind_known"
            ),
        ),
        migrations.AddIndex(
            model_name="checkresult",
            index=models.Index(
                models.F("check_of"), models.OrderBy(models.F("id"), descending=True), name="check_result_latest"
            ),
        ),
    ]
