"""Calculators (试算): a case as JSON in, its result as JSON out, one or thousands at a time; pure, stores nothing.

A case that is wrong becomes `{"error": {"field", "text"}}` in its place; nothing that can stand in JSON makes it raise.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, NoReturn

import msgspec

from insurance.base.calendar import deadline
from insurance.base.codes import card_fault, resident_id_fault, uscc_fault
from insurance.base.errors import Invalid, NotFound, Unreadable
from insurance.base.money import MOST_FEN, largest_remainder
from insurance.base.text import render, t
from insurance.base.words import amount_words, parse_words
from insurance.claims.rules import AssetLoss, Deductible, settle
from insurance.claims.rules_income import IncomePeriod, settle_income
from insurance.claims.trial_fields import Fields, Repeated
from insurance.claims.working import ratio_text
from insurance.policies.wording import DeductibleMode
from insurance.projects.model import Regime
from insurance.projects.rules import Depreciable, net_value

_LONGEST_NUMBER = 400  # digits; a longer whole number is no amount, no weight and no life

_MOST_DAYS = 36_500

_CODE_FAULTS = {"uscc": uscc_fault, "resident-id": resident_id_fault, "card": card_fault}


def read(raw: bytes) -> object:
    """Decode the JSON of a call: UTF-8, no NaN, a key given twice is kept as a fault of its case. Raises Unreadable."""
    try:
        return json.loads(
            raw.decode("utf-8-sig"),
            parse_int=_whole_number,
            parse_constant=_no_number,
            object_pairs_hook=_object,
        )
    except (ValueError, RecursionError):
        raise Unreadable(t("不是可以读取的 JSON")) from None


def run(kind: str, payload: object, language: str = "zh") -> object:
    """Compute one case (an object) or many (an array, answered in order). Raises NotFound for an unknown kind."""
    compute = KINDS.get(kind)
    if compute is None:
        raise NotFound(t("没有这种试算"))
    if isinstance(payload, list):
        return [_answer(compute, case, language) for case in payload]
    return _answer(compute, payload, language)


def failed(answer: object) -> bool:
    """Whether the answer to a single case is an error (HTTP says 422, the command line still exits 0)."""
    return isinstance(answer, dict) and "error" in answer


def _whole_number(digits: str) -> int | float:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else math.inf


def _no_number(constant: str) -> NoReturn:
    raise ValueError(constant)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any] | Repeated:
    read_in: dict[str, Any] = {}
    for key, value in pairs:
        if key in read_in:
            return Repeated(key)
        read_in[key] = value
    return read_in


def _answer(compute: Callable[[object], dict[str, Any]], case: object, language: str) -> dict[str, Any]:
    try:
        answer = compute(case)
    except Invalid as invalid:
        (fault,) = invalid.faults
        return {"error": {"field": fault.field, "text": render(fault.text, language)}}
    if "steps" in answer:
        steps = [msgspec.structs.asdict(step) for step in answer["steps"]]
        answer["steps"] = [step | {"text": render(step["text"], language)} for step in steps]
    return answer


def _net_value(case: object) -> dict[str, Any]:
    fields = Fields(case, ("cost_fen", "residual_rate", "life_months", "in_use_on", "as_of", "regime", "impairment_fen"))
    asset = Depreciable(
        cost_fen=fields.amount("cost_fen"),
        residual_rate=fields.rate("residual_rate"),
        life_months=fields.whole("life_months", least=1),
        in_use_on=fields.day("in_use_on"),
        regime=Regime(fields.choice("regime", Regime)),
        impairment_fen=fields.amount_or("impairment_fen", 0),
    )
    value = net_value(asset, fields.day("as_of"))
    return {
        "months": value.months,
        "depreciation_fen": value.depreciation_fen,
        "net_value_fen": value.net_value_fen,
    }


_ASSET_CLAIM = (
    *("value_fen", "sum_insured_fen", "loss_fen", "salvage_fen", "third_party_fen", "deductible", "first_loss"),
    *("other_sums_insured_fen", "remaining_fen", "sublimit_fen", "rescue_fen", "rescue_average", "survey_fen"),
    "interim_paid_fen",
)


def _asset_claim(case: object) -> dict[str, Any]:
    fields = Fields(case, _ASSET_CLAIM)
    loss = AssetLoss(
        value_fen=fields.amount("value_fen"),
        sum_insured_fen=fields.amount("sum_insured_fen"),
        loss_fen=fields.amount("loss_fen"),
        salvage_fen=fields.amount_or("salvage_fen", 0),
        third_party_fen=fields.amount_or("third_party_fen", 0),
        first_loss=fields.flag_or("first_loss", default=False),
        other_sums_insured_fen=fields.amounts("other_sums_insured_fen"),
        remaining_fen=fields.amount_or("remaining_fen", None),
        sublimit_fen=fields.amount_or("sublimit_fen", None),
        rescue_fen=fields.amount_or("rescue_fen", 0),
        rescue_average=fields.flag_or("rescue_average", default=True),
        survey_fen=fields.amount_or("survey_fen", 0),
    )
    deductible = _deductible(fields.value("deductible")) if fields.has("deductible") else None
    settled = settle(loss, deductible, fields.amount_or("interim_paid_fen", 0))
    assert settled.ratio is not None  # one item has one factor
    return {
        "sum_insured_effective_fen": settled.sum_insured_effective_fen,
        "ratio": ratio_text(settled.ratio),
        "deductible_fen": settled.deductible_fen,
        "indemnity_fen": settled.indemnity_fen,
        "rescue_fen": settled.rescue_fen,
        "survey_fen": settled.survey_fen,
        "total_fen": settled.total_fen,
        "payable_fen": settled.payable_fen,
        "recovery_fen": settled.recovery_fen,
        "steps": settled.steps,
    }


def _deductible(given: object) -> Deductible:
    fields = Fields(given, ("fixed_fen", "rate", "mode"), "deductible.")
    mode = fields.choice("mode", DeductibleMode) if fields.has("mode") else DeductibleMode.GREATER
    return Deductible(DeductibleMode(mode), fields.amount_or("fixed_fen", None), fields.rate_or("rate", None))


_INCOME_CLAIM = (
    *("guaranteed_fen", "actual_fen", "other_income_fen", "trigger", "deductible_fixed_fen", "deductible_rate"),
    *("cover_ratio", "limit_fen", "interim_paid_fen"),
)


def _income_claim(case: object) -> dict[str, Any]:
    fields = Fields(case, _INCOME_CLAIM)
    period = IncomePeriod(
        guaranteed_fen=fields.amount("guaranteed_fen"),
        actual_fen=fields.whole("actual_fen", -MOST_FEN, MOST_FEN),
        other_income_fen=fields.amount_or("other_income_fen", 0),
        trigger=fields.rate_or("trigger", Decimal(1)),
        deductible_fixed_fen=fields.amount_or("deductible_fixed_fen", 0),
        deductible_rate=fields.rate_or("deductible_rate", Decimal(0)),
        cover_ratio=fields.rate_or("cover_ratio", Decimal(1)),
        limit_fen=fields.amount_or("limit_fen", None),
    )
    if not period.trigger:
        raise fields.fault("trigger", t("起赔点应大于 0"))
    settled = settle_income(period, fields.amount_or("interim_paid_fen", 0))
    return msgspec.structs.asdict(settled)


def _split(case: object) -> dict[str, Any]:
    fields = Fields(case, ("total_fen", "weights"))
    return {"shares_fen": largest_remainder(fields.amount("total_fen"), fields.weights("weights"))}


def _deadline(case: object) -> dict[str, Any]:
    fields = Fields(case, ("start_on", "days", "suspensions", "roll"))
    start_on = fields.day("start_on")
    days = fields.whole("days", 0, _MOST_DAYS)
    suspensions = []
    for pair in fields.items("suspensions"):
        if not isinstance(pair, list) or len(pair) != 2:
            raise fields.fault("suspensions", t("每段中止期间应为 [开始，结束]"))
        suspensions.append((fields.as_day("suspensions", pair[0]), fields.as_day("suspensions", pair[1])))
    found = deadline(start_on, days, suspensions, roll=fields.flag_or("roll", default=True))
    return {
        "due_on": found.due_on.isoformat(),
        "rolled_from": found.rolled_from.isoformat() if found.rolled_from else None,
        "provisional": found.provisional,
    }


def _amount_in_words(case: object) -> dict[str, Any]:
    fields = Fields(case, ("amount_fen", "words"))
    if fields.has("words") and fields.has("amount_fen"):
        raise fields.fault("words", t("amount_fen 与 words 只能给出一个"))
    amount = parse_words(fields.text("words")) if fields.has("words") else fields.amount("amount_fen")
    return {"words": amount_words(amount), "amount_fen": amount}


def _check_code(case: object) -> dict[str, Any]:
    fields = Fields(case, ("kind", "code"))
    reason = _CODE_FAULTS[fields.choice("kind", _CODE_FAULTS)](fields.text("code"))
    return {"valid": reason is None, "reason": reason}


KINDS: Mapping[str, Callable[[object], dict[str, Any]]] = {
    "net-value": _net_value,
    "asset-claim": _asset_claim,
    "income-claim": _income_claim,
    "split": _split,
    "deadline": _deadline,
    "amount-in-words": _amount_in_words,
    "check-code": _check_code,
}
