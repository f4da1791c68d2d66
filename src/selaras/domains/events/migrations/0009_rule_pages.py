import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("duty", "0001_initial"), ("events", "0008_source_mapping")]

    operations = [
        migrations.AddField(
            model_name="rule",
            name="policy",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="duty.policy",
            ),
        ),
    ]
