"""A person's own page: language, theme, zone, password, second factor, API tokens."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from selaras.domains.people.actions.tokens import create_token, revoke_token
from selaras.domains.people.contracts import ROLE_WORDS, Role
from selaras.domains.people.queries import list_tokens
from selaras.interfaces.web.people.forms import TokenForm, ZoneForm
from selaras.interfaces.web.shell.forms import refuse_into
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.kernel import clock
from selaras.kernel.errors import Refusal


@page(permission="people.self")
def profile(request: PageRequest) -> HttpResponse:
    """The profile as it is."""
    return _page(request, TokenForm(roles=request.actor.roles))


@page(permission="people.self", methods=("POST",))
def new_token(request: PageRequest) -> HttpResponseBase:
    """Make a token; its secret is on the answer, and nowhere else, ever."""
    form = TokenForm(request.POST, roles=request.actor.roles)
    if form.is_valid():
        days = form.cleaned_data["days"]
        try:
            secret = create_token(
                by=request.actor,
                name=form.cleaned_data["name"],
                roles=[Role(role) for role in form.cleaned_data["roles"]],
                expires_at=clock.now() + timedelta(days=days) if days else None,
            )
        except Refusal as refusal:
            refuse_into(form, refusal)
        else:
            return _page(request, TokenForm(roles=request.actor.roles), secret=secret)
    return _page(request, form, status=422)


@page(permission="people.self", methods=("POST",))
def end_token(request: PageRequest, token_id: int) -> HttpResponseBase:
    """End a token at once."""
    revoke_token(token_id, by=request.actor)
    messages.success(request, _("The token has ended. Nothing can use it any more."))
    return HttpResponseRedirect(reverse("web:people:profile"))


def _page(request: PageRequest, form: TokenForm, *, secret: str = "", status: int = 200) -> HttpResponse:
    words = [ROLE_WORDS[role] for role in sorted(request.actor.roles)]
    context = {
        "area": "profile",
        "zone_form": ZoneForm(initial={"timezone": request.actor.timezone}),
        "token_form": form,
        "tokens": list_tokens(request.actor.id or 0),
        "role_words": {role.value: ROLE_WORDS[role] for role in Role},
        "duties": words,
        "secret": secret,
        "email": getattr(request.user, "email", ""),
    }
    return render(request, "people/profile.html", context, status=status)
