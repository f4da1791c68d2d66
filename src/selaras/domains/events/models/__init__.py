from selaras.domains.events.models.alert import Alert
from selaras.domains.events.models.assessment import Assessment, Cause
from selaras.domains.events.models.check import Check, CheckResult
from selaras.domains.events.models.group import Group
from selaras.domains.events.models.heartbeat import Beat, Heartbeat
from selaras.domains.events.models.log import Ahead, Change, Cursor, RawBatch, ResentBatch, SetAside, UnfoldedBatch
from selaras.domains.events.models.mapping import Mapping
from selaras.domains.events.models.noise import NoiseCount
from selaras.domains.events.models.opened import Opened
from selaras.domains.events.models.precedent import Precedent
from selaras.domains.events.models.recheck import Recheck
from selaras.domains.events.models.replay import Replay
from selaras.domains.events.models.retention import LogDay, Retention
from selaras.domains.events.models.rule import Rule, RuleSet
from selaras.domains.events.models.silence import Silence
from selaras.domains.events.models.snmp_user import SnmpUser
from selaras.domains.events.models.source import Refused, Source
from selaras.domains.events.models.stream import Stream
from selaras.domains.events.models.table import Table, TableChange
from selaras.domains.events.models.trace import Trace
from selaras.domains.events.models.trend import Trend
from selaras.domains.events.models.window import Window

__all__ = [
    "Ahead",
    "Alert",
    "Assessment",
    "Beat",
    "Cause",
    "Change",
    "Check",
    "CheckResult",
    "Cursor",
    "Group",
    "Heartbeat",
    "LogDay",
    "Mapping",
    "NoiseCount",
    "Opened",
    "Precedent",
    "RawBatch",
    "Recheck",
    "Refused",
    "Replay",
    "ResentBatch",
    "Retention",
    "Rule",
    "RuleSet",
    "SetAside",
    "Silence",
    "SnmpUser",
    "Source",
    "Stream",
    "Table",
    "TableChange",
    "Trace",
    "Trend",
    "UnfoldedBatch",
    "Window",
]
