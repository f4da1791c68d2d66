"""Incidents as they stand after a bad day, made through the actions that people use: what the record page has to draw.

Each came of alerts on its item, runs the clocks of its customer's agreement, was on hold, changed its team twice, has a
file, a link and a long timeline.
"""

from datetime import timedelta

from selaras.domains.incidents.actions.moves import perform
from selaras.domains.incidents.models import IncidentItem
from selaras.domains.people.contracts import Function
from selaras.domains.records.actions.attach import attach
from selaras.domains.records.actions.links import link
from selaras.domains.records.actions.notes import add_note
from selaras.domains.records.contracts import LinkType
from selaras.domains.records.models import Entry
from selaras.kernel import clock
from tests.domains.events.build import assess, fire, make_source
from tests.estate import OFFICE, Estate, make_estate
from tests.factories import make_team

CASES = 20
ENTRIES = 50  # of each timeline
_AGE = timedelta(hours=30)
_MACHINES = ("DatabaseDown", "DatabaseSlow", "ReplicationLag")


def make_cases() -> None:
    """Each is linked to the one before it."""
    source, experts = make_source(), make_team("Basis data lanjut", Function.TECHNICAL_MANAGEMENT)
    estates = {f"toko{n}": make_estate(f"toko{n}", week=OFFICE) for n in range(CASES)}
    opened = [_open(source, slug, estate.database) for slug, estate in estates.items()]
    for place, (record_id, estate) in enumerate(zip(opened, estates.values(), strict=True)):
        _work(record_id, opened[place - 1], estate, experts)


def _open(source: int, slug: str, database: int) -> int:
    """Three alerts of one cause, three minutes apart; the id of the incident."""
    began, name = clock.now() - _AGE, f"{slug}-db-1"
    for n, alert in enumerate(_MACHINES):
        at = began + timedelta(minutes=3 * n)
        labels = {"alertname": alert, "instance": f"{name}:5432", "severity": "critical"}
        fire(source, at, minutes=60 * 24 * 3, summary=f"{alert} on {name}", labels=labels)
        with clock.frozen(at):
            assess()
    record_id: int = IncidentItem.objects.get(item_id=database).incident_id
    return record_id


def _work(record_id: int, other_id: int, estate: Estate, experts: int) -> None:
    """What people do about it, a step every ten minutes, until its timeline is full."""
    moves: list[tuple[str, dict[str, object]]] = [
        ("start", {}),
        ("wait", {"waiting_for": "supplier", "reason": "Menunggu suku cadang"}),
        ("resume", {}),
        ("escalate", {"team_id": experts, "reason": "Perlu yang lebih paham"}),
        ("assign", {"team_id": estate.team, "assignee_id": estate.agent.own_id}),
    ]
    now = clock.now() - _AGE + timedelta(hours=1)
    for n, (verb, given) in enumerate(moves):
        with clock.frozen(now + timedelta(minutes=10 * n)):
            perform(record_id, verb, by=estate.agent, given=given)
    with clock.frozen(now + timedelta(hours=2)):
        link(record_id, other_id, by=estate.agent, kind=LinkType.RELATED_TO)
        attach(record_id, by=estate.agent, filename="log.txt", content_type="text/plain", content=b"x", public=False)
    for n in range(ENTRIES - Entry.objects.filter(record_id=record_id).count()):
        with clock.frozen(now + timedelta(hours=2, minutes=10 * n)):
            add_note(record_id, by=estate.agent, body=f"Sudah dicoba, hasilnya sama: {n}", public=n % 4 != 0)
