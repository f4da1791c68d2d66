"""Reads about duty that others may use."""

from selaras.domains.duty.lifecycle import DELIVERY, HANDOVER, PAGE, SWAP
from selaras.domains.duty.queries.channels import list_channels
from selaras.domains.duty.queries.feeds import read_feed
from selaras.domains.duty.queries.handovers import (
    get_handover,
    get_shift_change,
    handover_offers,
    list_handovers,
    list_log,
    next_shift_change,
)
from selaras.domains.duty.queries.pages import get_page, link_page, list_pages, page_moves
from selaras.domains.duty.queries.policies import get_policy, list_policies, would_be_told
from selaras.domains.duty.queries.rotas import (
    find_doubled,
    get_rota,
    get_swap,
    list_on_duty,
    list_rotas,
    list_swaps,
    shifts_of,
    shifts_of_person,
)

PAGE_WORDS, DELIVERY_WORDS, SWAP_WORDS = PAGE.states, DELIVERY.states, SWAP.states
HANDOVER_WORDS = HANDOVER.states

__all__ = [
    "DELIVERY_WORDS",
    "HANDOVER_WORDS",
    "PAGE_WORDS",
    "SWAP_WORDS",
    "find_doubled",
    "get_handover",
    "get_page",
    "get_policy",
    "get_rota",
    "get_shift_change",
    "get_swap",
    "handover_offers",
    "link_page",
    "list_channels",
    "list_handovers",
    "list_log",
    "list_on_duty",
    "list_pages",
    "list_policies",
    "list_rotas",
    "list_swaps",
    "next_shift_change",
    "page_moves",
    "read_feed",
    "shifts_of",
    "shifts_of_person",
    "would_be_told",
]
