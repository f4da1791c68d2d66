import django.db.models.deletion
from django.db import migrations, models

from selaras.kernel.lifecycle_guard import append_only


def reference(to: str) -> "models.ForeignKey[models.Model | None]":
    return models.ForeignKey(
        db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=to
    )


class Migration(migrations.Migration):
    dependencies = [("people", "0002_team_lead")]

    operations = [
        migrations.AddField(model_name="person", name="sign_outs", field=models.IntegerField(default=0)),
        migrations.AddIndex(model_name="person", index=models.Index(fields=["name", "id"], name="person_by_name")),
        migrations.CreateModel(
            name="Change",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("at", models.DateTimeField()),
                ("actor", reference("people.person")),
                ("actor_name", models.CharField(max_length=200)),
                ("verb", models.CharField(max_length=30)),
                ("person", reference("people.person")),
                ("team", reference("people.team")),
                ("organisation", reference("people.organisation")),
                ("data", models.JSONField(default=dict)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("person__isnull", False),
                            ("team__isnull", False),
                            ("organisation__isnull", False),
                            _connector="OR",
                        ),
                        name="change_of_something",
                    )
                ],
                "indexes": [
                    models.Index(models.F("person"), models.F("id"), name="change_of_person"),
                    models.Index(models.F("team"), models.F("id"), name="change_of_team"),
                    models.Index(models.F("organisation"), models.F("id"), name="change_of_organisation"),
                ],
            },
        ),
        append_only("people_change"),
    ]
