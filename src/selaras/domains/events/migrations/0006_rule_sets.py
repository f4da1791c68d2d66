"""Every version of the rule set is kept, and a rule knows whether it has decided anything."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.utils import timezone

from selaras.kernel.lifecycle_guard import append_only

USED = "UPDATE events_rule SET used = true WHERE id IN (SELECT rule_id FROM events_assessment);"
_FIELDS = (
    "id",
    "order",
    "name",
    "conditions",
    "alert_class",
    "opens_incident",
    "impact",
    "urgency",
    "team_id",
    "enabled",
    "used",
)


def first_version(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """The rules as they are."""
    rule: Any = apps.get_model("events", "Rule")
    rule_set: Any = apps.get_model("events", "RuleSet")
    rule_set.objects.create(
        number=1,
        at=timezone.now(),
        by_name="Selaras",
        note={"text": "The rules a house begins with", "params": {}},
        rules=list(rule.objects.order_by("order", "id").values(*_FIELDS)),
    )


class Migration(migrations.Migration):
    dependencies = [("events", "0005_silences"), ("people", "0002_team_lead")]

    operations = [
        migrations.AddField(
            model_name="rule",
            name="used",
            field=models.BooleanField(db_default=False),
        ),
        migrations.CreateModel(
            name="RuleSet",
            fields=[
                ("number", models.IntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("by_name", models.TextField()),
                ("note", models.JSONField()),
                ("rules", models.JSONField()),
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
        migrations.RunSQL(USED, migrations.RunSQL.noop),
        migrations.RunPython(first_version, migrations.RunPython.noop),
        append_only("events_ruleset"),
    ]
