"""In whose name a source's devices send by SNMP version 3: named and let go by whoever may keep sources."""

from django.db import transaction

from selaras.domains.events.actions._kept import locked_source
from selaras.domains.events.contracts.sources import SnmpAuthentication, SnmpPrivacy
from selaras.domains.events.models import SnmpUser
from selaras.domains.people.contracts import Actor
from selaras.kernel.errors import Invalid, NotFound
from selaras.kernel.sealing import seal
from selaras.kernel.sentences import Sentence, say

SHORTEST, LONGEST = 8, 200  # characters of a passphrase (RFC 3414, 11.2)


@transaction.atomic
def add_snmp_user(
    source_id: int,
    *,
    by: Actor,
    name: str,
    authentication: SnmpAuthentication,
    authentication_key: str,
    privacy: SnmpPrivacy | None = None,
    privacy_key: str = "",
) -> int:
    """A user that signs, and encrypts if `privacy` says how; its id. The listener knows within seconds.

    Raises Invalid naming the field at fault, NotFound, NotAllowed.
    """
    locked_source(source_id, by)
    faults: dict[str, Sentence] = {}
    if not name or len(name.encode()) > 32 or not name.isprintable():
        faults["name"] = say("Give a name of up to 32 characters.")
    elif SnmpUser.objects.filter(name=name).exists():
        faults["name"] = say(
            "There is such a user already, here or at another source. A packet says no more than that."
        )
    secrets = {"authentication_key": authentication_key, **({"privacy_key": privacy_key} if privacy else {})}
    for field, secret in secrets.items():
        if not SHORTEST <= len(secret) <= LONGEST:
            faults[field] = say("A passphrase has %(least)s to %(most)s characters.", least=SHORTEST, most=LONGEST)
    if faults:
        raise Invalid(faults)
    row = SnmpUser.objects.create(
        source_id=source_id,
        name=name,
        authentication=authentication,
        authentication_key=seal(authentication_key),
        privacy=privacy or "",
        privacy_key=seal(privacy_key if privacy else ""),
    )
    return row.pk


@transaction.atomic
def remove_snmp_user(source_id: int, user_id: int, *, by: Actor) -> None:
    """Let a user go: what is sent in its name is refused within seconds. Raises NotFound, NotAllowed."""
    locked_source(source_id, by)
    gone, _ = SnmpUser.objects.filter(pk=user_id, source_id=source_id).delete()
    if not gone:
        raise NotFound(str(user_id))
