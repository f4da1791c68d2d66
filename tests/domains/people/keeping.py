"""What the tests of keeping people share."""

from collections.abc import Callable

import pytest

from selaras.domains.people.contracts import Actor
from selaras.kernel.errors import Invalid

GOOD = "payung biru di pasir"
"""A password that is strong enough."""


def fields_at_fault(act: Callable[..., object], *args: object, **given: object) -> set[str]:
    """The fields that an action refuses."""
    with pytest.raises(Invalid) as refusal:
        act(*args, **given)
    return set(refusal.value.fields)


def home(actor: Actor) -> int:
    """Their organisation."""
    assert actor.organisation_id is not None
    return actor.organisation_id
