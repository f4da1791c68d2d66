"""How an operation says what it needs: `@permitted("…")`. A house test finds every route that does not say it."""

from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, Concatenate, ParamSpec, TypeVar, cast

from django.http import HttpRequest
from ninja import Field, Schema
from pydantic import BaseModel, ConfigDict

from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require

P = ParamSpec("P")
R = TypeVar("R")

Id = Annotated[int, Field(ge=1, le=2**53)]
Limit = Annotated[int, Field(ge=1, le=200)]
Key = Annotated[str, Field(max_length=500)]
Number = Annotated[str, Field(max_length=20)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Slug = Annotated[str, Field(max_length=80)]
Seen = Annotated[int, Field(ge=0, le=2**53)]


class Asked(HttpRequest):
    """A request with a valid token; `auth` is set by the API."""

    auth: Actor


class Given(BaseModel):
    """What an operation is given: a JSON object with known fields only, so that a misspelt one is told."""

    model_config = ConfigDict(extra="forbid")


def changes_in(given: Given) -> dict[str, Any]:
    """What a PATCH really named, apart from the version it was read at: what is left out stays as it is."""
    return given.model_dump(exclude_unset=True, exclude={"seen"})


class Problem(Schema):
    """An error (RFC 9457); `field` or `fields` name the input at fault, `changes` what a stale write missed."""

    type: str
    status: int
    detail: str
    field: str | None = None
    fields: dict[str, str] | None = None
    changes: list[dict[str, Any]] | None = None


PROBLEMS = frozenset({400, 401, 403, 404, 405, 409, 422})


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
