"""Sources that do not speak HTTP: users of SNMP version 3, and reasons of their own for what is turned away."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0010_alert_told"),
    ]

    operations = [
        migrations.CreateModel(
            name="SnmpUser",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=32, unique=True)),
                ("authentication", models.CharField(max_length=10)),
                ("authentication_key", models.BinaryField()),
                ("privacy", models.CharField(blank=True, max_length=10)),
                ("privacy_key", models.BinaryField(blank=True)),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="snmp_users", to="events.source"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="snmpuser",
            constraint=models.CheckConstraint(
                condition=Q(("authentication__in", ["SHA", "SHA-224", "SHA-256", "SHA-384", "SHA-512", "MD5"])),
                name="snmp_authentication_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="snmpuser",
            constraint=models.CheckConstraint(
                condition=Q(("privacy__in", ["", "AES", "DES"])), name="snmp_privacy_known"
            ),
        ),
        migrations.RemoveConstraint(model_name="refused", name="refused_reason_known"),
        migrations.AddConstraint(
            model_name="refused",
            constraint=models.CheckConstraint(
                condition=Q(("reason__in", ["no_credentials", "unknown_credentials", "unreadable", "overloaded"])),
                name="refused_reason_known",
            ),
        ),
    ]
