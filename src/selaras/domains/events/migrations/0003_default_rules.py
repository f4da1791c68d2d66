"""The rules a house begins with: class by the severity that senders commonly give."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def _severity(pattern: str) -> list[dict[str, str]]:
    return [{"label": "severity", "op": "=~", "value": pattern}]


# order, name, conditions, class, opens an incident, urgency
RULES: tuple[tuple[int, str, list[dict[str, str]], str, bool, int | None], ...] = (
    (
        100,
        "Watchdog",
        [{"label": "alertname", "op": "=~", "value": "Watchdog|DeadMansSwitch"}],
        "informational",
        False,
        None,
    ),
    (200, "Severity: critical", _severity("(?i)critical|crit|page|emergency|fatal|disaster|p1"), "exception", True, 1),
    (300, "Severity: error", _severity("(?i)error|err|major|high|p2"), "exception", True, 2),
    (400, "Severity: warning", _severity("(?i)warning|warn|minor|average|p3"), "warning", False, None),
    (
        500,
        "Severity: information",
        _severity("(?i)info|informational|information|none|notice|debug|ok|normal|p4|p5"),
        "informational",
        False,
        None,
    ),
)


def make(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    rule: Any = apps.get_model("events", "Rule")
    for order, name, conditions, alert_class, opens, urgency in RULES:
        rule.objects.create(
            order=order,
            name=name,
            conditions=conditions,
            alert_class=alert_class,
            opens_incident=opens,
            urgency=urgency,
        )


class Migration(migrations.Migration):
    dependencies = [("events", "0002_log_and_guards")]

    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
