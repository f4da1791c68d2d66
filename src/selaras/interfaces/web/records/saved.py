"""Views that a person keeps."""

from django.contrib import messages
from django.http import HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from selaras.domains.records.actions.views import drop_view, save_view
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.interfaces.web.shell.views import back_to


@page(permission="records.queue", methods=("POST",))
def save(request: PageRequest) -> HttpResponseBase:
    """Keep the list's filter under a name."""
    query = request.POST.get("query", "")
    save_view(by=request.actor, name=request.POST.get("name", ""), query=query)
    messages.success(request, _("Kept. It stands among your views."))
    return HttpResponseRedirect(f"{reverse('web:records:queue')}?{query}")


@page(permission="records.queue", methods=("POST",))
def drop(request: PageRequest, view_id: int) -> HttpResponseBase:
    """Drop a view; the records in it are not touched."""
    drop_view(view_id, by=request.actor)
    messages.success(request, _("The view is dropped. No record was touched."))
    return back_to(request, reverse("web:records:queue"))
