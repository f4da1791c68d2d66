"""A page that goes to no further step for now."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("duty", "0005_push")]

    operations = [
        migrations.RemoveIndex(model_name="page", name="page_due"),
        migrations.AddField(model_name="page", name="held_at", field=models.DateTimeField(null=True)),
        migrations.AddIndex(
            model_name="page",
            index=models.Index(
                fields=["due_at"],
                condition=models.Q(("held_at", None), ("state", "open")),
                name="page_due",
            ),
        ),
    ]
