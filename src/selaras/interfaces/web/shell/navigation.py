"""The rail: the groups of work a person's duty needs, and where each link leads."""

from dataclasses import dataclass
from functools import cache

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import may


@dataclass(frozen=True, slots=True)
class Link:
    """One line of the rail or of the palette."""

    url_name: str
    words: str | Promise
    icon: str
    permission: str
    area: str  # what a page says of itself in `area`, to be marked as the present one

    @property
    def address(self) -> str:
        """Where it leads."""
        return _address(self.url_name)


@dataclass(frozen=True, slots=True)
class Group:
    """A heading of the rail and its links."""

    words: str | Promise
    links: tuple[Link, ...]


_RAIL = (
    Group(
        _("Desk"),
        (
            Link("web:records:queue", _("Queue"), "inbox", "records.queue", "queue"),
            Link("web:incidents:majors", _("Major incidents"), "urgent", "records.queue", "majors"),
        ),
    ),
    Group(
        _("Events"),
        (
            Link("web:events:alerts", _("Alerts"), "bell", "events.view", "alerts"),
            Link("web:events:noise", _("Noise"), "activity", "events.view", "noise"),
            Link("web:events:silences", _("Silences"), "clock-pause", "events.view", "silences"),
            Link("web:events:windows", _("Maintenance"), "calendar", "events.view", "maintenance"),
            Link("web:operations:runbooks", _("Runbooks"), "list-check", "operations.view", "runbooks"),
            Link("web:duty:now", _("Duty"), "user-check", "duty.view", "duty"),
            Link("web:duty:log", _("Shift log"), "list-check", "duty.view", "shift_log"),
            Link("web:duty:pages", pgettext_lazy("duty", "Pages"), "urgent", "duty.view", "pages"),
        ),
    ),
    Group(_("Causes"), (Link("web:problems:problems", _("Problems"), "flag", "problems.view", "problems"),)),
    Group(
        _("Relationships"),
        (
            Link("web:people:customers", _("Customers"), "building", "records.queue", "customers"),
            Link("web:agreements:list", _("Agreements"), "file-certificate", "agreements.view", "agreements"),
        ),
    ),
    Group(
        _("What we run"),
        (
            Link("web:services:list", _("Services"), "stack-2", "services.view", "services"),
            Link("web:services:items", _("Configuration items"), "server", "items.view", "items"),
        ),
    ),
    Group(
        _("Settings"),
        (
            Link("web:people:people", _("People"), "user", "people.edit", "people"),
            Link("web:people:teams", _("Teams"), "users", "people.edit", "teams"),
            Link("web:people:organisations", _("Organisations"), "building", "people.edit", "organisations"),
            Link("web:incidents:models", _("Incident models"), "list-check", "incidents.models", "models"),
            Link("web:incidents:rules", _("Escalation rules"), "arrow-up", "incidents.models", "escalation"),
            Link("web:incidents:matrix", _("Priority matrix"), "table", "incidents.models", "matrix"),
            Link("web:events:sources", _("Event sources"), "plug-connected", "events.sources", "sources"),
            Link("web:events:rules", _("Alert rules"), "list-check", "events.rules", "rules"),
            Link("web:events:retention", _("Retention"), "clock", "system.operate", "retention"),
        ),
    ),
)

_CUSTOMER = (
    Link("web:people:home", _("Our services"), "home", "services.view", "home"),
    Link("web:incidents:status", _("Status"), "activity", "services.view", "status"),
    Link("web:records:mine", _("My records"), "inbox", "records.view", "mine"),
    Link("web:agreements:list", _("Agreements"), "file-certificate", "agreements.view", "agreements"),
)


@cache  # every page draws some thirty of them
def _address(url_name: str) -> str:
    return reverse(url_name)


def rail_for(actor: Actor) -> list[Group]:
    """The groups that hold something this person may open."""
    groups = (Group(group.words, tuple(x for x in group.links if may(actor, x.permission))) for group in _RAIL)
    return [group for group in groups if group.links]


def customer_links(actor: Actor) -> list[Link]:
    """The few links of the simpler frame."""
    return [link for link in _CUSTOMER if may(actor, link.permission)]


def home_of(actor: Actor) -> str:
    """The address a person begins at."""
    return reverse("web:records:queue" if may(actor, "records.queue") else "web:people:home")
