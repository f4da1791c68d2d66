"""Tables in which rules look up labels, and who changed what of them."""

import django.core.serializers.json
import django.db.models.deletion
from django.db import migrations, models

from selaras.kernel.lifecycle_guard import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0028_retention"),
    ]

    operations = [
        migrations.CreateModel(
            name="Table",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.SlugField(max_length=80, unique=True)),
                ("keys", models.JSONField()),
                ("columns", models.JSONField()),
                ("content", models.TextField()),
                ("rows", models.IntegerField()),
                ("version", models.IntegerField(default=0)),
            ],
        ),
        migrations.AddField(
            model_name="rule",
            name="look_by",
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AddField(
            model_name="rule",
            name="looks_up",
            field=models.CharField(blank=True, db_default="", max_length=80),
        ),
        migrations.CreateModel(
            name="TableChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("actor_id", models.BigIntegerField(null=True)),
                ("actor_name", models.CharField(max_length=200)),
                ("verb", models.CharField(max_length=40)),
                ("data", models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                (
                    "table",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="events.table",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("table", "version"), name="table_change_once")],
            },
        ),
        append_only("events_tablechange"),
    ]
