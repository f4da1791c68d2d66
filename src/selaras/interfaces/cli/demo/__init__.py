"""The demo organisation: `load` fills an empty installation, `sign_ins` tells who can sign in to it."""

from collections.abc import Callable


def load(tell: Callable[[str], object]) -> None:
    """Fill an empty installation; `tell` gets a line for each part. Django must be set up."""
    from selaras.interfaces.cli.demo.loading import load_demo

    load_demo(tell)


def sign_ins() -> list[tuple[str, str, str]]:
    """(role, email, password) of each person shown; empty if no demo was loaded here. Django must be set up."""
    from selaras.domains.people.contracts import ROLE_WORDS, Role
    from selaras.interfaces.cli.demo.signing import kept
    from selaras.kernel.wording import spoken

    return [(spoken(ROLE_WORDS[Role(one.role)]), one.email, one.password) for one in kept()]
