"""Draws every lifecycle into docs/lifecycles: `python -m tools.lifecycles`. A test holds them against the code."""

from importlib import import_module
from pathlib import Path

import selaras
from selaras.kernel.lifecycle import Lifecycle

DOMAINS = Path(selaras.__file__).parent / "domains"
DOCS = Path(__file__).resolve().parents[1] / "docs" / "lifecycles"


def lifecycles() -> list[Lifecycle]:
    """Every lifecycle that a domain declares, by name."""
    modules = (
        import_module(f"selaras.domains.{path.parent.name}.lifecycle") for path in DOMAINS.glob("*/lifecycle.py")
    )
    found = {thing.name: thing for module in modules for thing in vars(module).values() if isinstance(thing, Lifecycle)}
    return [found[name] for name in sorted(found)]


def drawings() -> dict[str, str]:
    """File name → page, for every lifecycle."""
    return {f"{life.name}.md": _page(life) for life in lifecycles()}


def _page(life: Lifecycle) -> str:
    rows = [
        f"| {move.verb} | {', '.join(move.source)} | {move.target} | {move.permission} |"
        f" {' '.join(str(need.refusal) for need in move.needs)} |"
        for move in life.moves
    ]
    rows += [
        f"| {act.verb} | {', '.join(act.source)} | stays | {act.permission} |"
        f" {' '.join(str(need.refusal) for need in act.needs)} |"
        for act in life.acts
    ]
    table = "\n".join(["| verb | from | to | permission | needs |", "| --- | --- | --- | --- | --- |", *rows])
    return f"# {life.name}\n\nDrawn by `python -m tools.lifecycles`.\n\n```mermaid\n{life.mermaid()}```\n\n{table}\n"


if __name__ == "__main__":
    DOCS.mkdir(parents=True, exist_ok=True)
    for name, text in drawings().items():
        (DOCS / name).write_text(text)
