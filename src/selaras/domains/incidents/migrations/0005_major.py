import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from selaras.kernel.lifecycle_guard import guard


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0004_escalation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MajorIncident",
            fields=[
                (
                    "incident",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="as_major",
                        serialize=False,
                        to="incidents.incident",
                    ),
                ),
                ("state", models.CharField(max_length=12)),
                ("headline", models.CharField(max_length=300)),
                ("why", models.TextField()),
                ("declared_at", models.DateTimeField()),
                ("next_update_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("review_due_at", models.DateTimeField(null=True)),
                ("happened", models.TextField(blank=True, default="")),
                ("well", models.TextField(blank=True, default="")),
                ("improve", models.TextField(blank=True, default="")),
                ("participants", models.TextField(blank=True, default="")),
                ("signed_at", models.DateTimeField(null=True)),
                ("version", models.IntegerField(default=0)),
                (
                    "communications",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "manager",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "technical_lead",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Improvement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=1000)),
                ("due", models.DateField()),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "major",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="improvements",
                        to="incidents.majorincident",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="majorincident",
            index=models.Index(
                models.F("declared_at"),
                condition=models.Q(("state__in", ["declared", "review_owed"])),
                name="major_open",
            ),
        ),
        migrations.AddIndex(
            model_name="majorincident",
            index=models.Index(
                models.F("ended_at"), condition=models.Q(("ended_at__isnull", False)), name="major_ended"
            ),
        ),
        migrations.AddIndex(
            model_name="improvement",
            index=models.Index(models.F("due"), condition=models.Q(("done_at", None)), name="improvement_open"),
        ),
        guard(
            table="incidents_majorincident",
            name="major_incident",
            states=["declared", "stood_down", "review_owed", "reviewed"],
            pairs=[
                ("declared", "review_owed"),
                ("declared", "stood_down"),
                ("review_owed", "declared"),
                ("review_owed", "reviewed"),
                ("reviewed", "declared"),
                ("stood_down", "declared"),
            ],
        ),
    ]
