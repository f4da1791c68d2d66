"""The queue's address: which records it shows, said in chips that one can read aloud."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from selaras.domains.incidents.queries.escalations import escalated_to
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import list_organisations, list_people, list_teams
from selaras.domains.records.contracts import PRIORITIES, Kind, RecordFilter, Sort, View
from selaras.domains.records.queries import view_filter
from selaras.domains.services.queries import list_services
from selaras.interfaces.web.shell.templatetags.selaras import named
from selaras.interfaces.web.shell.vocabulary import state_word
from selaras.kernel.text import whole_number

KEPT = (
    "view",
    "kind",
    "state",
    "priority",
    "team",
    "assignee",
    "organisation",
    "service",
    "escalated",
    "q",
    "closed",
    "sort",
)
_LONGEST = 200  # characters of searched text


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in words, and the address without it."""

    words: str
    without: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for."""

    view: View
    wanted: RecordFilter
    sort: Sort
    given: tuple[tuple[str, str], ...]  # as in the address, unknown ones left out
    after: str | None

    @property
    def params(self) -> str:
        """The address without its place in the list, ready to be added to."""
        return urlencode(self.given) + ("&" if self.given else "")

    @property
    def query(self) -> str:
        """The address without its place, to be kept as a view."""
        return urlencode(self.given)

    def sorted_by(self, sort: Sort) -> str:
        """The address in another order."""
        return "?" + urlencode([*((k, v) for k, v in self.given if k != "sort"), ("sort", sort)])

    def without(self, name: str, value: str | None = None) -> str:
        """The address without one filter."""
        return "?" + urlencode([(k, v) for k, v in self.given if not (k == name and value in (None, v))])


def read(asked: QueryDict, actor: Actor) -> Asked:
    """Read an address; what is not known in it is left out, so that an old bookmark still opens."""
    given = [(name, value) for name in KEPT for value in asked.getlist(name) if value]
    given = [(name, value) for name, value in given if _known(name, value)]
    values: dict[str, list[str]] = {}
    for name, value in given:
        values.setdefault(name, []).append(value)
    view = View(values["view"][0]) if "view" in values else View.OPEN
    sort = Sort(values["sort"][0]) if "sort" in values else Sort.DUE
    wanted = _narrow(view_filter(actor, view), values, actor)
    return Asked(view, replace(wanted, sort=sort), sort, tuple(given), asked.get("after") or None)


def _known(name: str, value: str) -> bool:
    match name:
        case "view":
            return value in list(View)
        case "sort":
            return value in list(Sort)
        case "kind":
            return value in list(Kind)
        case "priority":
            return whole_number(value) in PRIORITIES
        case "team" | "organisation" | "service":
            return whole_number(value) is not None
        case "escalated":
            return value == "me"
        case "assignee":
            return value in ("me", "none") or whole_number(value) is not None
        case _:
            return len(value) <= _LONGEST and value.isprintable()


def _narrow(base: RecordFilter, values: dict[str, list[str]], actor: Actor) -> RecordFilter:
    """The standing view, narrowed by each filter of the address."""
    wanted = base
    if "closed" in values:
        wanted = replace(wanted, open=None)
    if "kind" in values:
        wanted = replace(wanted, kinds=tuple(Kind(kind) for kind in values["kind"]))
    if "state" in values:
        wanted = replace(wanted, states=tuple(values["state"]))
    if "priority" in values:
        wanted = replace(wanted, priorities=tuple(int(p) for p in values["priority"]))
    if "team" in values:
        wanted = replace(wanted, team_ids=tuple(int(t) for t in values["team"]))
    if "organisation" in values:
        wanted = replace(wanted, organisation_id=int(values["organisation"][0]))
    if "service" in values:
        wanted = replace(wanted, service_id=int(values["service"][0]))
    if "escalated" in values:
        wanted = replace(wanted, ids=escalated_to(actor))
    if "assignee" in values:
        who = values["assignee"][0]
        wanted = replace(wanted, unassigned=True) if who == "none" else wanted
        if who != "none":
            wanted = replace(wanted, assignee_id=actor.id if who == "me" else int(who))
    return replace(wanted, text=values.get("q", [""])[0])


def chips(asked: Asked, actor: Actor) -> list[Chip]:
    """The filters in words; a name costs a query only where its filter is set."""
    return [
        Chip(_words(name, value, actor), asked.without(name, value))
        for name, value in asked.given
        if name not in ("view", "sort")
    ]


def _words(name: str, value: str, actor: Actor) -> str:
    match name:
        case "priority":
            return _("Priority %(n)s") % {"n": value}
        case "state":
            return state_word(Kind.INCIDENT, value)
        case "kind":
            return {"incident": _("Incidents")}.get(value, value)
        case "assignee":
            return _assignee(value, actor)
        case "team":
            return next((t.name for t in list_teams() if t.id == int(value)), value)
        case "organisation":
            return next((o.name for o in list_organisations(actor) if o.id == int(value)), value)
        case "service":
            return next((named(s) for s in list_services(actor) if s.id == int(value)), value)
        case "escalated":
            return _("Escalated to me")
        case "closed":
            return _("Closed ones too")
        case _:
            return f"“{value}”"


def _assignee(value: str, actor: Actor) -> str:
    if value == "me":
        return _("Mine")
    if value == "none":
        return _("Nobody has it")
    return next((p.name for p in list_people(actor, limit=500) if p.id == int(value)), value)
