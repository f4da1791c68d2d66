"""Take over the incidents of another system's log, each with its whole history or not at all."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from django.db import connection, transaction

from selaras.domains.incidents.actions._names import Names
from selaras.domains.incidents.contracts import RESOLVED, Source
from selaras.domains.incidents.importing.contracts import (
    ImportReport,
    Line,
    LineRefused,
    PastIncident,
    RefusedLine,
    Table,
)
from selaras.domains.incidents.importing.history import entries, reopened
from selaras.domains.incidents.importing.mapping import LogMapping as LogMapping
from selaras.domains.incidents.importing.mapping import read_mapping as read_mapping
from selaras.domains.incidents.importing.reading import Reader
from selaras.domains.incidents.importing.whole import count_lines, whole
from selaras.domains.incidents.models import ImportedIncident, Incident
from selaras.domains.incidents.queries import get_matrix
from selaras.domains.incidents.rules import CONFIRMATION_TIME
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.domains.records.actions.bulk import take_over
from selaras.domains.records.contracts import Kind, PastRecord
from selaras.kernel import clock
from selaras.kernel.sentences import say

BATCH = 4000  # lines a transaction: large enough for COPY, small enough that a killed import loses seconds
Group = tuple[str, list[Line]]
Past = tuple[PastIncident, list[Line]]


def import_history(
    table: Table,
    mapping: LogMapping,
    *,
    by: Actor,
    organisation_id: int,
    service: str = "",
    counted: Callable[[int], None] = lambda lines: None,
    done: Callable[[int], None] = lambda lines: None,
) -> ImportReport:
    """Read a table of states of incidents and write those that are not here yet, in batches.

    An incident is known by customer, log (`mapping.source`) and its number there, so a run that was killed is simply
    run again. `service` (a slug) is for incidents whose own the log does not tell. `counted` is told once how many
    lines there are, `done` how many more have been dealt with. Raises NotAllowed, Invalid naming missing columns.
    """
    require(by, "incidents.import", organisation_id)
    reader = Reader(mapping, table.columns, clock.now())
    names = Names(mapping, by=by, organisation_id=organisation_id, service=service)
    report = ImportReport()
    lines = count_lines(table, reader.number)
    counted(lines.total())
    for batch in _batches(whole(table, reader.number, lines)):
        past = list(_read(reader, batch, report))
        _take(past, reader.mapping, names, report)
        done(sum(len(group) for _, group in batch))
    _compare(report, organisation_id)
    return report


def _batches(groups: Iterable[Group]) -> Iterator[list[Group]]:
    batch: list[Group] = []
    size = 0
    for group in groups:
        batch.append(group)
        size += len(group[1])
        if size >= BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _read(reader: Reader, batch: Sequence[Group], report: ImportReport) -> Iterator[Past]:
    for number, lines in batch:
        report.lines += len(lines)
        try:
            if not number:
                reader.check(lines[0])
                column = reader.mapping.columns["number"]
                raise LineRefused(lines[0].number, column, say("The line does not tell its incident's number."))
            yield reader.incident(number, lines), lines
        except LineRefused as refused:
            _refuse(report, number, lines, refused)


def _refuse(report: ImportReport, number: str, lines: Sequence[Line], refused: LineRefused) -> None:
    """Name the line at fault, and after it the sound ones of the same incident, which stay out with it."""
    report.refused.append(RefusedLine(refused.line, number, refused.column, refused.reason))
    why = say("Line %(line)s of the same incident was refused.", line=refused.line)
    report.refused += [RefusedLine(line.number, number, "", why) for line in lines if line.number != refused.line]


@transaction.atomic
def _take(batch: Sequence[Past], mapping: LogMapping, names: Names, report: ImportReport) -> None:
    """Write what is new of a batch; two imports of the same log wait for each other here."""
    known = _known(mapping.source, names.organisation_id, [past.number for past, _ in batch])
    fresh: list[PastIncident] = []
    for past, lines in batch:
        for seen in past.states:
            cell = (seen.impact, seen.urgency, seen.priority)
            report.priorities[cell] = report.priorities.get(cell, 0) + 1
        if past.number not in known:
            fresh.append(past)
            report.imported_lines += len(lines)
        elif known[past.number] == past.digest:
            report.known += 1
            report.known_lines += len(lines)
        else:
            reason = say("This incident was imported before with other lines; its history here is not rewritten.")
            report.refused += [RefusedLine(line.number, past.number, "", reason) for line in lines]
    _write(fresh, mapping, names)
    report.imported += len(fresh)


def _known(source: str, organisation_id: int, numbers: Sequence[str]) -> dict[str, bytes]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", [source, organisation_id])
    rows = ImportedIncident.objects.filter(organisation_id=organisation_id, source=source, external_number__in=numbers)
    return {number: bytes(digest) for number, digest in rows.values_list("external_number", "digest")}


def _write(fresh: Sequence[PastIncident], mapping: LogMapping, names: Names) -> None:
    names.learn(fresh)
    refs = take_over([_record(past, mapping, names) for past in fresh], kind=Kind.INCIDENT)
    together = list(zip(refs, fresh, strict=True))
    Incident.objects.bulk_create((_incident(ref.id, past) for ref, past in together), batch_size=1000)
    ImportedIncident.objects.bulk_create(
        (
            ImportedIncident(
                incident_id=ref.id,
                organisation_id=names.organisation_id,
                source=mapping.source,
                external_number=past.number,
                digest=past.digest,
                imported_at=clock.now(),
                imported_by_id=names.by.id,
            )
            for ref, past in together
        ),
        batch_size=1000,
    )


def _record(past: PastIncident, mapping: LogMapping, names: Names) -> PastRecord:
    last = past.states[-1]
    return PastRecord(
        kind=Kind.INCIDENT,
        title=past.title,
        state=last.state,
        priority=last.priority,
        organisation_id=names.organisation_id,
        service_id=names.service_id(past.service),
        requester_id=names.requester_id(past.caller),
        team_id=names.team_id(last.team),
        opened_at=past.opened_at,
        closed_at=past.closed_at,
        entries=entries(past, source=mapping.source),
        aliases=(past.number,),
    )


def _incident(record_id: int, past: PastIncident) -> Incident:
    last = past.states[-1]
    confirm = last.state == RESOLVED and past.resolved_at is not None
    return Incident(
        record_id=record_id,
        impact=last.impact,
        urgency=last.urgency,
        source=Source.IMPORT,
        waiting_for=last.waiting_for,
        waiting_reason=last.said if last.waiting_for else "",
        cause=past.cause,
        solution=past.solution,
        resolved_at=past.resolved_at,
        confirm_by=past.resolved_at + CONFIRMATION_TIME if confirm and past.resolved_at else None,
        reopened=reopened(past),
    )


def _compare(report: ImportReport, organisation_id: int) -> None:
    """Where the log's priorities are other than our matrix would have them."""
    matrix = get_matrix(organisation_id)
    for impact, urgency, recorded in sorted(report.priorities):
        ours = matrix[(impact, urgency)]
        if ours != recorded:
            report.differences[(impact, urgency, recorded)] = ours
