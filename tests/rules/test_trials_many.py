"""Twenty thousand random cases through `insurance trial asset-claim`: each comes to what the reference says, in under 20 seconds."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import insurance

CASES = 20_000
MOST_SECONDS = 20


def a_case(random: Random) -> dict[str, Any]:
    value = random.choice([random.randrange(0, 200), random.randrange(1, 10**9)])
    case: dict[str, Any] = {
        "value_fen": value, "sum_insured_fen": random.choice([value, random.randrange(2 * value + 1)]),
        "loss_fen": random.choice([0, value, random.randrange(value + 1)]), "salvage_fen": random.choice([0, random.randrange(value + 1)]),
        "third_party_fen": random.choice([0, random.randrange(value + 1)]), "rescue_fen": random.choice([0, random.randrange(2 * value + 1)]),
        "survey_fen": random.randrange(100), "interim_paid_fen": random.choice([0, random.randrange(value + 1)]),
        "other_sums_insured_fen": [random.randrange(2 * value + 1) for _ in range(random.choice([0, 0, 1, 2]))],
        "remaining_fen": random.choice([None, None, random.randrange(value + 1)]), "first_loss": random.random() < 0.2,
        "sublimit_fen": random.choice([None, None, random.randrange(value + 1)]), "rescue_average": random.random() < 0.8,
    }  # fmt: skip
    if random.random() < 0.8:
        mode = random.choice(["greater", "lesser", "sum", "fixed", "rate"])
        case["deductible"] = {"mode": mode, "fixed_fen": random.randrange(10**6), "rate": f"{random.randrange(10_001) / 10_000:.4f}"}
    return case


def reference(case: dict[str, Any]) -> dict[str, int]:
    """The reference's steps 2 to 10 for one insurer alone."""
    value, insured = case["value_fen"], min(case["sum_insured_fen"], case["value_fen"])
    net = max(0, case["loss_fen"] - case["salvage_fen"] - case["third_party_fen"])
    together = insured + sum(min(other, value) for other in case["other_sums_insured_fen"])
    averaged = insured < value and not case["first_loss"]
    ratio = Fraction(insured, together) if together > value else Fraction(insured, value) if averaged else Fraction(1)
    gross = net * ratio
    taken = Fraction(0)
    if "deductible" in case:
        fixed, rated = Fraction(case["deductible"]["fixed_fen"]), Fraction(case["deductible"]["rate"]) * gross
        taken = {"greater": max(fixed, rated), "lesser": min(fixed, rated), "sum": fixed + rated, "fixed": fixed, "rate": rated}[
            case["deductible"]["mode"]
        ]
    caps = [insured, *(one for one in (case["remaining_fen"], case["sublimit_fen"]) if one is not None)]
    indemnity = half_up(min(gross - min(taken, gross), Fraction(min(caps))))
    rescue_ratio = ratio if together > value or case["rescue_average"] else Fraction(1)
    rescue = half_up(min(case["rescue_fen"] * rescue_ratio, Fraction(insured)))
    total = indemnity + rescue + case["survey_fen"]
    paid = case["interim_paid_fen"]
    return {
        "indemnity_fen": indemnity, "rescue_fen": rescue, "total_fen": total, "payable_fen": max(0, total - paid),
        "recovery_fen": max(0, paid - total), "sum_insured_effective_fen": insured,
    }  # fmt: skip


def half_up(amount: Fraction) -> int:
    return int(amount + Fraction(1, 2))


def test_twenty_thousand_cases_are_right_and_quick() -> None:
    random = Random(20_190_811)  # noqa: S311  # the same cases every time
    cases = [a_case(random) for _ in range(CASES)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)

    ran = subprocess.run(
        [sys.executable, "-m", "insurance", "trial", "asset-claim"], input=json.dumps(cases).encode(), capture_output=True, check=True,
        cwd=Path(insurance.__file__).parents[1],
    )  # fmt: skip

    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    answers = json.loads(ran.stdout)
    wrong = [
        (case, answer)
        for case, answer in zip(cases, answers, strict=True)
        if any(answer.get(name) != amount for name, amount in reference(case).items())
    ]
    assert wrong == []
    # the processor's time, since other tests run beside it
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < MOST_SECONDS
