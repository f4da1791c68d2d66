from selaras.domains.events.models.alert import Alert
from selaras.domains.events.models.assessment import Assessment, Cause
from selaras.domains.events.models.check import Check, CheckResult
from selaras.domains.events.models.heartbeat import Beat, Heartbeat
from selaras.domains.events.models.log import Change, Cursor, RawBatch, SetAside
from selaras.domains.events.models.mapping import Mapping
from selaras.domains.events.models.noise import NoiseCount
from selaras.domains.events.models.replay import Replay
from selaras.domains.events.models.rule import Rule, RuleSet
from selaras.domains.events.models.silence import Silence
from selaras.domains.events.models.snmp_user import SnmpUser
from selaras.domains.events.models.source import Refused, Source
from selaras.domains.events.models.stream import Stream
from selaras.domains.events.models.trace import Trace
from selaras.domains.events.models.trend import Trend
from selaras.domains.events.models.window import Window

__all__ = [
    "Alert",
    "Assessment",
    "Beat",
    "Cause",
    "Change",
    "Check",
    "CheckResult",
    "Cursor",
    "Heartbeat",
    "Mapping",
    "NoiseCount",
    "RawBatch",
    "Refused",
    "Replay",
    "Rule",
    "RuleSet",
    "SetAside",
    "Silence",
    "SnmpUser",
    "Source",
    "Stream",
    "Trace",
    "Trend",
    "Window",
]
