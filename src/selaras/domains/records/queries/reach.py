"""Reads of records for a caller that has decided itself who may know of what: for the inside of higher domains."""

from collections.abc import Collection

from selaras.domains.records.contracts import EntryRow
from selaras.domains.records.models import Affected, Entry, Record


def affected_of(record_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """The organisations that each of these records concerns."""
    found: dict[int, set[int]] = {}
    rows = Affected.objects.filter(record_id__in=list(record_ids))
    for record_id, organisation_id in rows.values_list("record_id", "organisation_id"):
        found.setdefault(record_id, set()).add(organisation_id)
    return {pk: frozenset(organisations) for pk, organisations in found.items()}


def services_of(record_ids: Collection[int]) -> dict[int, int]:
    """The service of each of these records that has one."""
    rows = Record.objects.filter(pk__in=list(record_ids)).order_by("pk").values_list("pk", "service_id")
    return {pk: service_id for pk, service_id in rows if service_id is not None}


def public_entries(record_ids: Collection[int], verb: str) -> dict[int, list[EntryRow]]:
    """The public entries of one verb on each of these records, the newest first."""
    found: dict[int, list[EntryRow]] = {}
    rows = Entry.objects.filter(record_id__in=list(record_ids), verb=verb, public=True).order_by("-pk")
    for row in rows:
        found.setdefault(row.record_id, []).append(
            EntryRow(
                row.pk, row.at, row.actor_id, row.actor_name, row.verb, row.public, row.body, row.data, row.version
            )
        )
    return found


def worked_on(record_ids: Collection[int]) -> set[int]:
    """Those of the records on which a person did or said something, and not machines alone."""
    return set(Entry.objects.filter(record_id__in=record_ids).exclude(actor=None).values_list("record_id", flat=True))
