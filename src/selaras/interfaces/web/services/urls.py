"""Routes of services and configuration items."""

from django.urls import path

from selaras.interfaces.web.services import views

app_name = "services"

urlpatterns = [
    path("services", views.services, name="list"),
    path("services/<slug:slug>", views.service, name="service"),
    path("items", views.items, name="items"),
    path("items/<slug:slug>", views.item, name="item"),
]
