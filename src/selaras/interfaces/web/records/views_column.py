"""The views column: standing views with live counts, and the ones a person saved."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from selaras.domains.incidents.queries.escalations import escalated_to
from selaras.domains.people.contracts import Actor
from selaras.domains.records.contracts import View
from selaras.domains.records.queries import list_saved_views
from selaras.interfaces.web.records.filters import Asked


@dataclass(frozen=True, slots=True)
class ViewLine:
    """A line of the column."""

    words: str
    address: str
    count: int | None
    now: bool
    alarm: bool = False
    kept_id: int | None = None  # of a view the person keeps, which they may drop


def view_words() -> dict[View, str]:
    """What the standing views are called."""
    return {
        View.OPEN: _("All open"),
        View.MINE: _("Mine"),
        View.TEAM: _("My teams"),
        View.UNASSIGNED: _("Nobody has it"),
        View.URGENT: _("Priority 1 and 2"),
    }


def views_column(actor: Actor, counts: Mapping[View, int], asked: Asked | None) -> list[ViewLine]:
    """The lines, in the order of work: what is mine first, before it where a decision of mine is awaited."""
    words = view_words()
    home = reverse("web:records:queue")
    standing = [
        ViewLine(words[view], f"{home}?view={view}", counts.get(view), _is_now(asked, view), alarm=view is View.URGENT)
        for view in (View.MINE, View.TEAM, View.UNASSIGNED, View.URGENT, View.OPEN)
    ]
    if awaited := escalated_to(actor):
        now = asked is not None and asked.given == (("escalated", "me"),)
        standing.insert(0, ViewLine(_("Escalated to me"), f"{home}?escalated=me", len(awaited), now, alarm=True))
    here = asked.params.rstrip("&") if asked else ""
    saved = [
        ViewLine(row.name, f"{home}?{row.query}", None, row.query == here, kept_id=row.id)
        for row in list_saved_views(actor)
    ]
    return standing + saved


def _is_now(asked: Asked | None, view: View) -> bool:
    """Whether the list shows exactly this view, with no filter beside it."""
    return asked is not None and asked.view is view and all(name in ("view", "sort") for name, _v in asked.given)
