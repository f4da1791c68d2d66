from selaras.domains.duty.models.change import Change
from selaras.domains.duty.models.channel import Channel, PushKey
from selaras.domains.duty.models.cover import Cover, Swap
from selaras.domains.duty.models.delivery import Delivery
from selaras.domains.duty.models.feed import Feed
from selaras.domains.duty.models.page import Page, PageEntry
from selaras.domains.duty.models.policy import Policy, Step, Target
from selaras.domains.duty.models.rota import Layer, Participant, Rota
from selaras.domains.duty.models.shift import Handover, LogEntry

__all__ = [
    "Change",
    "Channel",
    "Cover",
    "Delivery",
    "Feed",
    "Handover",
    "Layer",
    "LogEntry",
    "Page",
    "PageEntry",
    "Participant",
    "Policy",
    "PushKey",
    "Rota",
    "Step",
    "Swap",
    "Target",
]
