"""Choose a password: by a link that an administrator made, or for oneself."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.exceptions import ValidationError
from django.db import transaction

from selaras.domains.people.actions._changes import note, require_keeper
from selaras.domains.people.actions._sessions import end_streams
from selaras.domains.people.contracts import Actor, PasswordLink
from selaras.domains.people.models import Person
from selaras.domains.people.queries import get_actor
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, NotFound
from selaras.kernel.sentences import Sentence, say

LONGEST = 1000  # characters; hashing a longer one would be work for nothing


class _Links(PasswordResetTokenGenerator):
    """Django's: signed, ends with the time, the next sign-in, a new password or address; and with a sign-out."""

    key_salt = "selaras.password-link"

    def _now(self) -> datetime:
        return clock.now().replace(tzinfo=None)

    def _make_hash_value(self, user: Person, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.sign_outs}"


_links = _Links()


@transaction.atomic
def make_password_link(person_id: int, *, by: Actor) -> PasswordLink:
    """A link with which an active person chooses a password once, while there is no mail to send it by."""
    require_keeper(by)
    person = Person.objects.select_for_update(no_key=True).filter(pk=person_id).first()
    if person is None:
        raise NotFound(str(person_id))
    if not person.is_active:
        raise Invalid({"active": say("This person is deactivated; let them come back first.")})
    note("person", "link", by=by, person_id=person_id)
    until = clock.now() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    return PasswordLink(person_id, _links.make_token(person), until)


def get_link_person(person_id: int, key: str) -> Person | None:
    """Whose password the link lets choose; None if it is wrong, too old, used, or theirs no more."""
    return _bearer(Person.objects.filter(pk=person_id, is_active=True).first(), key)


@transaction.atomic
def choose_password(person_id: int, *, key: str, password: str) -> None:
    """Set the password that somebody chose by a link; the link and all their sessions end.

    Raises NotFound if the link holds no more, Invalid (field `password`) with what the password lacks.
    """
    # Locked before the link is looked at: of two who come with it at once, the second finds it used.
    person = _bearer(Person.objects.select_for_update(no_key=True).filter(pk=person_id, is_active=True).first(), key)
    if person is None:
        raise NotFound(str(person_id))
    if len(password) > LONGEST or "\x00" in password:
        raise Invalid({"password": say("A password has at most %(most)s characters, and no NUL.", most=LONGEST)})
    try:
        validate_password(password, person)
    except ValidationError as lacking:
        words = Sentence(" ".join(lacking.messages))  # Django's, in the reader's language already
        raise Invalid({"password": words}) from lacking
    keep_password(person, password)


@transaction.atomic
def keep_password(person: AbstractBaseUser, password: str) -> None:
    """Keep a password that the person chose and that was found good; the trail tells of it, never what it is."""
    person.set_password(password)
    person.save(update_fields=["password"])
    end_streams(person.pk)
    note("person", "password", by=get_actor(person.pk), person_id=person.pk)


def _bearer(person: Person | None, key: str) -> Person | None:
    return person if person is not None and _links.check_token(person, key) else None
