from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0009_rule_pages")]

    operations = [
        migrations.AddField("alert", "told", models.BigIntegerField(db_default=0)),
    ]
