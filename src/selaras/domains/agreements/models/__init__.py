from selaras.domains.agreements.models.agreement import Agreement, AgreementService, Target
from selaras.domains.agreements.models.calendar import Calendar, CalendarHoliday
from selaras.domains.agreements.models.change import Change
from selaras.domains.agreements.models.clock import Clock, ClockNotice, ClockSegment
from selaras.domains.agreements.models.obligation import Obligation, ObligationEvent

__all__ = [
    "Agreement",
    "AgreementService",
    "Calendar",
    "CalendarHoliday",
    "Change",
    "Clock",
    "ClockNotice",
    "ClockSegment",
    "Obligation",
    "ObligationEvent",
    "Target",
]
