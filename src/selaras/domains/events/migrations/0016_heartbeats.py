"""Heartbeats: what is to be heard again and again, and what each said last."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0015_windows"),
    ]

    operations = [
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120)),
                ("key_hash", models.BinaryField(max_length=32, null=True, unique=True)),
                ("watches", models.CharField(blank=True, db_default="", default="", max_length=200)),
                ("interval", models.IntegerField()),
                ("grace", models.IntegerField()),
                ("severity", models.CharField(max_length=20)),
                ("item", models.CharField(blank=True, db_default="", default="", max_length=200)),
                ("paused", models.BooleanField(db_default=False, default=False)),
                ("heard_at", models.DateTimeField(null=True)),
                ("started_at", models.DateTimeField(null=True)),
                ("failed_at", models.DateTimeField(null=True)),
                ("down_from", models.DateTimeField(null=True)),
                ("down_until", models.DateTimeField(null=True)),
                ("check_at", models.DateTimeField(null=True)),
                ("alerted", models.JSONField(null=True)),
                ("version", models.IntegerField(db_default=1, default=1)),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="events.source"
                    ),
                ),
                (
                    "watched_alert",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="events.alert"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Beat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("kind", models.CharField(max_length=10)),
                ("exit_code", models.IntegerField(null=True)),
                ("address", models.CharField(blank=True, default="", max_length=45)),
                ("said", models.TextField(blank=True, default="")),
                (
                    "heartbeat",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="beats",
                        to="events.heartbeat",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="heartbeat",
            index=models.Index(
                models.F("check_at"), condition=models.Q(("check_at", None), _negated=True), name="heartbeat_to_check"
            ),
        ),
        migrations.AddConstraint(
            model_name="heartbeat",
            constraint=models.UniqueConstraint(fields=("source", "name"), name="heartbeat_named_once"),
        ),
        migrations.AddConstraint(
            model_name="heartbeat",
            constraint=models.CheckConstraint(
                condition=models.Q(("grace__gte", 0), ("interval__gt", 0)), name="heartbeat_times_sound"
            ),
        ),
        migrations.AddIndex(
            model_name="beat",
            index=models.Index(
                models.F("heartbeat"), models.OrderBy(models.F("id"), descending=True), name="beat_latest"
            ),
        ),
        migrations.AddConstraint(
            model_name="beat",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["ok", "start", "fail", "missed"])), name="beat_kind_known"
            ),
        ),
    ]
