"""Every address of Selaras that Django answers; intake and the live stream stand before it (config/asgi.py)."""

from django.urls import URLPattern, URLResolver, include, path

web: list[URLPattern | URLResolver] = [
    path("", include("selaras.interfaces.web.records.urls")),
    path("", include("selaras.interfaces.web.incidents.urls")),
    path("", include("selaras.interfaces.web.people.urls")),
    path("", include("selaras.interfaces.web.services.urls")),
    path("", include("selaras.interfaces.web.agreements.urls")),
    path("", include("selaras.interfaces.web.duty.urls")),
    path("", include("selaras.interfaces.web.events.urls")),
    path("", include("selaras.interfaces.web.operations.urls")),
    path("", include("selaras.interfaces.web.problems.urls")),
    path("", include("selaras.interfaces.web.shell.urls")),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((web, "web"))),
    path("account/", include("allauth.account.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("api/", include("selaras.interfaces.api.urls")),
]

handler400 = "selaras.interfaces.web.shell.errors.bad_request"
handler403 = "selaras.interfaces.web.shell.errors.not_allowed"
handler404 = "selaras.interfaces.web.shell.errors.not_found"
handler500 = "selaras.interfaces.web.shell.errors.server_error"
