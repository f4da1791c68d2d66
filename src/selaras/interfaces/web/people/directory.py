"""All people: found by name, address, organisation, duty; and a new one."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from selaras.domains.people.actions.people import create_person
from selaras.domains.people.contracts import ROLE_WORDS, PeopleFilter, Role
from selaras.domains.people.queries.directory import list_directory
from selaras.interfaces.web.people.keeping_forms import PersonForm, organisation_choices
from selaras.interfaces.web.shell.forms import refuse_into
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.kernel.errors import Invalid
from selaras.kernel.text import whole_number

ROWS = 50
_ACTIVE = {"": True, "no": False, "all": None}


@page(permission="people.edit")
def people(request: PageRequest) -> HttpResponse:
    """People by name; the filter lives in the address."""
    asked = {
        name: request.GET.get(name, "").replace("\x00", "")[:100] for name in ("q", "organisation", "role", "active")
    }
    wanted = PeopleFilter(
        text=asked["q"].strip(),
        organisation_id=whole_number(asked["organisation"]),
        role=Role(asked["role"]) if asked["role"] in list(Role) else None,
        active=_ACTIVE.get(asked["active"], True),
    )
    after = whole_number(request.GET.get("after", ""))
    context = {
        "area": "people",
        "people": list_directory(request.actor, wanted, after=after, limit=ROWS),
        "asked": asked,
        "params": urlencode({name: value for name, value in asked.items() if value}),
        "narrowed": any(asked.values()),
        "after": after,
        "organisations": organisation_choices(request.actor),
        "roles": ROLE_WORDS,
    }
    return render(request, "people/people.html", context)


@page(permission="people.edit", methods=("GET", "POST"))
def new_person(request: PageRequest) -> HttpResponseBase:
    """The form of somebody new, and what it sends."""
    if request.method != "POST":
        known = {"language": "id", "timezone": request.actor.timezone, "roles": [Role.REQUESTER.value]}
        known["organisation_id"] = request.GET.get("organisation", "")
        return _form(request, PersonForm(actor=request.actor, initial=known))
    form = PersonForm(request.POST, actor=request.actor)
    if form.is_valid():
        try:
            person_id = create_person(by=request.actor, **form.given())
        except Invalid as refusal:
            refuse_into(form, refusal)
        else:
            made = _("%(name)s is made. Make a link now, so that they can choose a password.")
            messages.success(request, made % {"name": form.cleaned_data["name"]})
            return HttpResponseRedirect(reverse("web:people:person", args=[person_id]))
    return _form(request, form, status=422)


def _form(request: PageRequest, form: PersonForm, status: int = 200) -> HttpResponse:
    return render(request, "people/person_new.html", {"area": "people", "form": form}, status=status)
