"""Escalation policies: whom they would tell now, and the form that makes and changes them."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from selaras.domains.duty.actions.policies import save_policy
from selaras.domains.duty.contracts.policies import PolicyRow
from selaras.domains.duty.queries import get_policy, list_policies, list_rotas, would_be_told
from selaras.domains.people.queries import may
from selaras.interfaces.web.duty.parts import untouched
from selaras.interfaces.web.duty.policy_forms import PolicyForm, step_forms
from selaras.interfaces.web.people.forms import colleagues
from selaras.interfaces.web.shell.editing import too_late
from selaras.interfaces.web.shell.forms import refuse_into
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.kernel.errors import Refusal, Stale


@page(permission="duty.view")
def policies(request: PageRequest) -> HttpResponse:
    """All of them."""
    context = {
        "area": "policies",
        "policies": list_policies(request.actor),
        "may_edit": may(request.actor, "duty.edit"),
    }
    return render(request, "duty/policies.html", context)


@page(permission="duty.view")
def policy(request: PageRequest, slug: str) -> HttpResponse:
    """One, with who would be told if a page went out this moment."""
    found = get_policy(request.actor, slug)
    context = {
        "area": "policies",
        "policy": found,
        "told": would_be_told(found),
        "may_edit": may(request.actor, "duty.edit"),
    }
    return render(request, "duty/policy.html", context)


@page(permission="duty.edit", methods=("GET", "POST"))
def new(request: PageRequest) -> HttpResponseBase:
    """Make a policy."""
    return _form(request, None)


@page(permission="duty.edit", methods=("GET", "POST"))
def edit(request: PageRequest, slug: str) -> HttpResponseBase:
    """Change a policy; refused, with all that was typed kept, if somebody changed it meanwhile."""
    return _form(request, get_policy(request.actor, slug))


def _form(request: PageRequest, policy: PolicyRow | None) -> HttpResponseBase:
    data = request.POST if request.method == "POST" else None
    initial = {}
    if policy is not None:
        initial = {"name": policy.name, "slug": policy.slug, "repeats": policy.repeats, "seen": policy.version}
    form = PolicyForm(data, initial=initial)
    rotas, people = list_rotas(request.actor), colleagues(request.actor)
    steps = step_forms(policy, rotas, people, data)
    bound = [one for one in steps if one.is_bound]
    late, status = None, 200 if data is None else 422
    if data is not None and all([form.is_valid(), *(one.is_valid() for one in bound)]):
        try:
            save_policy(
                by=request.actor,
                policy_id=policy.id if policy else None,
                **form.cleaned_data | {"steps": [one.step() for one in bound]},
            )
        except Stale as stale:
            late, status = too_late(form, stale), stale.status
            if policy is not None and untouched("steps", (one.step().as_json() for one in bound), stale):
                present = next(row for row in list_policies(request.actor) if row.id == policy.id)
                steps = step_forms(present, rotas, people, None)
        except Refusal as refusal:
            refuse_into(form, refusal)
        else:
            messages.success(request, _("The policy is saved."))
            return HttpResponseRedirect(reverse("web:duty:policy", args=[form.cleaned_data["slug"]]))
    context = {"area": "policies", "form": form, "steps": steps, "policy": policy, "late": late}
    return render(request, "duty/policy_form.html", context, status=status)
