"""`selaras duty now`: who is on duty, for a terminal at three in the morning and for scripts."""

from datetime import datetime

import click

from selaras.interfaces.cli.environment import environment, set_up_django
from selaras.interfaces.cli.home import Trouble


@click.group()
def duty() -> None:
    """Who is on duty."""


@duty.command()
@click.option("--at", help="A moment with its zone, such as 2026-12-01T03:00+07:00; else now.")
@click.option("--rota", default="", help="The short name of one rota; else all.")
def now(at: str | None, rota: str) -> None:
    """Print a line a rota: its short name, who has it (or “-”), until when, who is next."""
    asked = moment(at) if at else None
    with environment():
        set_up_django()
        from selaras.domains.duty.queries import list_on_duty
        from selaras.domains.people.contracts import system_actor
        from selaras.kernel.errors import NotFound

        try:
            rows = list_on_duty(system_actor("command line"), at=asked, slug=rota)
        except NotFound:
            raise Trouble(f"There is no rota with the short name {rota}.") from None
        for row in rows:
            names = row.rota.names
            until = row.now.ends_at.isoformat(timespec="minutes") if row.now else "-"
            after = names.get(row.next.person_id, "") if row.next else "-"
            click.echo("\t".join((row.rota.slug, names.get(row.now.person_id, "") if row.now else "-", until, after)))


def moment(text: str) -> datetime:
    """A moment as it is typed. Raises Trouble."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Trouble(f"“{text}” is not a moment. Write it as 2026-12-01T03:00+07:00.") from None
    if found.tzinfo is None:
        raise Trouble(f"Name the zone of “{text}”, as in 2026-12-01T03:00+07:00.")
    return found
