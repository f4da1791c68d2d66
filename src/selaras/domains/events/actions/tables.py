"""Tables in which labels are looked up: make one, change one. It holds for what is assessed from then on."""

import re
from collections.abc import Sequence

from django.db import transaction

from selaras.domains.events.looking_up import LookupTable, read_table
from selaras.domains.events.models import Table
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.kernel import versions
from selaras.kernel.errors import Invalid, NotFound
from selaras.kernel.sentences import say

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
_MOST = 100


@transaction.atomic
def save_table(
    *, by: Actor, table_id: int | None = None, name: str = "", keys: Sequence[str], rows: str, seen: int | None = None
) -> int:
    """Make a table of CSV, or let the one of `table_id` (whose name stays) hold this; its id.

    Raises Invalid naming the field and the row, NotAllowed, NotFound, Stale.
    """
    require(by, "events.rules")
    if table_id is None:
        _check(name)
    table = read_table(rows, keys)
    row = _locked(table_id, seen) if table_id is not None else _new(name, table)
    before = read_table(row.content, row.keys) if table_id is not None else LookupTable(table.keys, table.gives, {})
    row.content = table.written()
    row.save(update_fields=["content"])
    values = {"keys": list(table.keys), "columns": list(table.gives), "rows": len(table.rows)}
    verb, more = ("edited", _difference(before, table)) if table_id is not None else ("made", {"rows": len(table.rows)})
    versions.write(row, values, by=by, verb=verb, more=more)
    return row.pk


def _check(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise Invalid({"name": say("Use small letters, digits, - and _, up to 80.")})
    if Table.objects.filter(name=name).exists():
        raise Invalid({"name": say("There is another table with this name.")})
    if Table.objects.count() >= _MOST:
        raise Invalid({"name": say("There are %(n)s tables already; change one of them.", n=_MOST)})


def _new(name: str, table: LookupTable) -> Table:
    return Table.objects.create(name=name, keys=list(table.keys), columns=list(table.gives), content="", rows=0)


def _locked(table_id: int, seen: int | None) -> Table:
    row = Table.objects.select_for_update().filter(pk=table_id).first()
    if row is None:
        raise NotFound(str(table_id))
    versions.ask(row, seen)
    return row


def _difference(before: LookupTable, after: LookupTable) -> dict[str, int]:
    """How many rows came, went, and say something else; nothing if none did."""
    both = before.rows.keys() & after.rows.keys()
    counts = {
        "added": len(after.rows) - len(both),
        "removed": len(before.rows) - len(both),
        "changed": sum(before.rows[key] != after.rows[key] for key in both),
    }
    return counts if any(counts.values()) else {}
