"""Fills a migrated database with records as a service desk of three years has them, by COPY and inside PostgreSQL."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import connection

from selaras.domains.people.contracts import Function, Role
from selaras.domains.people.models import DutyRole, Person
from selaras.domains.records import rules
from selaras.domains.records.actions.tally import fold_tally
from selaras.domains.services.models import Service
from selaras.kernel import clock
from tests.bench.queue_words import TEXT, TITLE, Vocabulary
from tests.factories import make_organisation, make_person, make_provider, make_team

CUSTOMERS, TEAMS, AGENTS, SERVICES, REQUESTERS = 60, 12, 80, 90, 3000
YEARS = 3
_CARD = (
    "records_record (id, number, kind, title, state, priority, service_id, requester_id, organisation_id, team_id,"
    " assignee_id, opened_at, due_at, closed_at, version, search_vector)"
)
# Done in the server: what happened to each record, whom it concerns, and its own part as an incident.
_REST = (
    """INSERT INTO records_entry (record_id, at, actor_id, actor_name, verb, public, body, data, version)
    SELECT r.id, r.opened_at + k * interval '17 minutes', r.assignee_id, 'Agen ' || COALESCE(r.assignee_id, 0),
           CASE WHEN k = 1 THEN 'opened' WHEN k % 3 = 0 THEN 'start' ELSE 'noted' END, k % 4 <> 0,
           CASE WHEN k % 3 = 0 THEN '' ELSE r.title || '. Sudah dicoba, hasilnya sama: ' || k END,
           CASE WHEN k = 1 THEN '{"source": "portal"}' ELSE '{}' END::jsonb, k
    FROM records_record r, generate_series(1, r.version) k""",
    "INSERT INTO records_affected (record_id, organisation_id) SELECT id, organisation_id FROM records_record",
    """INSERT INTO records_affected (record_id, organisation_id)
    SELECT r.id, o.id FROM records_record r JOIN people_organisation o ON o.id = (r.id % 60) + 2
    WHERE r.id % 10 = 0 ON CONFLICT DO NOTHING""",
    """INSERT INTO incidents_incident (record_id, impact, urgency, source, waiting_for, waiting_reason, cause, solution,
        resolved_at, cause_state, reopened, major)
    SELECT id, 2, 2, 'portal', '', '', CASE WHEN closed_at IS NULL THEN '' ELSE 'Kabel' END,
        CASE WHEN closed_at IS NULL THEN '' ELSE 'Diganti' END, closed_at, 'none', 0, false FROM records_record""",
)


@dataclass(frozen=True, slots=True)
class House:
    """Who and what the records are about."""

    provider: int
    customers: list[int]
    teams: list[int]
    agents: list[int]
    services: list[int]
    requesters: list[tuple[int, int]]  # person and customer


def load(many: int, seed: int = 7) -> None:
    """`many` records, 2 of 100 open; customers, teams and services very unequal in size, as they are."""
    rng = Random(seed)
    house = _house(rng)
    indexes = _drop_indexes()
    _copy(_CARD, _cards(many, house, rng))
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # foreign keys hold by making: none is checked again
        for sql in _REST:
            cursor.execute(sql)
        cursor.execute("RESET session_replication_role")
        for index in indexes:
            cursor.execute(index)
        cursor.execute("SELECT setval('records_incident_number', %s)", [many])
        cursor.execute("SELECT setval(pg_get_serial_sequence('records_record', 'id'), %s)", [many])
        fold_tally()
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


def _house(rng: Random) -> House:
    provider = make_provider()
    customers = [make_organisation(f"Pelanggan {n}") for n in range(CUSTOMERS)]
    functions = list(Function)
    teams = [make_team(f"Tim {n}", functions[n % 4]) for n in range(TEAMS)]
    agents = [make_person(provider, Role.AGENT, name=f"Agen {n}", team_ids=[teams[n % TEAMS]]) for n in range(AGENTS)]
    for customer in customers:
        make_person(customer, Role.DECISION_MAKER, name="Pengambil keputusan")
    made = Service.objects.bulk_create(
        Service(slug=f"layanan-{n}", name_id=f"Layanan {n}", name_en=f"Service {n}", description="", state="catalogue")
        for n in range(SERVICES)
    )
    homes = [customers[_rank(rng, CUSTOMERS)] for _ in range(REQUESTERS)]
    people = Person.objects.bulk_create(
        Person(email=f"pemohon-{n}@example.com", name=f"Pemohon {n}", organisation_id=home, password="!")
        for n, home in enumerate(homes)
    )
    DutyRole.objects.bulk_create(DutyRole(person=person, role=Role.REQUESTER) for person in people)
    requesters = [(person.pk, person.organisation_id) for person in people]
    return House(provider, customers, teams, [a.own_id for a in agents], [s.pk for s in made], requesters)


def _rank(rng: Random, many: int) -> int:
    """A rank, the first ones most often."""
    return min(int(many ** rng.random() - 1 + rng.random()), many - 1)


def _cards(many: int, house: House, rng: Random) -> Iterator[tuple[Any, ...]]:
    vocabulary = Vocabulary()
    titled = [rules.vector(word, "A") for word in vocabulary.words]
    described = [rules.vector(word, "B") for word in vocabulary.words]
    now = clock.now()
    step = timedelta(days=365 * YEARS) / many
    for pk in range(1, many + 1):
        number = f"INC{pk:07d}"
        title, text = vocabulary.draw(rng, TITLE), vocabulary.draw(rng, TEXT)
        vector = [rules.vector(number, "A"), *(titled[n] for n in title), *(described[n] for n in text)]
        requester, customer = house.requesters[_rank(rng, REQUESTERS)]
        opened = now - step * (many - pk) - timedelta(seconds=rng.random() * 60)
        state, due, closed, assignee = _end(pk / many, opened, now, house, rng)
        yield (
            pk, number, "incident", " ".join(vocabulary.words[n] for n in title).capitalize(), state,
            rng.choices((1, 2, 3, 4, 5), (1, 6, 40, 40, 13))[0], house.services[_rank(rng, SERVICES)], requester,
            customer, house.teams[_rank(rng, TEAMS)], assignee, opened, due, closed,
            1 + rng.randrange(4), " ".join(vector),
        )  # fmt: skip


def _end(
    age: float, opened: datetime, now: datetime, house: House, rng: Random
) -> tuple[str, datetime | None, datetime | None, int | None]:
    """State, due time, closing time and assignee: the newest are open more often, a few old ones still are."""
    if rng.random() < (0.3 if age > 0.95 else 0.005):
        state = rng.choices(("reported", "assigned", "in_progress", "waiting", "resolved"), (20, 20, 35, 20, 5))[0]
        due = opened + timedelta(hours=2 + rng.random() * 200) if rng.random() < 0.8 else None
        return state, due, None, rng.choice(house.agents) if state != "reported" else None
    closed = min(opened + timedelta(hours=1 + rng.expovariate(1 / 60)), now)
    return "closed", None, closed, rng.choice(house.agents)


def _drop_indexes() -> list[str]:
    """Take the search indexes away for loading: building them once is many times faster. Gives how to make them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes"
            " WHERE tablename = 'records_record' AND indexdef LIKE '%USING gin%'"
        )
        found = cursor.fetchall()
        for name, _ in found:
            cursor.execute(f"DROP INDEX {name}")
    return [definition for _, definition in found]


def _copy(into: str, rows: Iterator[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
