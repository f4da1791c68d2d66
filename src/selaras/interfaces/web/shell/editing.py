"""A page that is a form: shown, taken, refused at its fields, and told where somebody else was faster.

A form of something that two people may edit holds `seen`, the version it was read at.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from selaras.interfaces.web.shell.forms import refuse_into
from selaras.interfaces.web.shell.page import PageRequest
from selaras.interfaces.web.shell.rows import RowsField
from selaras.kernel.errors import Invalid, NotAllowed, NotFound, Refusal, Stale
from selaras.kernel.versions import Changed

_LONGEST = 80  # characters of a value that was changed meanwhile


@dataclass(frozen=True, slots=True)
class LateLine:
    """What somebody changed while this form was open."""

    by: str
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Late:
    """A save that came too late."""

    changes: tuple[LateLine, ...]


class VersionedForm(forms.Form):
    """A form of something with a version."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def changes(self) -> dict[str, Any]:
        """What is to be changed: everything but the version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


def posted(request: PageRequest) -> Any:
    """What a form was sent with; None where it is only asked for."""
    return request.POST if request.method == "POST" else None


def form_page(
    request: PageRequest,
    form: forms.Form,
    act: Callable[[], str],
    *,
    context: Mapping[str, Any],
    template: str = "shell/form.html",
) -> HttpResponseBase:
    """Show the form (GET), or act and go to the address that `act` answers with (POST).

    What is refused comes back with all that was typed.
    """
    told: dict[str, Any] = {"form": form, **context}
    if request.method != "POST":
        return render(request, template, told)
    status = 422
    if form.is_valid():
        try:
            return HttpResponseRedirect(act())
        except (NotAllowed, NotFound):
            raise
        except Stale as stale:
            told["late"], status = too_late(form, stale), stale.status
        except Refusal as refusal:
            refuse_into(form, refusal)
            status = refusal.status
    return render(request, template, told, status=status)


def kept_page(
    request: PageRequest,
    make: Callable[[Any], forms.Form],
    save: Callable[[Mapping[str, Any]], None],
    show: Callable[..., HttpResponseBase],
    *,
    version: int,
    address: str,
) -> HttpResponseBase:
    """The page of something with a version and no history: shown (GET), or saved from the form on it (POST).

    `show` draws it, given the form, its status, and whether somebody else was faster (`stale`): then what is there now
    stands beside what was typed, which replaces it when it is sent once more.
    """
    if request.method != "POST":
        return show()
    form = make(request.POST)
    if form.is_valid():
        try:
            save(form.cleaned_data)
        except Stale as stale:
            again = request.POST.copy()
            again["seen"] = str(version)
            return show(form=make(again), stale=True, status=stale.status)
        except Invalid as refusal:
            refuse_into(form, refusal)
        else:
            return HttpResponseRedirect(address)
    return show(form=form, status=422)


def too_late(form: forms.Form, stale: Stale) -> Late:
    """Put the present version into the form, so that it is meant when it is sent once more, and say what came between.

    A field that this person left as they had read it takes over what the other one wrote.
    """
    changes = [each for each in stale.changes if isinstance(each, Changed)]
    data: Any = form.data.copy()  # type: ignore[attr-defined]  # a QueryDict, whatever Django's stubs say
    data[form.add_prefix("seen")] = str(changes[-1].version if changes else "")
    first: dict[str, Any] = {}
    for change in changes:
        for name, value in _fields(change).items():
            first.setdefault(name, value["from"])
            if _is_one(form.fields.get(name)) and data.get(form.add_prefix(name)) == _typed(first[name]):
                data[form.add_prefix(name)] = _typed(value["to"])
                first[name] = value["to"]
    form.data = data
    form.full_clean()
    return Late(tuple(LateLine(each.actor_name, _in_words(form, each), each.at) for each in changes))


def _fields(change: Changed) -> dict[str, Mapping[str, Any]]:
    return {
        name: value
        for name, value in change.data.items()
        if isinstance(value, Mapping) and {"from", "to"} <= value.keys()
    }


def _is_one(field: forms.Field | None) -> bool:
    """Whether a field is one value, which can be taken over as a whole."""
    return field is not None and not isinstance(field, forms.MultipleChoiceField | RowsField)


def _typed(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return "" if value is None else str(value)


def _in_words(form: forms.Form, change: Changed) -> str:
    said = [_one(form.fields[name], value["to"]) for name, value in _fields(change).items() if name in form.fields]
    return _("changed %(what)s") % {"what": ", ".join(said)} if said else _("changed it")


def _one(field: forms.Field, value: Any) -> str:
    label = str(field.label)
    if isinstance(field, forms.MultipleChoiceField | RowsField):
        return label
    if isinstance(field, forms.ChoiceField):
        offered: Any = field.choices  # no groups among them
        choices = {str(key): str(word) for key, word in offered}
        return f"{label}: “{choices.get(_typed(value), '–')}”"
    if not isinstance(value, str | int | float | list):
        return label
    text = _typed(value).replace("\n", ", ")
    return f"{label}: “{text[:_LONGEST]}{'…' if len(text) > _LONGEST else ''}”"
