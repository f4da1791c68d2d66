"""Routes of agreements, calendars and clocks."""

from django.urls import path

from selaras.interfaces.web.agreements import calendars, draft, promises, views

app_name = "agreements"

urlpatterns = [
    path("agreements", views.agreements, name="list"),
    path("agreements/<int:agreement_id>", views.agreement, name="agreement"),
    path("new/agreement", draft.new, name="new"),
    path("agreements/<int:agreement_id>/edit", draft.edit, name="edit"),
    path("agreements/<int:agreement_id>/do/<slug:verb>", draft.move, name="move"),
    path("agreements/<int:agreement_id>/targets", promises.target, name="new-target"),
    path("agreements/<int:agreement_id>/targets/<int:target_id>", promises.target, name="target"),
    path("obligations/<int:obligation_id>", promises.obligation_event, name="obligation"),
    path("calendars", calendars.calendars, name="calendars"),
    path("new/calendar", calendars.new, name="new-calendar"),
    path("calendars/<int:calendar_id>", calendars.calendar, name="calendar"),
    path("calendars/<int:calendar_id>/edit", calendars.edit, name="edit-calendar"),
    path("calendars/<int:calendar_id>/holidays", calendars.add_holiday, name="add-holiday"),
    path("calendars/<int:calendar_id>/holidays/fill", calendars.fill, name="fill-holidays"),
    path("calendars/<int:calendar_id>/holidays/<str:day>/remove", calendars.take_holiday, name="take-holiday"),
    path("clocks/<int:clock_id>", views.clock, name="clock"),
]
