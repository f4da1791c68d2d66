import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0037_no_insert_vacuum"),
        ("records", "0002_search"),
        ("services", "0004_graph_stamp"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Precedent",
            fields=[
                (
                    "record",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="records.record",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="services.configurationitem",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="services.service",
                    ),
                ),
                ("told", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [django.contrib.postgres.indexes.GinIndex(fields=["told"], name="precedent_told")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("item", None), ("service", None), _connector="XOR"),
                        name="precedent_of_one_thing",
                    )
                ],
            },
        ),
    ]
