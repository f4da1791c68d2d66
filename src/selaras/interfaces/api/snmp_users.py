"""In whose name a source's devices send by SNMP version 3."""

from typing import Annotated, Any

from ninja import Field, Router, Schema

from selaras.domains.events.actions.snmp_users import add_snmp_user, remove_snmp_user
from selaras.domains.events.contracts.sources import SnmpAuthentication, SnmpPrivacy
from selaras.domains.events.queries.sources import get_source_life, list_snmp_users
from selaras.interfaces.api.operation import Asked, Given, Id, answers, permitted

router = Router()

Passphrase = Annotated[str, Field(max_length=200)]


class SnmpUserOut(Schema):
    """A user; its passphrases are told to nobody."""

    id: int
    name: str
    authentication: SnmpAuthentication
    privacy: SnmpPrivacy | None


class SnmpUserIn(Given):
    """A user as the devices have it; without `privacy` what it sends is signed and not encrypted."""

    name: Annotated[str, Field(max_length=32)]
    authentication: SnmpAuthentication
    authentication_key: Passphrase
    privacy: SnmpPrivacy | None = None
    privacy_key: Passphrase = ""


@router.get("/sources/{int:source_id}/snmp-users", response=answers(list[SnmpUserOut]), operation_id="list_snmp_users")
@permitted("events.sources")
def users(request: Asked, source_id: Id) -> Any:
    """Those of a source, by name."""
    return _of(request, source_id)


@router.post("/sources/{int:source_id}/snmp-users", response=answers(list[SnmpUserOut]), operation_id="add_snmp_user")
@permitted("events.sources")
def add(request: Asked, source_id: Id, given: SnmpUserIn) -> Any:
    """Add one; the listener knows within seconds."""
    fields = {name: getattr(given, name) for name in SnmpUserIn.model_fields}
    add_snmp_user(source_id, by=request.auth, **fields)
    return _of(request, source_id)


@router.delete(
    "/sources/{int:source_id}/snmp-users/{int:user_id}",
    response=answers(list[SnmpUserOut]),
    operation_id="remove_snmp_user",
)
@permitted("events.sources")
def remove(request: Asked, source_id: Id, user_id: Id) -> Any:
    """Let one go: what is sent in its name is refused within seconds."""
    remove_snmp_user(source_id, user_id, by=request.auth)
    return _of(request, source_id)


def _of(request: Asked, source_id: int) -> list[SnmpUserOut]:
    get_source_life(request.auth, source_id)  # 404 if there is none
    rows = list_snmp_users(request.auth, source_id)
    return [SnmpUserOut(id=r.id, name=r.name, authentication=r.authentication, privacy=r.privacy) for r in rows]
