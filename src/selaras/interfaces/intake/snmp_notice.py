"""What a notification makes: an alert with a readable name, which another notification may end."""

import re

from selaras.domains.events.reading.notice import Notice, annotations_from, labels_from, severity_labels, text_of
from selaras.domains.events.reading.words import LEVEL_OF, SAYING_OF, Level, Saying, level_of, pieces
from selaras.interfaces.intake.snmp_mibs import Mibs, Named
from selaras.interfaces.intake.snmp_packet import Oid, Trap

_DAY, _INFORMATION = 86_400.0, 300.0  # seconds that an alert fires which nothing may end
_SHOWN = 50  # variables that become annotations
# What the standard notifications mean: severity, and what they begin (+) or end (-).
_STANDARD: dict[str, tuple[str, str]] = {
    "coldStart": ("warning", ""),
    "warmStart": ("info", ""),
    "linkDown": ("error", "+link"),
    "linkUp": ("error", "-link"),
    "authenticationFailure": ("warning", ""),
    "egpNeighborLoss": ("warning", ""),
    "bgpBackwardTransition": ("error", "+bgp"),
    "bgpEstablished": ("error", "-bgp"),
    "bgpBackwardTransNotification": ("error", "+bgp"),
    "bgpEstablishedNotification": ("error", "-bgp"),
    "upsTrapOnBattery": ("error", ""),
    "upsTrapAlarmEntryAdded": ("error", "+ups alarm"),
    "upsTrapAlarmEntryRemoved": ("error", "-ups alarm"),
    "newRoot": ("info", ""),
    "topologyChange": ("info", ""),
    "entConfigChange": ("info", ""),
}
_ENDS = re.compile(r"(clear|cleared|resolved|restored|recovered|recovery|normal|ok|up|removed|off|closed|end)", re.I)
_SEVERITY = re.compile(r"severity|priority|alarmlevel", re.I)
_PRINTABLE = re.compile(r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*")


def notice_of(trap: Trap, client: str, mibs: Mibs) -> Notice:
    """The notice of a notification that came from the address `client`."""
    known = mibs.exactly(trap.oid)
    name = known.name if known else f"SNMP trap {_dotted(trap.oid)}"
    read = [_variable(oid, value, mibs) for oid, value in trap.variables]
    saying, stem, word = _meaning(name if known else "", read)
    index = next((rest for _, _, rest in read if rest not in ("", "0")), "")
    values = {variable: value for variable, value, _ in reversed(read)}
    labels = labels_from(
        {
            "alertname": name,
            "instance": trap.agent or client,
            **severity_labels(word),
            "trap_oid": _dotted(trap.oid),
            "index": values.get("ifIndex") or index,
            "interface": values.get("ifName") or values.get("ifDescr"),
        }
    )
    told = {
        "summary": ", ".join(f"{variable} {value}" for variable, value, _ in read)[:2000]
        or (known and known.text)
        or name,
        "description": known.text if known else "",
        "sender": client,
        "uptime": f"{trap.uptime / 100:.0f} s" if trap.uptime is not None else "",
        **{variable: value for variable, value, _ in read[:_SHOWN]},
    }
    identity = {"instance": labels["instance"], "trap": stem or _dotted(trap.oid), "index": labels.get("index", "")}
    return Notice(saying, labels, annotations_from(told), identity=identity, lasts=_lasts(labels, stem))


def _lasts(labels: dict[str, str], stem: str) -> float | None:
    if stem:
        return None  # another notification ends it
    return _INFORMATION if labels.get("severity") == Level.INFO else _DAY


def _meaning(name: str, read: list[tuple[str, str, str]]) -> tuple[Saying, str, str]:
    """What it says, of what (empty: of nothing that another notification would end), and how severe that is."""
    if name in _STANDARD:
        word, of = _STANDARD[name]
        return (Saying.RESOLVED if of.startswith("-") else Saying.FIRING), of[1:], word
    word = next(
        (_word(value) for variable, value, _ in read if _SEVERITY.search(variable) and level_of(_word(value))), ""
    )
    parts = pieces(name)
    rest = [part for part in parts if part not in LEVEL_OF and part not in SAYING_OF and not _ENDS.fullmatch(part)]
    if parts and _ENDS.fullmatch(parts[-1]) and rest:
        return Saying.RESOLVED, " ".join(rest), word
    found = next((part for part in reversed(parts) if SAYING_OF.get(part) == Saying.FIRING), "")
    level = word or (level_of(found) or "")
    return Saying.FIRING, " ".join(rest) if found and len(rest) < len(parts) else "", str(level)


def _word(value: str) -> str:
    """`critical` of `critical(1)`."""
    return value.partition("(")[0]


def _variable(oid: Oid, value: object, mibs: Mibs) -> tuple[str, str, str]:
    """A variable's name, its value and its instance as texts."""
    found, rest = mibs.look_up(oid)
    if found is None or len(rest) > 16 or (rest and found.name in ("enterprises", "mib-2", "internet")):
        return _dotted(oid), _text(value, None, mibs), ""
    return found.name, _text(value, found, mibs), _dotted(rest)


def _text(value: object, named: Named | None, mibs: Mibs) -> str:
    if isinstance(value, tuple):
        return mibs.spoken(value)
    if isinstance(value, int):
        word = named.words.get(value) if named else None
        return f"{word}({value})" if word else str(value)
    if not isinstance(value, bytes):
        return text_of(str(value), 2000)
    try:
        text = value.decode().rstrip("\0")
    except UnicodeDecodeError:
        text = ""
    if _PRINTABLE.fullmatch(text) and (text or not value):
        return text_of(text, 2000)
    return ":".join(f"{byte:02x}" for byte in value[:200])


def _dotted(oid: Oid) -> str:
    return ".".join(str(number) for number in oid)
