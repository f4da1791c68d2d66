"""Sign-in: nobody opens an account for themselves; administrators make people."""

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.urls import reverse

from selaras.domains.people.actions.passwords import keep_password


class AccountAdapter(DefaultAccountAdapter):
    """allauth's adapter for Selaras."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The beginning sorts people by their duty."""
        return resolve_url("/")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to the profile."""
        return reverse("web:people:profile")

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """A new password of one's own; the trail of changes tells of it."""
        keep_password(user, password)
