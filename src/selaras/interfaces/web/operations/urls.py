"""Routes of operations: runbooks, their runs, and what people do about these."""

from django.urls import path

from selaras.interfaces.web.operations import runbooks, runs, starting

app_name = "operations"

urlpatterns = [
    path("operations/runbooks", runbooks.runbooks, name="runbooks"),
    path("operations/runbooks/new", runbooks.new, name="new_runbook"),
    path("operations/runbooks/<slug:slug>", runbooks.runbook, name="runbook"),
    path("operations/runbooks/<slug:slug>/edit", runbooks.edit, name="edit_runbook"),
    path("operations/runs", runs.runs, name="runs"),
    path("operations/runs/start", starting.start, name="start"),
    path("operations/runs/<int:run_id>", runs.run, name="run"),
    path("operations/runs/<int:run_id>/<slug:verb>", runs.move, name="move_run"),
    path("operations/runs/<int:run_id>/steps/<int:step_id>", runs.step, name="move_step"),
]
