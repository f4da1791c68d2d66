"""Routes of services and configuration items."""

from django.urls import path

from selaras.interfaces.web.services import dependencies, importing, item, outcomes, service, uses, views

app_name = "services"

urlpatterns = [
    path("services", views.services, name="list"),
    path("new/service", service.new, name="new-service"),
    path("services/<slug:slug>", views.service, name="service"),
    path("services/<slug:slug>/edit", service.edit, name="edit-service"),
    path("services/<slug:slug>/do/<slug:verb>", service.move, name="move"),
    path("services/<slug:slug>/dependencies", dependencies.of_service, name="service-dependencies"),
    path("services/<slug:slug>/uses", uses.new, name="new-use"),
    path("uses/<int:use_id>", uses.edit, name="edit-use"),
    path("uses/<int:use_id>/end", uses.end, name="end-use"),
    path("needs/<int:organisation_id>", outcomes.needs, name="needs"),
    path("needs/<int:organisation_id>/new", outcomes.new, name="new-outcome"),
    path("outcomes/<int:outcome_id>", outcomes.edit, name="edit-outcome"),
    path("items", views.items, name="items"),
    path("new/item", item.new, name="new-item"),
    path("items/<slug:slug>/edit", item.edit, name="edit-item"),
    path("items/<slug:slug>/dependencies", dependencies.of_item, name="item-dependencies"),
    path("nodes", dependencies.suggest, name="suggest"),
    path("import/estate", importing.bring_in, name="import"),
    path("items/<slug:slug>", views.item, name="item"),
]
