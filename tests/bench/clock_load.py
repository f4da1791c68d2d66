"""Puts a million open clocks into the database, by COPY."""

from datetime import UTC, datetime, timedelta
from random import Random

from django.db import connection

from selaras.domains.agreements.actions.activate_agreement import activate_agreement
from selaras.domains.agreements.actions.calendars import create_calendar
from selaras.domains.agreements.actions.draft_agreement import draft_agreement
from selaras.domains.agreements.contracts import AgreementKind, Metric, NewTarget
from selaras.domains.agreements.models import Target
from selaras.domains.people.contracts import OrganisationKind, system_actor
from selaras.domains.people.models import Organisation
from selaras.domains.services.models import Service

NOW = datetime(2026, 6, 1, 3, tzinfo=UTC)
AHEAD = timedelta(days=60)
DUE_NOW = 100  # clocks whose time was up in the last minutes
METRICS = tuple(Metric)
ROUNDS = 4
SYSTEM = system_actor("bench")


def load(many: int, seed: int = 6) -> None:
    """`many` open clocks on as few records as their metrics and rounds allow; a tenth is paused, without due
    time.
    """
    customer, targets = _agreement()
    records = -(-many // (len(METRICS) * ROUNDS))
    _copy_records(records, customer)
    rng = Random(seed)
    columns = "record_id, organisation_id, target_id, metric, round, started_at, due_at, notice_at"
    with connection.cursor() as cursor, cursor.copy(f"COPY agreements_clock ({columns}) FROM STDIN") as copy:
        for n in range(many):
            record, place = divmod(n, len(METRICS) * ROUNDS)
            metric = METRICS[place % len(METRICS)]
            due = _due(n, rng)
            notice = due and due - timedelta(hours=1)
            started = NOW - timedelta(days=rng.random() * 30)
            copy.write_row(
                (record + 1, customer, targets[metric], metric, place // len(METRICS) + 1, started, due, notice)
            )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _due(n: int, rng: Random) -> datetime | None:
    if n < DUE_NOW:
        return NOW - timedelta(seconds=rng.random() * 600)
    if rng.random() < 0.1:
        return None
    return NOW + timedelta(seconds=1 + rng.random() * AHEAD.total_seconds())


def _agreement() -> tuple[int, dict[str, int]]:
    customer = Organisation.objects.create(slug="bench", name="Bench", kind=OrganisationKind.CUSTOMER).pk
    service = Service.objects.create(slug="bench", name_id="Bangku", name_en="Bench").pk
    week = {"mon": [["08:00", "17:00"]]}
    calendar = create_calendar(by=SYSTEM, slug="bench", name="Bench", timezone="Asia/Jakarta", week=week)
    made = draft_agreement(
        by=SYSTEM,
        name="Bench",
        kind=AgreementKind.SLA,
        organisation_id=customer,
        calendar_id=calendar,
        valid_from=NOW.date(),
        service_ids=[service],
        targets=[NewTarget(metric, None, 60) for metric in METRICS],
    )
    activate_agreement(made, by=SYSTEM)
    return customer, dict(Target.objects.filter(agreement=made).values_list("metric", "id"))


def _copy_records(many: int, customer: int) -> None:
    columns = "id, number, kind, title, state, priority, organisation_id, opened_at, version"
    with connection.cursor() as cursor, cursor.copy(f"COPY records_record ({columns}) FROM STDIN") as copy:
        for n in range(1, many + 1):
            copy.write_row((n, f"INC{n:07d}", "incident", f"Record {n}", "assigned", 3, customer, NOW, 1))
