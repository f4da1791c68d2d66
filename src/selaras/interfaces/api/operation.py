"""How an operation says what it needs: `@permitted("…")`. A house test finds every route that does not say it."""

import re
from collections.abc import Callable
from datetime import datetime, time
from functools import wraps
from typing import Annotated, Any, Concatenate, ParamSpec, TypeVar, cast

from django.http import HttpRequest
from ninja import Field, Schema
from pydantic import BaseModel, BeforeValidator, ConfigDict, WithJsonSchema
from pydantic_core import PydanticCustomError

from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.kernel.lifecycle import Offer
from selaras.kernel.sentences import say
from selaras.kernel.wording import spoken

P = ParamSpec("P")
R = TypeVar("R")

Id = Annotated[int, Field(ge=1, le=2**53)]
Limit = Annotated[int, Field(ge=1, le=200)]
Key = Annotated[str, Field(max_length=500)]
Number = Annotated[str, Field(max_length=20)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Slug = Annotated[str, Field(max_length=80)]
# What a clock on the wall shows. JSON Schema's own "time" is a moment with its zone.
WallTime = Annotated[time, WithJsonSchema({"type": "string", "pattern": r"^\d\d:\d\d(:\d\d)?$", "examples": ["08:00"]})]
# The version something was read at: 409 with `changes` if somebody was faster; null writes over it.
Seen = Annotated[int, Field(ge=0, le=2**53)] | None
_ZONED = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)")


def _written(given: object) -> object:
    if isinstance(given, datetime) or (isinstance(given, str) and _ZONED.fullmatch(given)):
        return given
    why = say("Give a date and a time with its zone, as 2026-01-31T08:00:00+07:00.")
    raise PydanticCustomError("zoned_time", spoken(why))


# As RFC 3339 writes it. A bare number would be taken for seconds since 1970, and a time without its zone for anything.
ZonedTime = Annotated[datetime, BeforeValidator(_written)]


class Asked(HttpRequest):
    """A request with a valid token; `auth` is set by the API."""

    auth: Actor


class Given(BaseModel):
    """What an operation is given: a JSON object with known fields only, so that a misspelt one is told."""

    model_config = ConfigDict(extra="forbid")


class OfferOut(Schema):
    """A move that the lifecycle has from here; `refused` says why it is not possible now."""

    verb: str
    label: str
    asks: list[str]
    optional: list[str]
    refused: str | None

    @classmethod
    def of(cls, offer: Offer) -> "OfferOut":
        refused = spoken(offer.refused) or None
        return cls(
            verb=offer.verb,
            label=spoken(offer.label),
            asks=list(offer.asks),
            optional=list(offer.optional),
            refused=refused,
        )


class MoveGiven(Given):
    """A move and what it asks for (see `offers`)."""

    verb: Annotated[str, Field(max_length=40)]
    reason: Annotated[str, Field(max_length=2_000)] = ""
    seen: Seen = None


class ChangeOut(Schema):
    """What somebody changed meanwhile: `data` holds `{field: {"from", "to"}}`."""

    at: datetime
    actor_id: int | None
    actor_name: str
    verb: str
    data: dict[str, Any]
    version: int

    @classmethod
    def of(cls, change: Any) -> "ChangeOut":
        return cls(**{name: getattr(change, name) for name in cls.model_fields})


class Problem(Schema):
    """An error (RFC 9457); `field` or `fields` name the input at fault, `changes` what a stale write missed."""

    type: str
    status: int
    detail: str
    field: str | None = None
    fields: dict[str, str] | None = None
    changes: list[ChangeOut] | None = None


PROBLEMS = frozenset({400, 401, 403, 404, 405, 409, 413, 422})


def answers(schema: Any) -> dict[Any, Any]:
    """The responses of an operation: what it gives, and the errors every operation may give."""
    return {200: schema, PROBLEMS: Problem}


def permitted(
    permission: str,
) -> Callable[[Callable[Concatenate[Asked, P], R]], Callable[Concatenate[HttpRequest, P], R]]:
    """The operation is for tokens that hold `permission`; asked before it runs."""

    def declare(operation: Callable[Concatenate[Asked, P], R]) -> Callable[Concatenate[HttpRequest, P], R]:
        @wraps(operation)
        def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> R:
            asked = cast(Asked, request)
            require(asked.auth, permission)
            return operation(asked, *args, **kwargs)

        cast(Any, answer).permission = permission
        return answer

    return declare


def given_fields(given: BaseModel) -> dict[str, Any]:
    """What a change was really given: fields left out are left unchanged, null is a value."""
    return {name: value for name, value in given.model_dump(exclude={"seen"}).items() if name in given.model_fields_set}
