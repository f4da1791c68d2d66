"""What the database itself holds to: the three lifecycles, and a page's timeline that nobody rewrites."""

from django.db import migrations

from selaras.kernel.lifecycle_guard import append_only, guard


class Migration(migrations.Migration):
    dependencies = [("duty", "0001_initial")]

    operations = [
        guard(
            table="duty_page",
            name="page",
            states=("open", "acknowledged", "resolved", "exhausted"),
            pairs=(
                ("acknowledged", "resolved"),
                ("exhausted", "resolved"),
                ("open", "acknowledged"),
                ("open", "exhausted"),
                ("open", "resolved"),
            ),
        ),
        guard(
            table="duty_delivery",
            name="delivery",
            states=("waiting", "sending", "sent", "failed", "doubtful", "dropped"),
            pairs=(
                ("doubtful", "failed"),
                ("doubtful", "sent"),
                ("doubtful", "waiting"),
                ("sending", "doubtful"),
                ("sending", "failed"),
                ("sending", "sent"),
                ("sending", "waiting"),
                ("waiting", "dropped"),
                ("waiting", "sending"),
            ),
        ),
        guard(
            table="duty_swap",
            name="swap",
            states=("asked", "accepted", "declined", "withdrawn"),
            pairs=(("asked", "accepted"), ("asked", "declined"), ("asked", "withdrawn")),
        ),
        append_only("duty_pageentry"),
    ]
