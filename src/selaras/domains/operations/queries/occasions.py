"""What a run that a person begins is for: an alert, or an incident with the alert that came to it last."""

from collections.abc import Mapping

from selaras.domains.events.contracts.alerts import AlertOfRecord, AlertRow
from selaras.domains.events.queries.alerts import get_alert, list_alerts_of_record
from selaras.domains.operations.contracts import Occasion
from selaras.domains.people.contracts import Actor
from selaras.domains.records.queries import get_record


def occasion_of(actor: Actor, *, alert_id: int | None = None, number: str = "") -> Occasion:
    """The occasion, with the labels that fill calls; that of neither is empty. Raises NotAllowed, NotFound."""
    if alert_id is not None:
        alert = get_alert(actor, alert_id).alert
        about = ": ".join(part for part in (alert.name, alert.labels.get("instance")) if part)
        added = alert.assessed.added if alert.assessed else {}
        return _of(alert, added, alert.assessed.record_id if alert.assessed else None, about)
    if not number:
        return Occasion()
    record = get_record(actor, number)
    last = list_alerts_of_record(actor, record.id, limit=1)
    about = f"{record.number} {record.title}"
    return _of(last[0], last[0].added, record.id, about) if last else Occasion(about=about, record_id=record.id)


def _of(alert: AlertRow | AlertOfRecord, added: Mapping[str, str], record_id: int | None, about: str) -> Occasion:
    return Occasion({**alert.labels, **added}, about, alert.id, alert.episode, record_id)
