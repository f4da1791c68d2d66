"""How many alerts a source may open in ten minutes, and how many it opened."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0024_stands_alone"),
    ]

    operations = [
        migrations.AddField(
            model_name="source",
            name="may_open",
            field=models.IntegerField(db_default=1000000, default=1000000),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.CheckConstraint(condition=models.Q(("may_open__gte", 1)), name="source_may_open_some"),
        ),
        migrations.CreateModel(
            name="Opened",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("begins", models.DateTimeField()),
                ("opened", models.BigIntegerField()),
                ("folded", models.BigIntegerField()),
                ("since", models.DateTimeField(null=True)),
                ("latest", models.DateTimeField(null=True)),
                ("examples", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="events.source",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("source", "begins"), name="opened_once")],
            },
        ),
    ]
