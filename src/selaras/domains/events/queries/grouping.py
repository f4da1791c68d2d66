"""Alerts counted by what they have in common, and how many began to fire lately."""

from collections import Counter, defaultdict

from django.db.models.fields.json import KeyTextTransform

from selaras.domains.events.contracts import AlertClass
from selaras.domains.events.contracts.alerts import AlertFilter, AlertGroup, TrendRow
from selaras.domains.events.models import Assessment, Trend
from selaras.domains.events.queries.narrowing import READ_THROUGH, narrowed, needs_reading, read_through
from selaras.domains.events.rules import TREND_STEP, trend_step
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.kernel import clock

# What is grouped by beside labels: the column of the key, and that of the name.
_COLUMNS = {
    "class": ("alert_class", "alert_class"),
    "source": ("source_id", "source__name"),
    "item": ("item_id", "item__name"),
}
GROUPS = 200  # that are shown


def group_alerts(actor: Actor, wanted: AlertFilter, by: str) -> tuple[list[AlertGroup], bool]:
    """The alerts that are wanted, counted by `class`, `source`, `item` or else the label `by`; most first.

    The newest are counted, up to a bound; whether there are more is told. Raises NotAllowed.
    """
    require(actor, "events.view")
    rows = narrowed(wanted)
    if needs_reading(wanted):
        ids, more = read_through(rows, wanted, READ_THROUGH)
        rows = Assessment.objects.filter(pk__in=ids)
    else:
        more = None
    key, name = _COLUMNS.get(by, ("label", "label"))
    rows = rows.annotate(label=KeyTextTransform(by, "alert__labels")) if key == "label" else rows
    newest = rows.order_by("-changed_at", "-alert_id").values_list(key, name, "alert_class")
    read = list(newest[: READ_THROUGH + 1])
    counted: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for found, called, alert_class in read[:READ_THROUGH]:
        counted[str(found or ""), str(called or "")][alert_class] += 1
    groups = [
        AlertGroup(k, v, classes.total(), classes[AlertClass.EXCEPTION], classes[AlertClass.WARNING])
        for (k, v), classes in counted.items()
    ]
    groups.sort(key=lambda group: (-group.count, group.value))
    return groups[:GROUPS], more is not None or len(read) > READ_THROUGH


def get_trend(actor: Actor, *, steps: int = 36) -> list[TrendRow]:
    """How many alerts of each class began to fire in the last `steps` of ten minutes; one query. Raises NotAllowed."""
    require(actor, "events.view")
    last = trend_step(clock.now())
    moments = [last - TREND_STEP * n for n in reversed(range(steps))]
    counted = {(row.at, row.alert_class): row.fired for row in Trend.objects.filter(at__gte=moments[0])}
    return [TrendRow(c, tuple(counted.get((at, c), 0) for at in moments)) for c in reversed(AlertClass)]
