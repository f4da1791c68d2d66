"""The configuration that the documentation tells people to write, so that it is tried as it is written."""

from collections.abc import Mapping
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[2] / "docs" / "sources"


def snippet(page: str, within: str, replaced: Mapping[str, str]) -> str:
    """The first code block of docs/sources/<page>.md that has `within` in it, with what differs here replaced."""
    blocks = (SOURCES / f"{page}.md").read_text("utf-8").split("```")[1::2]
    block = next(block for block in blocks if within in block).partition("\n")[2]
    for old, new in replaced.items():
        assert old in block, f"{old} is not in it"
        block = block.replace(old, new)
    return block
