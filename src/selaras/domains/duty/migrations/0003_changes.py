"""Who changed what of a rota or an escalation policy."""

import django.core.serializers.json
import django.db.models.deletion
from django.db import migrations, models

from selaras.kernel.lifecycle_guard import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("duty", "0002_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("actor_id", models.BigIntegerField(null=True)),
                ("actor_name", models.CharField(max_length=200)),
                ("verb", models.CharField(max_length=40)),
                ("data", models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                (
                    "policy",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="duty.policy",
                    ),
                ),
                (
                    "rota",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="duty.rota",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("policy", None), ("rota__isnull", False)),
                            models.Q(("policy__isnull", False), ("rota", None)),
                            _connector="OR",
                        ),
                        name="duty_change_of_one",
                    ),
                    models.UniqueConstraint(fields=("rota", "version"), name="rota_change_once"),
                    models.UniqueConstraint(fields=("policy", "version"), name="policy_change_once"),
                ],
            },
        ),
        append_only("duty_change"),
    ]
