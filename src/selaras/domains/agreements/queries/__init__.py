from selaras.domains.agreements.queries.agreements import (
    STATE_WORDS,
    get_agreement,
    get_obligation,
    list_agreements,
    offers_of,
    open_clocks_by_target,
)
from selaras.domains.agreements.queries.calendars import count_days, get_calendar, list_calendars, list_holidays
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
    "count_days",
    "due_clocks",
    "get_agreement",
    "get_calendar",
    "get_clock_explanation",
    "get_obligation",
    "list_agreements",
    "list_calendars",
    "list_clocks",
    "list_clocks_of",
    "list_holidays",
    "minutes_against_agreement",
    "offers_of",
    "open_clocks_by_target",
]
