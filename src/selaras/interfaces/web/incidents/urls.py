"""Routes of incidents."""

from django.urls import path

from selaras.interfaces.web.incidents import checklist, matrix, models, new

app_name = "incidents"

urlpatterns = [
    path("new", new.new, name="new"),
    path("new/models", new.suggest, name="suggest_models"),
    path("r/<str:number>/steps/<int:step_id>", checklist.settle, name="settle_step"),
    path("settings/models", models.models, name="models"),
    path("settings/models/new", models.model, name="new_model"),
    path("settings/models/<int:model_id>", models.model, name="model"),
    path("settings/matrix", matrix.matrix, name="matrix"),
]
