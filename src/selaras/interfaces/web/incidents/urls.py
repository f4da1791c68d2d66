"""Routes of incidents."""

from django.urls import path

from selaras.interfaces.web.incidents import cause, checklist, escalation, majors, matrix, models, new

app_name = "incidents"

urlpatterns = [
    path("new", new.new, name="new"),
    path("new/models", new.suggest, name="suggest_models"),
    path("r/<str:number>/steps/<int:step_id>", checklist.settle, name="settle_step"),
    path("r/<str:number>/escalations/<int:escalation_id>", escalation.answer, name="answer_escalation"),
    path("r/<str:number>/cause", cause.confirm, name="confirm_cause"),
    path("r/<str:number>/cause/withdraw", cause.withdraw, name="withdraw_cause"),
    path("settings/escalation", escalation.rules, name="rules"),
    path("settings/escalation/<int:rule_id>/drop", escalation.drop, name="drop_rule"),
    path("r/<str:number>/review", majors.review, name="review"),
    path("r/<str:number>/review/improvements", majors.improve, name="improve"),
    path("r/<str:number>/review/sign", majors.sign, name="sign_review"),
    path("improvements/<int:improvement_id>/done", majors.improved, name="improved"),
    path("majors", majors.majors, name="majors"),
    path("status", majors.status, name="status"),
    path("settings/models", models.models, name="models"),
    path("settings/models/new", models.model, name="new_model"),
    path("settings/models/<int:model_id>", models.model, name="model"),
    path("settings/matrix", matrix.matrix, name="matrix"),
]
