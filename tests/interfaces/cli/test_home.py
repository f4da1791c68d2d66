"""Where data lives, and the secrets of an installation."""

import json
from pathlib import Path

import pytest

from selaras.interfaces.cli import home


def test_the_environment_names_the_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SELARAS_HOME", str(tmp_path / "x"))
    assert home.home_path() == tmp_path / "x"


def test_a_checkout_keeps_its_data_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SELARAS_HOME", raising=False)
    checkout = home.checkout_path()
    assert checkout is not None
    assert home.home_path() == checkout / "var"


def test_an_installed_package_uses_the_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SELARAS_HOME", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr(home, "checkout_path", lambda: None)
    assert home.home_path() == tmp_path / "selaras"


def test_a_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    first = home.secret(tmp_path, "django")
    assert len(first) > 50
    assert home.secret(tmp_path, "django") == first
    assert home.secret(tmp_path, "postgres") != first
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_secrets_of_a_backup_take_the_place_of_ours(tmp_path: Path) -> None:
    home.secret(tmp_path, "django")
    kept = home.secret(tmp_path, "postgres")
    home.put_secrets(tmp_path, {"django": "from the backup"})
    known = json.loads((tmp_path / "secrets.json").read_text())
    assert known == {"django": "from the backup", "postgres": kept}


def test_a_home_that_cannot_be_written_is_told_plainly(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(home.Trouble, match=r"Cannot write to the data home .*set SELARAS_HOME"):
        home.make_home(tmp_path / "file" / "home")
