"""`selaras import incidents`: another system's history, with a progress bar and a list of what was refused."""

import csv
import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from selaras.interfaces.cli.environment import environment, set_up_django
from selaras.interfaces.cli.home import Trouble

if TYPE_CHECKING:
    from selaras.domains.incidents.actions.import_history import LogMapping
    from selaras.domains.incidents.importing.contracts import ImportReport, RefusedLine
    from selaras.interfaces.cli.table import CsvTable

SHIPPED = Path(__file__).parent / "mappings"
_TOP_REASONS = 10


@click.group("import")
def import_() -> None:
    """Take over what another system kept."""


@import_.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--mapping", "named", required=True, help="A shipped mapping (servicenow-uci), or a TOML or YAML file.")
@click.option("--organisation", required=True, help="Slug of the customer whose incidents these are.")
@click.option("--service", default="", help="Slug of the service of those incidents whose own the file does not tell.")
@click.option("--source", default="", help="Name of this log, if it is another than the mapping's.")
@click.option("--encoding", default="utf-8-sig", show_default=True, help="Of the file.")
@click.option("--report", type=click.Path(path_type=Path), help="Where refused lines are listed; else beside FILE.")
def incidents(
    file: Path, named: str, organisation: str, service: str, source: str, encoding: str, report: Path | None
) -> None:
    """Import incidents with their history from FILE, a .csv or a .zip that holds one.

    An import that was stopped is simply run again: what is there already is passed over.
    """
    told = parsed(named)
    with environment():
        set_up_django()
        from selaras.interfaces.cli.database import migrate_now
        from selaras.kernel.errors import Refusal

        migrate_now(check=True)
        try:
            result = _run(file, told, organisation, service, source, encoding)
        except Refusal as refusal:
            fields: Mapping[str, object] = getattr(refusal, "fields", {})
            raise Trouble(" ".join(str(why) for why in fields.values()) or str(refusal)) from refusal
    _summary(result)
    if result.refused:
        click.echo(f"Every refused line and why: {write_refused(result, report or _beside(file))}")


def parsed(named: str) -> Mapping[str, Any]:
    """The content of a mapping: a shipped one by its name, any other by its path."""
    shipped = sorted(path.stem for path in SHIPPED.glob("*.toml"))
    path = SHIPPED / f"{named}.toml" if named in shipped else Path(named)
    try:
        text = path.read_text("utf-8-sig")
        found = tomllib.loads(text) if path.suffix == ".toml" else _yaml(text)
    except OSError as problem:
        raise Trouble(f"There is no mapping {named} ({problem.strerror}). Shipped: {', '.join(shipped)}.") from problem
    except ValueError as problem:  # TOMLDecodeError and UnicodeDecodeError are such
        raise Trouble(f"The mapping {named} cannot be read: {problem}.") from problem
    if not isinstance(found, Mapping):
        raise Trouble(f"The mapping {named} cannot be read: it is not a table of keys and values.")
    return found


def write_refused(result: "ImportReport", path: Path) -> Path:
    """List every refused line in a CSV file; where its folder cannot be written, in the current one."""
    try:
        out = path.open("w", encoding="utf-8", newline="")
    except OSError:
        path = Path.cwd() / path.name
        out = path.open("w", encoding="utf-8", newline="")
    with out:
        rows = csv.writer(out)
        rows.writerow(["line", "number", "column", "reason"])
        for refused in sorted(result.refused, key=lambda one: one.line):
            rows.writerow([refused.line, _cell(refused.number), refused.column, _cell(str(refused.reason))])
    return path


def _run(file: Path, told: Mapping[str, Any], slug: str, service: str, source: str, encoding: str) -> "ImportReport":
    from selaras.domains.incidents.actions.import_history import read_mapping
    from selaras.domains.people.contracts import system_actor
    from selaras.domains.people.queries import get_organisation
    from selaras.interfaces.cli.table import CsvTable
    from selaras.kernel.errors import NotFound

    by = system_actor("import")
    mapping = read_mapping({**told, "source": source} if source else told)
    try:
        organisation = get_organisation(by, slug)
    except NotFound:
        raise Trouble(f"There is no organisation {slug}.") from None
    try:
        table = CsvTable(file, encoding=encoding, expected=mapping.needed())
    except LookupError:
        raise Trouble(f"There is no encoding {encoding}.") from None
    return _shown(table, mapping, organisation.id, service)


def _shown(table: "CsvTable", mapping: "LogMapping", organisation_id: int, service: str) -> "ImportReport":
    """Import under a progress bar."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from selaras.domains.incidents.actions.import_history import import_history
    from selaras.domains.people.contracts import system_actor

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("lines"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("Importing lines", total=None)
        return import_history(
            table,
            mapping,
            by=system_actor("import"),
            organisation_id=organisation_id,
            service=service,
            counted=lambda lines: bar.update(task, total=lines),
            done=lambda lines: bar.advance(task, lines),
        )


def _summary(result: "ImportReport") -> None:
    click.echo(f"{result.lines:,} lines read.")
    click.echo(f"{result.imported:,} incidents imported, from {result.imported_lines:,} lines.")
    if result.known:
        click.echo(f"{result.known:,} incidents were there already, from {result.known_lines:,} lines.")
    if result.refused:
        click.echo(f"{len(result.refused):,} lines refused:")
        reasons = Counter(map(_kind, result.refused))
        for reason, many in reasons.most_common(_TOP_REASONS):
            click.echo(f"  {many:>7,}  {reason}")
        if len(reasons) > _TOP_REASONS:
            click.echo(f"  and {len(reasons) - _TOP_REASONS:,} further reasons")
    for (impact, urgency, recorded), ours in result.differences.items():
        many = result.priorities[(impact, urgency, recorded)]
        click.echo(
            f"Impact {impact} and urgency {urgency} have priority {recorded} in {many:,} lines, and {ours} in the "
            "organisation's matrix. The recorded priority was kept."
        )


def _kind(refused: "RefusedLine") -> str:
    """A reason without what differs from line to line."""
    if refused.column:
        return f"{refused.column}: {refused.reason}"
    return re.sub(r"%\(\w+\)s", "…", refused.reason.text)


def _yaml(text: str) -> object:
    import yaml

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as problem:
        raise ValueError(str(problem).replace("\n", " ")) from problem


def _beside(file: Path) -> Path:
    return file.with_name(f"{file.stem}.refused.csv")


def _cell(text: str) -> str:
    """Spreadsheets take cells that begin so for formulas, and these words come from somebody else's file."""
    return "'" + text if text[:1] in ("=", "+", "-", "@") else text
