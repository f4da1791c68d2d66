"""Two people edit the same thing: the second is told what the first changed, and nothing is overwritten unseen.

A thing with a `version` and a history (`changes`, rows of a `kernel.models.Change`) is written through `write` alone,
on its locked row. Records have their timeline instead, and people, teams and
organisations one trail together (domains/people), since a membership is of two of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from selaras.kernel import clock
from selaras.kernel.errors import Stale


@dataclass(frozen=True, slots=True)
class Changed:
    """One change, as pages and the API tell it; `data` as in `kernel.models.Change`."""

    at: datetime
    actor_id: int | None
    actor_name: str
    verb: str
    data: Mapping[str, Any]
    version: int


class Somebody(Protocol):
    """Who changes it."""

    @property
    def id(self) -> int | None: ...
    @property
    def name(self) -> str: ...


def history(row: Any, *, since: int = 0, limit: int = 50) -> tuple[Changed, ...]:
    """The newest changes of a thing after version `since`, oldest first."""
    rows = reversed(row.changes.filter(version__gt=since).order_by("-version")[:limit])
    return tuple(Changed(r.at, r.actor_id, r.actor_name, r.verb, r.data, r.version) for r in rows)


def ask(row: Any, seen: int | None) -> None:
    """Raise Stale, with what came between, if the locked row is not at the version that was read (None: any). One that
    is being made is at none."""
    if seen is not None and row.pk is not None and seen != row.version:
        raise Stale(history(row, since=seen))


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Each field of `after` that differs: `{field: {"from", "to"}}`."""
    return {name: {"from": before[name], "to": after[name]} for name in after if before[name] != after[name]}


def differing(row: Any, values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What `values` would change of a row."""
    return difference({name: getattr(row, name) for name in values}, values)


def write(
    row: Any,
    values: Mapping[str, Any],
    *,
    by: Somebody,
    verb: str = "edited",
    more: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Write what differs into the locked row and into its history, one version on; returns the change's data.

    `more` is what changed besides the row's own columns. Nothing is written, and no version counted, where nothing
    differs.
    """
    data = differing(row, values) | dict(more or {})
    if not data:
        return data
    for name in data.keys() & values.keys():
        setattr(row, name, values[name])
    row.version += 1
    row.save(update_fields=[*(data.keys() & values.keys()), "version"])
    row.changes.create(
        version=row.version, at=clock.now(), actor_id=by.id, actor_name=by.name[:200], verb=verb, data=data
    )
    return data
