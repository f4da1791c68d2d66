"""What a customer has from us: services and how they are, what is open, promises against what happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from selaras.domains.agreements.contracts.chain import ChainRow
from selaras.domains.agreements.contracts.clocks import MinutesRow, Period
from selaras.domains.agreements.queries.chain import chain_to
from selaras.domains.agreements.queries.minutes import minutes_against_agreement
from selaras.domains.people.contracts import Actor
from selaras.domains.records.contracts import RecordFilter, RecordRow, Sort
from selaras.domains.records.queries import list_records
from selaras.kernel import clock

PERIOD = timedelta(days=30)
_OPEN = 50  # records looked at; more than that is a bad day, and the list says so
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class ServiceHealth:
    """A service as its customer feels it: harmed by a grave incident, at risk by another, or well."""

    use: ChainRow
    open: int
    worst: int | None  # priority

    @property
    def health(self) -> str:
        """harm, risk or well."""
        if self.worst is None:
            return "well"
        return "harm" if self.worst <= 2 else "risk"


@dataclass(frozen=True, slots=True)
class Portfolio:
    """All of it; a fixed number of queries."""

    services: tuple[ServiceHealth, ...]
    outcomes: tuple[ChainRow, ...]
    open: tuple[RecordRow, ...]
    more_open: bool
    minutes: tuple[MinutesRow, ...]
    period: Period

    @property
    def harmed(self) -> int:
        """How many services are harmed now."""
        return sum(service.health == "harm" for service in self.services)

    @property
    def share_met(self) -> float | None:
        """Promises kept of those decided in the period, in per cent; None if none was."""
        met = sum(row.met for row in self.minutes)
        decided = met + sum(row.breached for row in self.minutes)
        return None if decided == 0 else 100 * met / decided


def portfolio_of(actor: Actor, organisation_id: int) -> Portfolio:
    """A customer's portfolio, as far as this person may see it."""
    period = Period(clock.now() - PERIOD, clock.now())
    chain = chain_to(actor, organisation_id)
    opened = list_records(actor, RecordFilter(organisation_id=organisation_id, sort=Sort.PRIORITY), limit=_OPEN)
    uses = list({row.service_id: row for row in reversed(chain.uses)}.values())[::-1]
    return Portfolio(
        services=tuple(_health(use, opened.rows) for use in uses),
        outcomes=tuple({row.outcome_id: row for row in chain.uses if row.outcome_id}.values()),
        open=opened.rows[:_SHOWN],
        more_open=len(opened.rows) > _SHOWN,
        minutes=tuple(minutes_against_agreement(actor, organisation_id, None, period)),
        period=period,
    )


def _health(use: ChainRow, rows: Sequence[RecordRow]) -> ServiceHealth:
    hits = [row.priority for row in rows if row.service_id == use.service_id and row.state != "resolved"]
    return ServiceHealth(use, len(hits), min(hits, default=None))
