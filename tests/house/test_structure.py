"""The rules of the house that no other tool can see (docs/architecture.md)."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey

import selaras
from selaras.kernel.lifecycle_guard import guarded_pairs
from tools.lifecycles import drawings, lifecycles

ROOT = Path(selaras.__file__).parent
DOMAINS = ROOT / "domains"
# From the top; one may use those below it (DESIGN: the order of domains).
ORDER = ("operations", "problems", "events", "incidents", "duty", "agreements", "records", "services", "people")
PARTS = (
    "README.md",
    "apps.py",
    "contracts",
    "rules.py",
    "lifecycle.py",
    "models",
    "queries",
    "actions",
    "migrations",
)


def test_foreign_keys_point_down() -> None:
    wrong = []
    for model in apps.get_models():
        home = model._meta.app_label
        for field in model._meta.get_fields():
            if isinstance(field, ForeignKey) and home in ORDER:
                target = field.related_model._meta.app_label
                if target in ORDER and ORDER.index(target) < ORDER.index(home):
                    wrong.append(f"{model.__name__}.{field.name} → {target}")
    assert wrong == []


def test_every_domain_in_the_order_exists_and_no_other() -> None:
    assert {path.name for path in DOMAINS.iterdir() if path.is_dir() and path.name != "__pycache__"} == set(ORDER)


@pytest.mark.parametrize("domain", ORDER)
def test_domains_have_the_same_inside(domain: str) -> None:
    present = {
        path.name.removesuffix(".py") if path.name in {"queries.py", "contracts.py"} else path.name
        for path in (DOMAINS / domain).iterdir()
    }
    needed = (
        set(PARTS)
        - ({"lifecycle.py"} if domain in {"people", "records"} else set())
        - ({"rules.py"} if domain == "services" else set())
    )
    assert needed <= present


@pytest.mark.django_db
@pytest.mark.parametrize("life", lifecycles(), ids=lambda life: life.name)
def test_the_database_guards_each_lifecycle_as_declared(life: Any) -> None:
    with connection.cursor() as cursor:
        assert guarded_pairs(cursor, life.name) == life.pairs()


def test_the_drawings_are_up_to_date() -> None:
    docs = ROOT.parents[1] / "docs" / "lifecycles"
    stale = [
        name for name, text in drawings().items() if not (docs / name).exists() or (docs / name).read_text() != text
    ]
    assert stale == [], "run: python -m tools.lifecycles"


def test_every_block_of_a_stylesheet_is_closed() -> None:
    for sheet in (ROOT / "interfaces" / "web").rglob("static/selaras/css/*.css"):
        text = sheet.read_text()
        assert text.count("{") == text.count("}"), sheet.name


def test_where_to_look_names_what_is_there() -> None:
    """Each file that the map names exists; `…` stands for the folder named before."""
    told = (ROOT.parents[1] / "docs" / "where-to-look.md").read_text()
    named = re.findall(r"`((?:src|docs|tests)/[^`…*<]+)`", told)
    assert len(named) > 50
    assert [path for path in named if not (ROOT.parents[1] / path).exists()] == []
