"""Maintenance windows, and the alerts they hold back."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0003_changes"),
        ("events", "0014_rules_say_more"),
        ("records", "0002_search"),
        ("services", "0004_graph_stamp"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Window",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, unique=True)),
                ("kind", models.CharField(max_length=10)),
                ("starts", models.CharField(blank=True, max_length=16)),
                ("minutes", models.IntegerField(default=60)),
                ("rrule", models.CharField(blank=True, max_length=300)),
                ("matchers", models.JSONField(default=list)),
                ("dependents", models.BooleanField(default=True)),
                ("enabled", models.BooleanField(default=True)),
                ("made_by", models.TextField()),
                ("version", models.IntegerField(default=1)),
                (
                    "calendar",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agreements.calendar"
                    ),
                ),
                ("items", models.ManyToManyField(related_name="+", to="services.configurationitem")),
                ("services", models.ManyToManyField(related_name="+", to="services.service")),
            ],
        ),
        migrations.AddField(
            model_name="assessment",
            name="window",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="events.window",
            ),
        ),
        migrations.AddField(
            model_name="trace",
            name="window",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="events.window",
            ),
        ),
        migrations.AddIndex(
            model_name="assessment",
            index=models.Index(
                models.F("window"), condition=models.Q(("window", None), _negated=True), name="assessment_in_window"
            ),
        ),
        migrations.AddConstraint(
            model_name="window",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["recurring", "within", "outside"])), name="window_kind_known"
            ),
        ),
    ]
