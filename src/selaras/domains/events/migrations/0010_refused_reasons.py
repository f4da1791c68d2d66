"""What listeners turn away has reasons of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0009_rule_pages"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="refused", name="refused_reason_known"),
        migrations.AddConstraint(
            model_name="refused",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reason__in", ["no_credentials", "unknown_credentials", "unreadable", "overloaded"])
                ),
                name="refused_reason_known",
            ),
        ),
    ]
