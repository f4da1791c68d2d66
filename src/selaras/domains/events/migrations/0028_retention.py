"""How long events are kept, by class, in versions; and what is kept of each day."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from selaras.kernel.lifecycle_guard import append_only

_FIRST = """
INSERT INTO events_retention (number, at, by_name, informational, warning, exception)
VALUES (1, now(), 'Selaras', 30, 90, 400)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0027_trace_by_day"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Retention",
            fields=[
                ("number", models.IntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("by_name", models.TextField()),
                ("informational", models.SmallIntegerField()),
                ("warning", models.SmallIntegerField()),
                ("exception", models.SmallIntegerField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LogDay",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("kept", models.JSONField()),
                ("open_alerts", models.IntegerField(default=0)),
                ("next_look", models.DateField(db_index=True)),
            ],
        ),
        migrations.AddConstraint(
            model_name="retention",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("exception__range", (1, 3650)),
                    ("informational__range", (1, 3650)),
                    ("warning__range", (1, 3650)),
                ),
                name="retention_days_sound",
            ),
        ),
        migrations.RunSQL(_FIRST, migrations.RunSQL.noop),
        append_only("events_retention"),
    ]
