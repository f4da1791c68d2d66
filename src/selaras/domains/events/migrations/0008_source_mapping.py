"""A source may say how its generic webhook is read."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0007_handling"),
    ]

    operations = [
        migrations.CreateModel(
            name="Mapping",
            fields=[
                (
                    "source",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="mapping",
                        serialize=False,
                        to="events.source",
                    ),
                ),
                ("paths", models.JSONField(default=dict)),
                ("sample", models.TextField(blank=True)),
                ("version", models.IntegerField(default=1)),
            ],
        ),
    ]
