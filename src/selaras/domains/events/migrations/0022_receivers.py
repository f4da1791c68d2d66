"""By which policy people are called for an alert: its receiver, for Alertmanager's clients."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

OF_WHAT_FIRES = """
UPDATE events_assessment s SET policy_id = r.policy_id FROM events_rule r
WHERE r.id = s.rule_id AND r.policy_id IS NOT NULL AND s.state = 'firing';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("duty", "0006_hold"),
        ("events", "0021_groups"),
        ("people", "0003_keeping_people"),
        ("records", "0002_search"),
        ("services", "0004_graph_stamp"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="assessment",
            name="policy",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="duty.policy",
            ),
        ),
        migrations.AddIndex(
            model_name="assessment",
            index=models.Index(
                models.F("policy"),
                models.F("group"),
                models.F("alert"),
                condition=models.Q(
                    ("state", "firing"),
                    models.Q(
                        models.Q(("policy", None), _negated=True),
                        models.Q(("group", None), _negated=True),
                        _connector="OR",
                    ),
                ),
                name="assessment_receivers",
            ),
        ),
        migrations.RunSQL(OF_WHAT_FIRES, migrations.RunSQL.noop),
    ]
