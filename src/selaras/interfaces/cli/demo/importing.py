"""Brings in the estate as a provider would: as two sheets, of items and of what depends on what."""

import csv
import json
from collections.abc import Iterable
from io import StringIO

from django.utils.translation import gettext as _

from selaras.domains.services.actions.dependencies import link
from selaras.domains.services.actions.import_csv import Sheet, import_csv
from selaras.domains.services.contracts import item as item_end
from selaras.domains.services.contracts import service as service_end
from selaras.domains.services.queries.items import list_items
from selaras.interfaces.cli.demo import catalogue, estate
from selaras.interfaces.cli.demo.made import DEMO, Made, Tell
from selaras.interfaces.cli.home import Trouble


def import_estate(made: Made, tell: Tell) -> None:
    """Items, their dependencies, and which items each service stands on."""
    items, edges = estate.items(), estate.edges()
    counts = {"items": len(items), "edges": len(edges)}
    tell(_("Making %(items)s configuration items and %(edges)s dependencies …") % counts)
    columns = ("slug", "name", "class", "environment", "team", "names", "attributes")
    _import(Sheet.ITEMS, columns, (_cells(item) for item in items))
    _import(Sheet.DEPENDENCIES, ("upper", "lower"), ((f"item:{upper}", f"item:{lower}") for upper, lower in edges))
    made.items.update({row.slug: row.id for row in list_items(DEMO, limit=len(items) + 1)})
    for service, below in catalogue.STANDS_ON.items():
        for lower in below:
            link(service_end(made.services[service]), item_end(made.items[lower]), by=DEMO)


def _cells(item: estate.Item) -> tuple[str, ...]:
    attributes = json.dumps(dict(item.attributes), ensure_ascii=False)
    names = "|".join(item.names)
    return item.slug, item.name, item.item_class.value, item.environment.value, item.team, names, attributes


def _import(sheet: Sheet, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    text = StringIO()
    csv.writer(text).writerows((columns, *rows))
    report = import_csv(text.getvalue().encode(), by=DEMO, sheet=sheet, source=f"demo-{sheet}.csv")
    if report.refused:
        first = report.refused[0]
        raise Trouble(f"{first.source}:{first.line} {first.field}: {first.reason}")
