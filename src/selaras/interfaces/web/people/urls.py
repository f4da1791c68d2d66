"""Routes of people and customers."""

from django.urls import path

from selaras.interfaces.web.people import customers, home, profile

app_name = "people"

urlpatterns = [
    path("home", home.home, name="home"),
    path("profile", profile.profile, name="profile"),
    path("profile/tokens", profile.new_token, name="new_token"),
    path("profile/tokens/<int:token_id>/end", profile.end_token, name="end_token"),
    path("customers", customers.customers, name="customers"),
    path("customers/by-id/<int:organisation_id>", customers.customer_by_id, name="customer_by_id"),
    path("customers/<slug:slug>", customers.customer, name="customer"),
]
