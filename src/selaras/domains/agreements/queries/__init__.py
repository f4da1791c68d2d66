from selaras.domains.agreements.queries.agreements import STATE_WORDS, get_agreement, list_agreements
from selaras.domains.agreements.queries.calendars import list_calendars
from selaras.domains.agreements.queries.chain import chain_from, chain_from_services, chain_to
from selaras.domains.agreements.queries.clocks import (
    due_clocks,
    get_clock_explanation,
    list_clocks,
    list_clocks_of,
)
from selaras.domains.agreements.queries.minutes import minutes_against_agreement

__all__ = [
    "STATE_WORDS",
    "chain_from",
    "chain_from_services",
    "chain_to",
    "due_clocks",
    "get_agreement",
    "get_clock_explanation",
    "list_agreements",
    "list_calendars",
    "list_clocks",
    "list_clocks_of",
    "minutes_against_agreement",
]
