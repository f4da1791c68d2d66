"""Heartbeats: what is to be heard again and again, how each stands, and what it said."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from selaras.domains.events.actions.heartbeats import (
    change_heartbeat,
    create_heartbeat,
    pause_heartbeat,
    remove_heartbeat,
    renew_key,
)
from selaras.domains.events.contracts.heartbeats import (
    BEAT_WORDS,
    PULSE_WORDS,
    HeartbeatRow,
    Pulse,
)
from selaras.domains.events.queries.heartbeats import get_heartbeat, list_beats, list_heartbeats
from selaras.interfaces.web.events.lengths import length_field, offer_lengths, worded
from selaras.interfaces.web.events.own_alerts import OwnAlertForm, Rows, source_choices, source_field
from selaras.interfaces.web.people.forms import zones
from selaras.interfaces.web.shell.choices import offer
from selaras.interfaces.web.shell.editing import kept_page
from selaras.interfaces.web.shell.forms import refuse_into
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.kernel.errors import Invalid

_MARKS = {
    Pulse.WAITING: ("circle-dashed", "wait"),
    Pulse.HEARD: ("circle-check", "done"),
    Pulse.LATE: ("clock-exclamation", "risk"),
    Pulse.OVERDUE: ("flame", "harm"),
    Pulse.FAILED: ("flame", "harm"),
    Pulse.PAUSED: ("player-pause", "wait"),
}
_DOTS, _DAY = "…", 86_400
_LENGTHS = (60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400, 172_800, 604_800, 2_592_000)


class HeartbeatForm(OwnAlertForm):
    """What of a heartbeat may be changed; `seen` is the version it was read at."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("For example “Nightly backup”."))
    interval = length_field(_("Expected every"), initial=86_400)
    cron = forms.CharField(
        label=_("Or at these times (cron)"), required=False, max_length=100,
        widget=forms.TextInput({"class": "mono", "spellcheck": "false", "placeholder": "0 2 * * 1-5"}),
        help_text=_("Minute, hour, day, month, weekday: “0 2 * * 1-5” is every weekday at 02:00. Empty: as above."),
    )  # fmt: skip
    zone = forms.ChoiceField(label=_("By the clock of"), required=False)
    grace = length_field(_("Grace"), initial=3600, help_text=_("How much later it may come before an alert opens."))
    field_order = ("source_id", "name", "interval", "cron", "zone", "grace", "severity", "item", "watches")

    def __init__(self, *args: Any, known: Iterable[int] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_lengths(self, "interval", [*known, *_LENGTHS])
        offer_lengths(self, "grace", [0, *known, *_LENGTHS])
        offer(self, "zone", zones())
        self.fields["zone"].initial = settings.TIME_ZONE


class NewHeartbeatForm(HeartbeatForm):
    """A heartbeat that is made: of which source, and whether an alert stands for it."""

    source_id = source_field()
    watches = forms.CharField(
        label=_("Heard through the alert"), required=False, max_length=200,
        help_text=_(
            "Leave it empty, and the heartbeat gets an address to call. Or name an alert of the source that always"
            " fires while all is well, such as Prometheus's Watchdog: its re-sends count."
        ),
    )  # fmt: skip

    def __init__(self, *args: Any, sources: Rows, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "source_id", sources)


@page(permission="events.sources")
def heartbeats(request: PageRequest) -> HttpResponse:
    """Every heartbeat."""
    rows = [_shown(row) for row in list_heartbeats(request.actor)]
    return render(request, "events/heartbeats.html", {"area": "sources", "rows": rows})


@page(permission="events.sources", methods=("GET", "POST"))
def new_heartbeat(request: PageRequest) -> HttpResponseBase:
    """The form of a new one; its answer shows the address, and nothing else ever does."""
    sources = source_choices(request.actor)
    form = NewHeartbeatForm(request.POST or None, sources=sources)
    if form.is_valid():
        try:
            made = create_heartbeat(by=request.actor, **form.given())
        except Invalid as refusal:
            refuse_into(form, refusal)
        else:
            return _page(request, get_heartbeat(request.actor, made.id), key=made.key or "")
    context = {"area": "sources", "form": form, "sources": sources}
    return render(request, "events/new_heartbeat.html", context, status=422 if form.errors else 200)


@page(permission="events.sources", methods=("GET", "POST"))
def heartbeat(request: PageRequest, heartbeat_id: int) -> HttpResponseBase:
    """One heartbeat with what it said; a post changes it."""
    row = get_heartbeat(request.actor, heartbeat_id)

    def save(given: Mapping[str, Any]) -> None:
        change_heartbeat(heartbeat_id, by=request.actor, **given)
        messages.success(request, gettext("Saved."))

    make = partial(HeartbeatForm, known=_known(row))
    address = reverse("web:events:heartbeat", args=[heartbeat_id])
    return kept_page(request, make, save, partial(_page, request, row), version=row.version, address=address)


@page(permission="events.sources", methods=("POST",))
def renew(request: PageRequest, heartbeat_id: int) -> HttpResponseBase:
    """A new address in place of the former one; the answer shows it."""
    key = renew_key(heartbeat_id, by=request.actor)
    return _page(request, get_heartbeat(request.actor, heartbeat_id), key=key)


@page(permission="events.sources", methods=("POST",))
def pause(request: PageRequest, heartbeat_id: int) -> HttpResponseBase:
    """Pause it or go on."""
    paused = request.POST.get("paused") == "1"
    pause_heartbeat(heartbeat_id, by=request.actor, paused=paused)
    said = gettext("Paused. Nothing is expected of it.") if paused else gettext("It is expected from its next ping on.")
    messages.success(request, said)
    return HttpResponseRedirect(reverse("web:events:heartbeat", args=[heartbeat_id]))


@page(permission="events.sources", methods=("POST",))
def remove(request: PageRequest, heartbeat_id: int) -> HttpResponseBase:
    """Remove it with its history."""
    remove_heartbeat(heartbeat_id, by=request.actor)
    messages.success(request, gettext("Removed. Its alert, if one was open, has ended."))
    return HttpResponseRedirect(reverse("web:events:heartbeats"))


def _shown(row: HeartbeatRow) -> dict[str, Any]:
    icon, tone = _MARKS[row.pulse]
    return {"row": row, "icon": icon, "tone": tone, "word": PULSE_WORDS[row.pulse], "every": _every(row)}


def _known(row: HeartbeatRow) -> tuple[int, ...]:
    """The lengths it has; with a cron expression the interval is none."""
    return (row.grace,) if row.cron else (row.interval, row.grace)


def _every(row: HeartbeatRow) -> str:
    return f"{row.cron} ({row.zone})" if row.cron else worded(row.interval)


def _page(
    request: PageRequest,
    row: HeartbeatRow,
    *,
    key: str = "",
    form: HeartbeatForm | None = None,
    stale: bool = False,
    status: int = 200,
) -> HttpResponse:
    known = {name: getattr(row, name) for name in ("name", "cron", "grace", "severity", "item")}
    known |= {"zone": row.zone or settings.TIME_ZONE, "interval": _DAY if row.cron else row.interval}
    base = (settings.INTAKE_ADDRESS or request.build_absolute_uri("/")).rstrip("/")
    context = {
        "area": "sources",
        **_shown(row),
        "beats": [(beat, BEAT_WORDS[beat.kind]) for beat in list_beats(request.actor, row.id)],
        "form": form or HeartbeatForm(initial={**known, "seen": row.version}, known=_known(row)),
        "allowed": worded(row.grace),
        "stale": stale,
        "key": key,
        "address": f"{base}/heartbeat/{key or _DOTS}",
    }
    return render(request, "events/heartbeat.html", context, status=status)
