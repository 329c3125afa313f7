"""The dated terms of sharing: shipped files are sound, an unknown key is an error."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from insurance.base import dated
from insurance.sharing import terms

SHIPPED = dated.root("claims")


def test_the_shipped_terms_are_sound() -> None:
    assert list(terms.check_terms()) == []
    assert [on.isoformat() for on, _ in dated.versions(SHIPPED / "sharing")] == ["2019-01-01", "2025-05-01"]


def test_an_unknown_key_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / "claims"
    shutil.copytree(SHIPPED, copy)
    path = copy / "sharing" / "2019-01-01.toml"
    path.write_text(path.read_text("utf-8") + "\nwarning_days = 3\n", "utf-8")
    monkeypatch.setattr(dated, "root", lambda _: copy)

    (told,) = terms.check_terms()

    assert "warning_days" in told
