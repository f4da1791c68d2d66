"""Names for OIDs: the standard ones, and those of MIB files that are put into a folder.

The files are read by pysmi's parser; names are resolved here, so that a MIB whose imports are not there is read as far
as it can be.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pysmi.parser.dialect import smi_v1_relaxed
from pysmi.parser.smi import parserFactory

from selaras.interfaces.intake.snmp_names import STANDARD
from selaras.interfaces.intake.snmp_packet import Oid

log = logging.getLogger(__name__)

_SIZE = 8 << 20  # bytes of a file that may be a MIB
_OID, _TEXT = "objectIdentifier", "DESCRIPTION"


@dataclass(frozen=True, slots=True)
class Named:
    """What an OID is: its name, the words of its numbers, what its MIB says of it."""

    name: str
    words: Mapping[int, str] = field(default_factory=dict)
    text: str = ""


class Mibs:
    """Every name that is known."""

    def __init__(self) -> None:
        self._of = {oid: Named(name, words) for oid, (name, words) in STANDARD.items()}

    def look_up(self, oid: Oid) -> tuple[Named | None, Oid]:
        """What the longest known beginning of an OID is, and the rest of it: the instance."""
        for end in range(len(oid), 0, -1):
            found = self._of.get(oid[:end])
            if found is not None:
                return found, oid[end:]
        return None, oid

    def exactly(self, oid: Oid) -> Named | None:
        """What an OID is, if it is known itself."""
        return self._of.get(oid)

    def spoken(self, oid: Oid) -> str:
        """An OID as it is written: by name as far as that is known."""
        found, rest = self.look_up(oid)
        parts = [found.name] if found else []
        return ".".join([*parts, *(str(number) for number in rest)])

    def load(self, folder: Path) -> int:
        """Add the names of all MIBs in a folder; how many modules were read. What is no MIB is told in the log."""
        files = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
        if not files:
            return 0
        parser = parserFactory(**smi_v1_relaxed)()
        modules: dict[str, Any] = {}
        for path in files:
            try:
                if path.stat().st_size > _SIZE:
                    raise ValueError(f"it is larger than {_SIZE >> 20} MB")
                parsed = parser.parse(path.read_text("utf-8", errors="replace"))
                modules.update({module[0]: module for module in parsed})
            except Exception as error:
                log.warning("%s is not read as a MIB: %s", path, getattr(error, "msg", error))
        self._add(modules)
        return len(modules)

    def _add(self, modules: Mapping[str, Any]) -> None:
        declared = {name: _declarations(module) for name, module in modules.items()}
        known = {named.name: oid for oid, named in self._of.items()}
        found = _Resolver(declared, {name: module[2] or {} for name, module in modules.items()}, known)
        for module, declarations in declared.items():
            for name, (_, clause) in declarations.items():
                oid = found.oid(module, name)
                if oid is not None:
                    self._of[oid] = Named(name, _words(clause), _description(clause))


class _Resolver:
    def __init__(self, declared: Mapping[str, Any], imports: Mapping[str, Any], known: Mapping[str, Oid]) -> None:
        self._declared, self._known = declared, known
        self._from = {
            (module, name): other for module, of in imports.items() for other, names in of.items() for name in names
        }
        self._found: dict[tuple[str, str], Oid | None] = {}

    def oid(self, module: str, name: str) -> Oid | None:
        """The OID of a name in a module; None if a part of it is not known."""
        place = (module, name)
        if place not in self._found:
            self._found[place] = None  # so that a circle ends
            self._found[place] = self._resolve(module, name)
        return self._found[place]

    def _resolve(self, module: str, name: str) -> Oid | None:
        if name not in self._declared.get(module, {}):
            other = self._from.get((module, name))
            found = self.oid(other, name) if other and other != module else None
            return found or self._known.get(name)
        made: list[int] = []
        for number, part in enumerate(self._declared[module][name][0]):
            if isinstance(part, int):
                made.append(part)
            elif isinstance(part, tuple):  # iso(1)
                made.append(int(part[1]))
            else:
                above = self.oid(module, part) if number == 0 else None
                if above is None:
                    return None
                made += above
        return tuple(made)


def _declarations(module: Any) -> dict[str, tuple[list[Any], Any]]:
    """Name → the parts of its OID, and its whole clause."""
    made = {}
    for clause in module[3] or []:
        if not isinstance(clause, tuple) or len(clause) < 3 or not isinstance(clause[1], str):
            continue
        if clause[0] == "trapTypeClause":  # of version 1: under its enterprise, behind a zero
            enterprise = clause[2][1] if isinstance(clause[2], tuple) else clause[2]
            parts = enterprise if isinstance(enterprise, list) else [enterprise]
            made[clause[1]] = ([*parts, 0, clause[-1]], clause)
        elif isinstance(clause[-1], tuple) and clause[-1][:1] == (_OID,):
            made[clause[1]] = (clause[-1][1], clause)
    return made


def _words(clause: Any) -> dict[int, str]:
    syntax = clause[2] if clause[0] == "objectTypeClause" else None
    named = syntax[2] if isinstance(syntax, tuple) and len(syntax) > 2 else None
    if not isinstance(named, tuple) or named[0] != "enumSpec":
        return {}
    return {int(number): str(word) for word, number in named[1]}


def _description(clause: Any) -> str:
    texts = [part[1] for part in clause if isinstance(part, tuple) and len(part) == 2 and part[0] == _TEXT]
    return " ".join(str(texts[0]).split())[:1000] if texts else ""
