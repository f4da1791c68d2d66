"""Reads of tables; and those that rules look up in, kept in the process as long as they are the same."""

from collections.abc import Iterable, Mapping

from selaras.domains.events.contracts.tables import TableDetail, TableRow
from selaras.domains.events.looking_up import LookupTable, read_table
from selaras.domains.events.models import Rule, Table
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.kernel.errors import NotFound
from selaras.kernel.versions import history

_kept: dict[str, tuple[int, int, LookupTable]] = {}


def list_tables(actor: Actor) -> list[TableRow]:
    """All of them, by name; two queries. Raises NotAllowed."""
    require(actor, "events.rules")
    used = _used()
    return [_row(table, used) for table in Table.objects.defer("content").order_by("name")]


def get_table(actor: Actor, table_id: int) -> TableDetail:
    """One, with its content. Raises NotAllowed, NotFound."""
    require(actor, "events.rules")
    table = Table.objects.filter(pk=table_id).first()
    if table is None:
        raise NotFound(str(table_id))
    return TableDetail(_row(table, _used()), table.content, history(table))


def list_table_names() -> list[str]:
    """What rules may name."""
    return list(Table.objects.order_by("name").values_list("name", flat=True))


def table_keys(name: str) -> list[str] | None:
    """The key columns of a table; None if there is none of this name."""
    found: list[list[str]] = list(Table.objects.filter(name=name).values_list("keys", flat=True))
    return found[0] if found else None


def loaded_tables(names: Iterable[str]) -> Mapping[str, LookupTable]:
    """Those of these names that there are; one query, and one more for each that has changed."""
    wanted = {name for name in names if name}
    if not wanted:
        return {}
    made: dict[str, LookupTable] = {}
    for name, pk, version in Table.objects.filter(name__in=wanted).values_list("name", "pk", "version"):
        kept = _kept.get(name)
        if kept is None or kept[:2] != (pk, version):
            table = Table.objects.get(pk=pk)
            kept = _kept[name] = (pk, table.version, read_table(table.content, table.keys))
        made[name] = kept[2]
    return made


def _used() -> dict[str, list[str]]:
    used: dict[str, list[str]] = {}
    for table, rule in Rule.objects.exclude(looks_up="").order_by("order").values_list("looks_up", "name"):
        used.setdefault(table, []).append(rule)
    return used


def _row(table: Table, used: Mapping[str, list[str]]) -> TableRow:
    by = tuple(used.get(table.name, ()))
    return TableRow(table.pk, table.name, tuple(table.keys), tuple(table.columns), table.rows, table.version, by)
