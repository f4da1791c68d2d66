"""Problems, from their proposal on, with its evidence."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from selaras.kernel.lifecycle_guard import append_only, guard


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("events", "0023_rule_proposes_problem"),
        ("records", "0002_search"),
        ("services", "0004_graph_stamp"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Problem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=200)),
                ("title", models.CharField(max_length=300)),
                ("state", models.CharField(default="proposed", max_length=12)),
                ("rule_name", models.CharField(blank=True, max_length=120)),
                ("incidents", models.IntegerField(default=0)),
                ("alerts", models.IntegerField(default=0)),
                ("opened_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("decided_by_name", models.CharField(blank=True, max_length=200)),
                ("decided_at", models.DateTimeField(null=True)),
                ("reason", models.TextField(blank=True)),
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
                    "item",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="services.configurationitem",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="services.service",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("about", models.CharField(max_length=300)),
                ("episode", models.IntegerField(null=True)),
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
                    "problem",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="problems.problem",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(
                models.F("state"), models.OrderBy(models.F("id"), descending=True), name="problem_by_state"
            ),
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(models.F("key"), models.OrderBy(models.F("id"), descending=True), name="problem_of_key"),
        ),
        migrations.AddConstraint(
            model_name="problem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "proposed")), fields=("key",), name="problem_proposed_once"
            ),
        ),
        migrations.AddIndex(
            model_name="evidence",
            index=models.Index(
                models.F("problem"), models.OrderBy(models.F("at"), descending=True), name="evidence_of_problem"
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.UniqueConstraint(
                fields=("problem", "record", "alert", "episode"), name="evidence_once", nulls_distinct=False
            ),
        ),
        guard(
            table="problems_problem",
            name="problem",
            states=("proposed", "detected", "dismissed"),
            pairs=(("proposed", "detected"), ("proposed", "dismissed")),
        ),
        append_only("problems_evidence"),
    ]
