import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import selaras.domains.incidents.contracts


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0002_imported"),
        ("people", "0002_team_lead"),
        ("services", "0002_guards_and_graph"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="IncidentModel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_id", models.CharField(max_length=200)),
                ("name_en", models.CharField(max_length=200)),
                ("words", models.CharField(blank=True, default="", max_length=500)),
                ("title", models.CharField(blank=True, default="", max_length=300)),
                ("impact", models.SmallIntegerField(default=2)),
                ("urgency", models.SmallIntegerField(default=2)),
                ("active", models.BooleanField(default=True)),
                ("version", models.IntegerField(default=0)),
                (
                    "service",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="services.service"
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.team"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="incident",
            name="model",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="incidents.incidentmodel"
            ),
        ),
        migrations.CreateModel(
            name="IncidentStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.SmallIntegerField()),
                ("text_id", models.CharField(max_length=500)),
                ("text_en", models.CharField(max_length=500)),
                ("required", models.BooleanField()),
                (
                    "outcome",
                    models.CharField(default=selaras.domains.incidents.contracts.StepOutcome["OPEN"], max_length=10),
                ),
                ("note", models.TextField(blank=True, default="")),
                ("at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="incidents.incident",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ModelStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.SmallIntegerField()),
                ("text_id", models.CharField(max_length=500)),
                ("text_en", models.CharField(max_length=500)),
                ("required", models.BooleanField(default=True)),
                (
                    "model",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="incidents.incidentmodel",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="incidentmodel",
            constraint=models.CheckConstraint(
                condition=models.Q(("impact__in", (1, 2, 3)), ("urgency__in", (1, 2, 3))), name="model_levels_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="incidentstep",
            constraint=models.UniqueConstraint(fields=("incident", "position"), name="incident_step_once"),
        ),
        migrations.AddConstraint(
            model_name="incidentstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["open", "done", "not_needed"])), name="step_outcome_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="incidentstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "not_needed"), _negated=True),
                    models.Q(("note", ""), _negated=True),
                    _connector="OR",
                ),
                name="step_not_needed_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="modelstep",
            constraint=models.UniqueConstraint(fields=("model", "position"), name="model_step_once"),
        ),
    ]
