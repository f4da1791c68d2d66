"""Routes of problems."""

from django.urls import path

from selaras.interfaces.web.problems import views

app_name = "problems"

urlpatterns = [
    path("problems", views.problems, name="problems"),
    path("problems/<int:problem_id>", views.problem, name="problem"),
    path("problems/<int:problem_id>/<slug:verb>", views.move, name="move_problem"),
]
