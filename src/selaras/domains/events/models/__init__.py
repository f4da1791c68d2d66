from selaras.domains.events.models.alert import Alert
from selaras.domains.events.models.assessment import Assessment, Cause
from selaras.domains.events.models.log import Change, Cursor, RawBatch, SetAside
from selaras.domains.events.models.mapping import Mapping
from selaras.domains.events.models.rule import Rule, RuleSet
from selaras.domains.events.models.silence import Silence
from selaras.domains.events.models.snmp_user import SnmpUser
from selaras.domains.events.models.source import Refused, Source
from selaras.domains.events.models.trace import Trace
from selaras.domains.events.models.trend import Trend
from selaras.domains.events.models.window import Window

__all__ = [
    "Alert",
    "Assessment",
    "Cause",
    "Change",
    "Cursor",
    "Mapping",
    "RawBatch",
    "Refused",
    "Rule",
    "RuleSet",
    "SetAside",
    "Silence",
    "SnmpUser",
    "Source",
    "Trace",
    "Trend",
    "Window",
]
