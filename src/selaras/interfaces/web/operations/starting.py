"""Begin a run by hand: of a runbook, for an alert, for an incident."""

from django import forms
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from selaras.domains.operations.actions.start import start_run
from selaras.domains.operations.contracts import Occasion
from selaras.domains.operations.queries import list_runbook_names, occasion_of
from selaras.interfaces.web.shell.choices import offer
from selaras.interfaces.web.shell.editing import form_page, posted
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.kernel.text import whole_number


class StartForm(forms.Form):
    """Which runbook."""

    runbook = forms.ChoiceField(label=gettext_lazy("Runbook"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # as Django takes them
        offer(self, "runbook", list_runbook_names())


@page(permission="operations.run", methods=("GET", "POST"))
def start(request: PageRequest) -> HttpResponseBase:
    """Choose the runbook and begin."""
    alert, number = request.GET.get("alert", ""), request.GET.get("record", "")
    alert_id = whole_number(alert)
    occasion = occasion_of(request.actor, alert_id=alert_id, number=number[:20])
    form = StartForm(posted(request), initial={"runbook": request.GET.get("runbook", "")})

    def act() -> str:
        ref = start_run(form.cleaned_data["runbook"], occasion, by=request.actor)
        return reverse("web:operations:run", args=[ref.id])

    context = {
        "area": "runbooks",
        "heading": _("Run a runbook"),
        "lead": occasion.about or _("For no alert and no incident: its calls have no labels to be filled with."),
        "submit": _("Begin"),
        "back": _back(alert_id, occasion, number),
        "crumb": _("Alert") if alert_id else number or _("Runbooks"),
    }
    return form_page(request, form, act, context=context)


def _back(alert_id: int | None, occasion: Occasion, number: str) -> str:
    if alert_id is not None:
        return reverse("web:events:alert", args=[alert_id])
    if occasion.record_id is not None:
        return reverse("web:records:record", args=[number])
    return reverse("web:operations:runbooks")
