"""Escalation: answering what one is asked, and the rules by which clocks escalate."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from selaras.domains.agreements.contracts import METRIC_WORDS, Metric
from selaras.domains.incidents.actions.escalate import answer_escalation
from selaras.domains.incidents.actions.escalate_by_rule import add_rule, drop_rule
from selaras.domains.incidents.contracts import MOMENT_WORDS
from selaras.domains.incidents.queries.escalations import list_escalations, list_rules
from selaras.domains.people.contracts import Actor
from selaras.domains.records.contracts import PRIORITIES
from selaras.domains.records.queries import get_record
from selaras.interfaces.web.people.forms import colleagues
from selaras.interfaces.web.shell.choices import offer, pick, words_of
from selaras.interfaces.web.shell.forms import refuse_into
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.interfaces.web.shell.words import spoken
from selaras.kernel.errors import NotAllowed, NotFound, Refusal

_CLOCKS = (Metric.RESPOND, Metric.RESOLVE, Metric.UPDATE)


class RuleForm(forms.Form):
    """A further rule."""

    priority = forms.TypedChoiceField(label=gettext_lazy("Priority"), coerce=int)
    metric = forms.ChoiceField(label=gettext_lazy("Clock"))
    moment = forms.ChoiceField(label=gettext_lazy("When"))
    to_id = pick(gettext_lazy("To whom"))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "priority", ((level, f"P{level}") for level in PRIORITIES))
        offer(self, "metric", ((metric, spoken(METRIC_WORDS[metric])) for metric in _CLOCKS))
        offer(self, "moment", words_of(MOMENT_WORDS))
        offer(self, "to_id", colleagues(actor), _("The lead of its team"))


@page(permission="incidents.models", methods=("GET", "POST"))
def rules(request: PageRequest) -> HttpResponseBase:
    """The rules, and a further one."""
    if request.method != "POST":
        return _rules(request, RuleForm(actor=request.actor))
    form = RuleForm(request.POST, actor=request.actor)
    if form.is_valid():
        try:
            add_rule(by=request.actor, **form.cleaned_data)
        except NotAllowed:
            raise
        except Refusal as refusal:
            refuse_into(form, refusal)
        else:
            messages.success(request, _("The rule holds from now on."))
            return HttpResponseRedirect(reverse("web:incidents:rules"))
    return _rules(request, form, status=422)


def _rules(request: PageRequest, form: RuleForm, status: int = 200) -> HttpResponse:
    context = {"area": "escalation", "rows": list_rules(request.actor), "form": form, "moments": MOMENT_WORDS}
    return render(request, "incidents/rules.html", context, status=status)


@page(permission="incidents.models", methods=("POST",))
def drop(request: PageRequest, rule_id: int) -> HttpResponseBase:
    """Take a rule away."""
    drop_rule(rule_id, by=request.actor)
    messages.success(request, _("The rule is gone. What it has escalated stays."))
    return HttpResponseRedirect(reverse("web:incidents:rules"))


@page(permission="records.internal", methods=("POST",))
def answer(request: PageRequest, number: str, escalation_id: int) -> HttpResponseBase:
    """Say what was decided; a refusal is told on the record."""
    card = get_record(request.actor, number)
    if not any(row.id == escalation_id for row in list_escalations(request.actor, card.id)):
        raise NotFound(str(escalation_id))
    try:
        answer_escalation(escalation_id, by=request.actor, answer=request.POST.get("answer", ""))
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        messages.error(request, spoken(refusal.sentence))
    return HttpResponseRedirect(reverse("web:records:record", args=[card.number]))
