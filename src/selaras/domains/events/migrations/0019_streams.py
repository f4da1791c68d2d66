"""Sources whose events we fetch: where from, and how that stands."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0018_recheck"),
    ]

    operations = [
        migrations.CreateModel(
            name="Stream",
            fields=[
                (
                    "source",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="stream",
                        serialize=False,
                        to="events.source",
                    ),
                ),
                ("address", models.CharField(max_length=300)),
                ("user", models.CharField(max_length=100)),
                ("password", models.BinaryField()),
                ("queue", models.CharField(max_length=100)),
                ("authority", models.TextField(blank=True, default="")),
                ("fingerprint", models.CharField(blank=True, default="", max_length=64)),
                ("version", models.IntegerField(default=1)),
                ("connected_at", models.DateTimeField(null=True)),
                ("heard_at", models.DateTimeField(null=True)),
                ("tried_at", models.DateTimeField(null=True)),
                ("trouble", models.JSONField(null=True)),
            ],
        ),
    ]
