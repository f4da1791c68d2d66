from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac


class PersonManager(BaseUserManager["Person"]):
    """Makes people by e-mail address, which is how they sign in."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        person = self.model(email=self.normalize_email(email), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email__iexact=username)


class Person(AbstractBaseUser):
    """A person, which is also the account that signs in."""

    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=200)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="people")
    language = models.CharField(max_length=2, default="id")
    timezone = models.CharField(max_length=64, default="Asia/Jakarta")
    theme = models.CharField(max_length=6, default="system")
    is_active = models.BooleanField(default=True)
    sign_outs = models.IntegerField(default=0)  # how often all sessions and password links of theirs were ended
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[PersonManager] = PersonManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="person_email_once"),
            models.CheckConstraint(condition=Q(language__in=["id", "en"]), name="person_language_known"),
            models.CheckConstraint(condition=Q(theme__in=["system", "light", "dark"]), name="person_theme_known"),
        ]
        indexes = [models.Index(fields=["name", "id"], name="person_by_name")]

    def __str__(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django's, by which a new password ends every session; `sign_outs` ends them too."""
        value = f"{self.sign_outs}:{self.password}"
        return salted_hmac("selaras.session", value, secret=secret, algorithm="sha256").hexdigest()

    def get_full_name(self) -> str:
        return self.name
