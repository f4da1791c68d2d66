"""`selaras replay`: what a rule file would have made of the past, next to today's rules, for a terminal and for CI."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from selaras.interfaces.cli.duty import moment
from selaras.interfaces.cli.environment import environment, set_up_django
from selaras.interfaces.cli.home import Trouble

if TYPE_CHECKING:
    from selaras.domains.events.contracts.replaying import Compared, Replayed

_SHOWN = 20  # alerts that differ


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--since", required=True, help="A moment with its zone, such as 2026-12-01T00:00+07:00.")
@click.option("--until", help="As --since; else now.")
def replay(file: Path, since: str, until: str | None) -> None:
    """Replay the rule FILE over stored history and print what it would make otherwise. Nothing is changed."""
    first, last = moment(since), moment(until) if until else None
    with environment():
        set_up_django()
        from selaras.domains.events.actions.rule_sets import planned_by
        from selaras.domains.events.queries.replaying import replay_rules
        from selaras.domains.operations.queries import known_runbooks
        from selaras.domains.people.contracts import system_actor
        from selaras.kernel import clock
        from selaras.kernel.errors import Invalid

        by, end = system_actor("command line"), last or clock.now()
        if first >= end:
            raise Trouble("The beginning must be before the end.")
        try:
            draft = planned_by(file.read_text(errors="replace"), by=by, runbooks=known_runbooks())
        except Invalid as refusal:
            raise Trouble(" ".join(str(why) for why in refusal.fields.values())) from refusal
        with click.progressbar(length=100, label="Replaying", show_eta=False) as bar:

            def progress(_: int, reached: datetime) -> None:
                bar.update(int(100 * (reached - first) / (end - first)) - bar.pos)

            made = replay_rules(by, draft, since=first, until=end, progress=progress)
            bar.update(100 - bar.pos)
    _tell(made)


def _tell(made: "Replayed") -> None:
    click.echo(f"{made.looked_at} changes; the draft treats {made.differ} alerts otherwise.")
    click.echo("\t".join(("", "alerts", "incidents", "pages")))
    click.echo(_line("all", made.totals))
    for one in made.classes:
        click.echo(f"class {one.name}\t{one.alerts[0]} → {one.alerts[1]}")
    for one in made.rules:
        click.echo(_line(f"rule {one.name or '(none)'}", one))
    for row in made.rows[:_SHOWN]:
        named = " ".join(row.labels.get(name, "") for name in ("alertname", "instance")).strip()
        click.echo(f"alert {row.alert_id}\t{named}\t{row.before.rule or '–'} → {row.after.rule or '–'}")


def _line(name: str, one: "Compared") -> str:
    return "\t".join((name, *(f"{old} → {new}" for old, new in (one.alerts, one.incidents, one.pages))))
