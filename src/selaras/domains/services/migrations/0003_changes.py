import django.core.serializers.json
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("services", "0002_guards_and_graph"),
    ]

    operations = [
        migrations.AddField(
            model_name="outcome",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="serviceuse",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
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
                    "item",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="services.configurationitem",
                    ),
                ),
                (
                    "outcome",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="services.outcome",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="services.service",
                    ),
                ),
                (
                    "use",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="services.serviceuse",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("item__isnull", True),
                                ("outcome__isnull", True),
                                ("service__isnull", False),
                                ("use__isnull", True),
                            ),
                            models.Q(
                                ("item__isnull", False),
                                ("outcome__isnull", True),
                                ("service__isnull", True),
                                ("use__isnull", True),
                            ),
                            models.Q(
                                ("item__isnull", True),
                                ("outcome__isnull", True),
                                ("service__isnull", True),
                                ("use__isnull", False),
                            ),
                            models.Q(
                                ("item__isnull", True),
                                ("outcome__isnull", False),
                                ("service__isnull", True),
                                ("use__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="change_of_one_thing",
                    )
                ],
            },
        ),
    ]
