"""Routes of agreements, calendars and clocks."""

from django.urls import path

from selaras.interfaces.web.agreements import views

app_name = "agreements"

urlpatterns = [
    path("agreements", views.agreements, name="list"),
    path("agreements/<int:agreement_id>", views.agreement, name="agreement"),
    path("calendars/<int:calendar_id>", views.calendar, name="calendar"),
    path("clocks/<int:clock_id>", views.clock, name="clock"),
]
