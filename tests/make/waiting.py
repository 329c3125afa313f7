"""Terms of which the cover waits for the insured's premium, in force for one test."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from insurance.base import dated
from insurance.policies.terms import check_terms


def waiting_terms(folder: Path, patch: pytest.MonkeyPatch, payers: str = '["INSURED"]') -> Path:
    """The shipped policies with a version of 产业保, in force from 2019-02-01, whose cover waits for these payers; checked like any other."""
    top = folder / "policies"
    shutil.copytree(dated.root("policies"), top)
    words = (top / "industry" / "2019-01-01.toml").read_text("utf-8")
    words = words.replace("effective_from = 2019-01-01", "effective_from = 2019-02-01")
    words = words.replace("[premium]\n", f"[premium]\ncover_waits_for = {payers}\n")
    made = top / "industry" / "2019-02-01.toml"
    made.write_text(words, "utf-8")
    with (top / "CHECKSUMS").open("a", encoding="utf-8") as sums:
        sums.write(f"{hashlib.sha256(made.read_bytes()).hexdigest()}  industry/2019-02-01.toml\n")
    assert not [fault for one in check_terms(top) for fault in one.faults]
    shipped = dated.root
    patch.setattr(dated, "root", lambda name: top if name == "policies" else shipped(name))
    return top
