"""Routes of people, teams, organisations and customers."""

from django.urls import path
from django.views.generic import RedirectView

from selaras.interfaces.web.people import (
    customers,
    directory,
    home,
    organisations,
    password,
    person,
    profile,
    teams,
)

app_name = "people"

urlpatterns = [
    path("home", home.home, name="home"),
    path("profile", profile.profile, name="profile"),
    path("profile/tokens", profile.new_token, name="new_token"),
    path("profile/tokens/<int:token_id>/end", profile.end_token, name="end_token"),
    path("customers", customers.customers, name="customers"),
    path("customers/by-id/<int:organisation_id>", customers.customer_by_id, name="customer_by_id"),
    path("customers/<slug:slug>", customers.customer, name="customer"),
    path("people", directory.people, name="people"),
    path("people/new", directory.new_person, name="new_person"),
    path("people/<int:person_id>", person.person, name="person"),
    path("people/<int:person_id>/deactivate", person.deactivate, name="deactivate"),
    path("people/<int:person_id>/reactivate", person.reactivate, name="reactivate"),
    path("people/<int:person_id>/password-link", person.password_link, name="password_link"),
    path("organisations", organisations.organisations, name="organisations"),
    path("organisations/new", organisations.new_organisation, name="new_organisation"),
    path("organisations/<int:organisation_id>", organisations.organisation, name="organisation"),
    path("teams", teams.teams, name="teams"),
    path("teams/new", teams.new_team, name="new_team"),
    path("teams/<int:team_id>", teams.team, name="team"),
    path("teams/<int:team_id>/lead", teams.lead, name="team_lead"),
    path("teams/<int:team_id>/members", teams.new_member, name="new_member"),
    path("teams/<int:team_id>/members/<int:person_id>/end", teams.end_member, name="end_member"),
    path("password/<int:person_id>/<str:key>", password.choose, name="choose_password"),
    # Before allauth's pages of the same address: they would send mails, and addresses are for administrators to change.
    path("account/password/reset/", password.forgotten, name="password_forgotten"),
    path("account/email/", RedirectView.as_view(pattern_name="web:people:profile"), name="own_address"),
]
