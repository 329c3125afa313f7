"""Every stored amount comes out again by its own terms, whatever terms come after; what was touched is found and named."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

import make
from insurance.base import dated, db
from insurance.checks import recomputed
from insurance.claims import actions_assessment
from insurance.claims.model import Claim, ClaimState
from insurance.claims.model_verbs import Assessment, LossLine, Outage, Override
from insurance.policies import terms
from insurance.policies.model import Cover
from make.claims import assess, claim_in, item_of, later
from make.policies import policy
from people import People

SYSTEM = db.Scope(0, "SYSTEM", "370400/", "*")


async def assessed_with(story: People, claim: Claim, override: Override | None = None, **line: Any) -> Claim:
    one = LossLine(policy_item_id=await item_of(claim, story.adjuster_a), **line)
    given = Assessment(version=claim.version, lines=(one,), override=override)
    return await actions_assessment.assessment(claim.id, given, actor=story.adjuster_a)


async def a_few(story: People) -> list[Claim]:
    """An ordinary assessment made twice, one of every new kind of line, and an outage."""
    plain = await assess(await claim_in(ClaimState.ASSESSING, story), story, loss_fen=3_000_000)
    whole = await assessed_with(
        story, await claim_in(ClaimState.OPENED, story), Override(amount_fen=5_000_000, reason="按协商"), film_age_months=30,
        refused_fen=100_000, refused_reason="LATE_NOTICE", salvage_fen=50_000, salvage_to_insurer=True,
        other_sums_insured_fen=(40_000_000, 1), other_insurers=("甲保险", "乙保险"), rescue_fen=7,
    )  # fmt: skip
    graded = await assessed_with(story, await claim_in(ClaimState.OPENED, story), grade="MODERATE", repair_fen=10_000_000)
    income = await claim_in(ClaimState.OPENED, story, loss=await make.insured(story, Cover.INCOME))
    outage = Outage(damaged_on=date(2019, 8, 11), resumed_on=date(2019, 8, 30))
    out = await actions_assessment.assessment(income.id, Assessment(version=income.version, outage=outage), actor=story.adjuster_a)
    return [plain, whole, graded, out]


async def stored_rows() -> list[Any]:
    async with db.transaction(SYSTEM):
        return [dict(row) for row in await db.fetch(recomputed.ASSESSMENTS, 0)]


async def offences() -> list[str]:
    async with db.transaction(SYSTEM):
        return [*(await recomputed.assessments_recomputed()).offences, *(await recomputed.policies_recomputed()).offences]


async def test_every_kind_of_assessment_comes_out_the_same(story: People) -> None:
    claims = await a_few(story)

    rows = await stored_rows()
    assert {row["number"] for row in rows} == {claim.number for claim in claims}
    assert len(rows) == 5
    assert await offences() == []


@pytest.fixture
def later_terms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Terms and procedure published later with other numbers, put beside the shipped ones when called."""

    def publish() -> None:
        for name in ("policies", "claims"):
            shutil.copytree(dated.root(name), tmp_path / name)
        industry, income = tmp_path / "policies" / "industry", tmp_path / "policies" / "income"
        _changed(industry, "fixed_fen = 100_000", "fixed_fen = 999_900", 'share = "0.30"', 'share = "0.35"')
        _changed(income, "waiting_days = 7", "waiting_days = 3")
        shutil.copytree(tmp_path / "claims" / "2019-01-01", tmp_path / "claims" / "2019-06-01")
        monkeypatch.setattr(dated, "root", lambda name: tmp_path / name)

    return publish


def _changed(folder: Path, *change: str) -> None:
    text = (folder / "2019-01-01.toml").read_text(encoding="utf-8")
    for before, after in (("effective_from = 2019-01-01", "effective_from = 2019-06-01"), *zip(change[::2], change[1::2], strict=True)):
        assert before in text
        text = text.replace(before, after)
    (folder / "2019-06-01.toml").write_text(text, encoding="utf-8")


async def test_new_terms_change_no_amount_that_is_stored(story: People, later_terms: Callable[[], None]) -> None:
    plain, *_ = await a_few(story)
    later_terms()

    assert terms.terms_for(Cover.INDUSTRY, date(2019, 8, 30)).version == "2019-06-01"
    assert terms.terms_for(Cover.INDUSTRY, date(2019, 8, 30)).wording.deductible.fixed_fen == 999_900
    assert await offences() == []
    again = await assess(plain, story, loss_fen=3_000_000)
    assert again.assessed_fen == plain.assessed_fen == 2_592_000, "a claim is judged by the words its policy was sold with"
    sold = (await actions_assessment.assessed(again.id, actor=story.city)).terms_version
    assert sold == "2019-01-01"
    assert await offences() == []


async def test_a_policy_sold_later_is_judged_by_the_later_terms(story: People, later_terms: Callable[[], None]) -> None:
    later_terms()
    project = await make.project(later(story.town, -30))
    bound = await policy(project, actor=later(story.town, -30))

    async with db.transaction(SYSTEM):
        assert await db.fetchval("SELECT terms_version FROM policy WHERE id = $1", bound.id) == "2019-06-01"
    assert await offences() == []


async def test_terms_whose_words_were_changed_are_named(story: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await claim_in(ClaimState.ASSESSING, story)
    for name in ("policies", "claims"):
        shutil.copytree(dated.root(name), tmp_path / name)
    path = tmp_path / "policies" / "industry" / "2019-01-01.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("fixed_fen = 100_000", "fixed_fen = 100_001"), encoding="utf-8")
    assert hashlib.sha256(path.read_bytes()).hexdigest() not in (tmp_path / "policies" / "CHECKSUMS").read_text(encoding="utf-8")
    monkeypatch.setattr(dated, "root", lambda name: tmp_path / name)

    found = await offences()

    assert sum("条款 2019-01-01 的文字与承保时不同" in one for one in found) == 2, "the policy's premium and the claim's amount"


def at(row: Any, path: str) -> tuple[Any, Any]:
    """The container and the key of a place in a row: `inputs.given.lines.0.loss_fen`."""
    *way, last = (int(part) if part.isdigit() else part for part in path.split("."))
    for part in way:
        row = row[part]
    return row, last


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        ("payable_fen", 1, "payable_fen is 1, worked out anew 4003101"),
        ("indemnity_fen", 1, "indemnity_fen is 1, worked out anew 4003101"),
        ("total_fen", 5_000_000, "total_fen is 5000000, worked out anew 4003101"),
        ("lines.0.1", 1, "line 1: value_fen is 1, worked out anew 68979167"),
        ("lines.0.5", 1, "line 1: net_fen is 1, worked out anew 4003101"),
        ("lines", [], "line 1 is missing"),
        ("steps.4.result_fen", 1, "step 5 (deductible) comes out otherwise"),
        ("steps.4.text.params.taken", "0.01", "step 5 (deductible) comes out otherwise"),
        ("steps.1.inputs.loss_fen", 1, "step 2 (loss) comes out otherwise"),
        ("steps", [], "step 1 (L-55c) is missing"),
        ("inputs.given.lines.0.loss_fen", 4_567_891, "inputs: items of the basis are not what was filled in under terms 2019-01-01"),
        ("inputs.given.deductible_explained", False, "inputs: deductible, unexplained of the basis are not what was filled in"),
        ("inputs.given.override", {"amount_fen": 1, "reason": "x"}, "inputs: override of the basis"),
        ("inputs.basis.interim_paid_fen", 100, "inputs: interim_paid_fen of the basis"),
        ("inputs.basis.deductible.fixed_fen", 99, "inputs: deductible of the basis"),
        ("inputs.basis.items.0.loss.value_fen", 4_567_890, "inputs: items of the basis"),
        ("inputs.ground.peril", "HAIL", "inputs: peril is HAIL, the claim says RAINSTORM"),
        ("inputs.ground.loss_on", "2019-08-10", "inputs: loss_on is 2019-08-10, the claim says 2019-08-11"),
        ("inputs.ground.procedure", "2018-01-01", "理赔程序"),
        ("inputs", {}, "missing required field"),
        ("terms_version", "2020-01-01", "its terms 2020-01-01 are not those of the policy, 2019-01-01"),
    ],
)
async def test_what_was_touched_is_found_and_named(story: People, place: str, value: Any, said: str) -> None:
    claim = await claim_in(ClaimState.ASSESSING, story)
    (row,) = await stored_rows()
    assert not list(recomputed.offences(row))
    row = {name: msgspec.json.decode(msgspec.json.encode(part)) if name in ("inputs", "steps") else part for name, part in row.items()}
    row["lines"] = [list(line) for line in row["lines"]]
    container, key = at(row, place)
    container[key] = value

    found = list(recomputed.offences(row))

    assert any(said in one for one in found), found
    assert all(one.startswith(f"claim {claim.number}, assessment 1: ") for one in found)


async def test_an_assessment_from_before_grounds_were_kept_still_comes_out_the_same(story: People) -> None:
    """What 0.1 stored of example A3: without ground, without the fields that came later."""
    await claim_in(ClaimState.ASSESSING, story)
    (row,) = await stored_rows()
    loss = row["inputs"]["basis"]["items"][0]["loss"]
    old = ("value_fen", "sum_insured_fen", "loss_fen", "salvage_fen", "third_party_fen", "first_loss", "other_sums_insured_fen",
           "remaining_fen", "sublimit_fen", "rescue_fen", "rescue_average", "survey_fen")  # fmt: skip
    row["inputs"]["basis"]["items"][0]["loss"] = {name: loss[name] for name in old}
    for name in ("unexplained", "override"):
        del row["inputs"]["basis"][name]
    del row["inputs"]["ground"]
    line = row["inputs"]["given"]["lines"][0]
    row["inputs"]["given"]["lines"][0] = {name: line[name] for name in ("policy_item_id", "loss_fen", "salvage_fen")}
    del row["inputs"]["given"]["override"]

    assert not list(recomputed.offences(row))
