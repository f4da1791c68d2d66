"""The operations console: what fires now, narrowed and grouped by the address, live, a page by key."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render

from selaras.domains.events.contracts import CLASS_WORDS, AlertClass
from selaras.domains.events.contracts.alerts import AlertFilter, AlertGroup, AlertRow
from selaras.domains.events.contracts.noise import NOISE_DAYS
from selaras.domains.events.queries.alerts import list_alerts
from selaras.domains.events.queries.grouping import get_trend, group_alerts
from selaras.domains.events.queries.narrowing import READ_THROUGH
from selaras.domains.events.queries.rules import rule_names
from selaras.domains.events.queries.searching import search_terms
from selaras.domains.events.queries.sources import list_sources
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import list_teams
from selaras.domains.services.queries import list_services
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.interfaces.web.shell.templatetags.selaras import named
from selaras.interfaces.web.shell.words import spoken
from selaras.kernel import clock
from selaras.kernel.errors import Invalid
from selaras.kernel.text import whole_number

ROWS = 50
_STATES = ("firing", "resolved", "all")
_YES_NO = {"1": True, "0": False}
_KEPT = (
    "state", "class", "source", "item", "rule", "service", "team", "mine", "silenced", "acknowledged", "shelved",
    "days", "q", "group", "together",
)  # fmt: skip
_GROUPS = ("class", "source", "item")
_DAYS = {str(days) for days in NOISE_DAYS}
_LABELS = 12  # that are offered to group by


@dataclass(frozen=True, slots=True)
class Shown:
    """A row and the word for how it stands: another word, and an open page draws it anew."""

    row: AlertRow
    version: str


@page(permission="events.view")
def alerts(request: PageRequest) -> HttpResponse:
    """The list: firing ones unless the address says otherwise."""
    sources = {row.id: row.name for row in list_sources(request.actor)}
    given = {name: request.GET[name][:400] for name in _KEPT if request.GET.get(name)}
    error = ""
    try:
        wanted = _wanted(given, request.actor.id)
    except Invalid as refusal:
        error = spoken(refusal.fields["q"])
        wanted = _wanted({**given, "q": ""}, request.actor.id)
    found = list_alerts(request.actor, wanted, after=request.GET.get("after") or None, limit=ROWS)
    by = given.get("group", "")
    groups, more = group_alerts(request.actor, wanted, by) if by else ([], False)
    context = {
        "area": "alerts",
        "page": found,
        "shown": [Shown(row, _version(row)) for row in found.rows],
        "given": given,
        "state_now": wanted.state or "all",
        "class_now": wanted.alert_class,
        "silenced_now": wanted.silenced,
        "acknowledged_now": wanted.acknowledged,
        "shelved_now": wanted.shelved,
        "mine_now": wanted.assignee_id,
        "classes": CLASS_WORDS,
        "source_now": wanted.source_id,
        "source_name": sources.get(wanted.source_id or 0),
        "item_now": wanted.item_id,
        "together_now": wanted.group_id,
        "item_name": next((r.assessed.item_name for r in found.rows if r.assessed), "") if wanted.item_id else "",
        "rule_now": wanted.rule_id,
        "rule_name": rule_names().get(wanted.rule_id, "") if wanted.rule_id else "",
        "service_now": wanted.service_id,
        "service_name": _service(request.actor, wanted.service_id),
        "days_now": given.get("days") if wanted.since else "",
        "team_name": next((t.name for t in list_teams() if t.id == wanted.team_id), "") if wanted.team_id else "",
        "error": error,
        "groups": [(group, _into(group, by, given)) for group in groups],
        "more": more,
        "counted": READ_THROUGH,
        "labels": _labels(found.rows, by),
        "trend": get_trend(request.actor),
        "here": request.get_full_path(),
        "params": urlencode(given) + ("&" if given else ""),
    }
    return render(request, "events/alerts.html", context)


def _wanted(given: Mapping[str, str], me: int | None) -> AlertFilter:
    def number(name: str) -> int | None:
        return whole_number(given.get(name))

    state, asked_class = given.get("state", "firing"), given.get("class", "")
    conditions, words = search_terms(given.get("q", ""))
    return AlertFilter(
        state=None if state == "all" else state if state in _STATES else "firing",
        alert_class=AlertClass(asked_class) if asked_class in list(AlertClass) else None,
        source_id=number("source"),
        item_id=number("item"),
        group_id=number("together"),
        rule_id=number("rule"),
        service_id=number("service"),
        since=clock.now() - timedelta(days=int(given["days"])) if given.get("days") in _DAYS else None,
        team_id=number("team"),
        assignee_id=me if "mine" in given else None,
        silenced=_YES_NO.get(given.get("silenced", "")),
        acknowledged=_YES_NO.get(given.get("acknowledged", "")),
        shelved=_YES_NO.get(given.get("shelved", "")),
        conditions=conditions,
        words=words,
    )


def _service(actor: Actor, service_id: int | None) -> str:
    """In the reader's language."""
    rows = list_services(actor) if service_id else ()
    return next((named(row) for row in rows if row.id == service_id), "")


def _into(group: AlertGroup, by: str, given: Mapping[str, str]) -> str:
    """The address of the alerts of a group."""
    rest: dict[str, Any] = {name: value for name, value in given.items() if name != "group"}
    if by in _GROUPS and group.key:
        rest[by] = group.key
    elif by not in _GROUPS:
        rest["q"] = f'{rest.get("q", "")} {by}="{group.key}"'.strip()
    return "?" + urlencode(rest)


def _labels(rows: tuple[AlertRow, ...], by: str) -> list[str]:
    """The labels that most of these have, to group by."""
    seen = Counter(name for row in rows for name in row.labels)
    names = [name for name, _ in seen.most_common(_LABELS)]
    return sorted({*names, *([by] if by and by not in _GROUPS else [])})


def _version(row: AlertRow) -> str:
    made = row.assessed
    if made is None:
        return row.state
    said = (made.acknowledged_by, made.assigned_to, made.assigned_team, made.shelved_until, made.record_number)
    return f"{row.state} {made.changed_at.timestamp()} {made.alert_class} {made.silenced} {said}"
