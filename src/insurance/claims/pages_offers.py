"""What a verb's form offers to this reader: its labels, choices and first values, so that nothing known is typed again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec

from insurance.access.model import OFFICES, Actor
from insurance.base.money import yuan
from insurance.base.text import Text, render, t
from insurance.claims import actions_income, store, store_pages
from insurance.claims.actions_assessment import Assessed
from insurance.claims.actions_premium import said_of
from insurance.claims.actions_recovery import ordered_less_returned
from insurance.claims.actions_report import wording_of
from insurance.claims.model import Claim, ClaimState, Side, Verb
from insurance.claims.model_evidence import AskedPaper
from insurance.claims.names import PERIL_NAMES, SIDE_NAMES, VERB_NAMES
from insurance.claims.pages_decision import decision_offers, objection_offers, refusal_offers
from insurance.claims.pages_forms import NO_DISASTER
from insurance.claims.pages_loss import loss_table
from insurance.claims.procedure import procedure_of
from insurance.claims.settlement import awaits_order
from insurance.claims.store import Row
from insurance.policies.model import Cover
from insurance.policies.wording import IncomeWording
from insurance.projects import store_payees
from insurance.web import forms
from insurance.web.forms import FormState

_LABELS: dict[str, Text] = {
    "loss_at": t("出险时间"), "reported_fen": t("报损估计"), "peril": t("事故原因"), "disaster_id": t("灾害"),
    "account_of_loss": t("受损情况"), "proofs_on": t("收到索赔资料之日"), "note": t("说明"), "visit_at": t("查勘时间"),
    "surveyor": t("查勘人"), "visited_at": t("到场时间"), "place": t("地点"), "cause": t("查明的原因"), "findings": t("查勘情况"),
    "reserve_fen": t("未决赔款（估计）"), "papers": t("要补充的材料"), "received_on": t("收到之日"), "actual_fen": t("期间实际收益"),
    "other_income_fen": t("其他收益"), "from_on": t("核算期间起"), "last_on": t("核算期间止"), "damaged_on": t("停产日"),
    "resumed_on": t("恢复日"), "earned_daily_fen": t("停产期间每天仍有收益"), "posted_on": t("张贴之日"), "raised_by": t("异议人"),
    "reason": t("理由"), "payee_account_id": t("收款户"), "reasons": t("拒赔理由"), "signed_on": t("签字之日"),
    "amount_fen": t("先予支付金额"), "override_amount_fen": t("改定金额"), "override_reason": t("改定理由"),
    "harvest_on": t("收获之日"), "objection_outcome": t("异议是否成立"),
    "objection_answer": t("对异议的答复"), "exclusion": t("适用的责任免除"), "explained": t("已提示并明确说明"),
    "knew_on": t("知道出险之日"),
    "statement_id": t("收益报表"), "premium_decision": t("保费未到账，如何决定"),
}  # fmt: skip
_LABELS_OF: dict[Verb, dict[str, Text]] = {
    Verb.PAPERS_NOTICE: {"received_on": t("通知送达之日")},
    Verb.DECLINATURE: {"note": t("查明的事实和理由")},
    Verb.ZERO: {"note": t("零结案的原因")},
    Verb.WITHDRAWAL: {"reason": t("撤案原因")},
    Verb.REOPENING: {"reason": t("重开原因")},
    Verb.OBJECTION: {"reason": t("异议内容")},
    Verb.SURVEY: {"place": t("查勘地点")},
    Verb.PUBLICITY: {"place": t("公示地点")},
}
_ICONS: dict[Verb, str] = {
    Verb.CORRECTION: "pencil", Verb.ASSIGNMENT: "calendar", Verb.SURVEY: "file-check", Verb.PAPERS_NOTICE: "mail", Verb.PAPERS: "file-plus",
    Verb.ASSESSMENT: "calculator", Verb.PUBLICITY: "users", Verb.OBJECTION: "circle-help", Verb.APPROVAL: "scale",
    Verb.DECLINATURE: "circle-slash", Verb.ZERO: "circle-slash", Verb.AGREEMENT: "signature", Verb.INTERIM_PAYMENT: "banknote",
    Verb.WITHDRAWAL: "undo-2", Verb.CLOSURE: "file-check", Verb.REOPENING: "rotate-ccw", Verb.PAYOUT: "send",
}  # fmt: skip
_GRAVE = frozenset({Verb.DECLINATURE, Verb.WITHDRAWAL})
_WIDE = frozenset({Verb.ASSESSMENT})
AT_ONCE = frozenset({Verb.ACCEPTANCE, Verb.CLOSURE})  # verbs that need nothing typed: a button in a list is enough


class Offer(msgspec.Struct, frozen=True):
    """One verb as the page shows it: its name, whether its form is the one shown, wide, or of the kind one thinks about twice."""

    verb: Verb
    name: str
    icon: str
    here: bool = False
    wide: bool = False
    grave: bool = False
    note: str = ""

    @property
    def button(self) -> str:
        """What the button that does it says."""
        return self.name


def verb_name(verb: Verb, actor: Actor) -> str:
    """The verb as this reader does it: an office hands papers in, the adjuster confirms them."""
    if verb is Verb.PAPERS:
        return render(t("提交补充资料") if actor.role in OFFICES else t("确认资料补齐"), actor.language)
    return render(VERB_NAMES[verb], actor.language)


def offer(verb: Verb, actor: Actor, *, here: bool = False) -> Offer:
    """One verb for this reader."""
    return Offer(verb, verb_name(verb, actor), _ICONS.get(verb, "check"), here, verb in _WIDE, verb in _GRAVE)


def labels(verb: Verb | None, language: str) -> dict[str, str]:
    """The fields of a verb's form in words."""
    own = _LABELS_OF.get(verb, {}) if verb else {}
    return {name: render(own.get(name, word), language) for name, word in _LABELS.items()}


class Given(msgspec.Struct):
    """What goes into a form: what it offers, and the values it starts from."""

    offers: dict[str, Any]
    start: FormState


async def given_for(verb: Verb, claim: Claim, row: Row, assessed: Assessed | None, asked: Sequence[AskedPaper], *, actor: Actor) -> Given:
    """Everything the form of the verb needs; runs inside the reader's transaction."""
    say = actor.language
    offers: dict[str, Any] = {"labels": labels(verb, say)}
    first: dict[str, Any] = {}
    payable = assessed.payable_fen if assessed else 0
    if verb is Verb.CORRECTION:
        first = {name: getattr(claim, name) for name in ("loss_at", "reported_fen", "peril", "account_of_loss")}
        offers |= await policy_offers(row["policy_id"], row["town_code"], row["loss_on"], actor)
        offers["disasters"].append((NO_DISASTER, render(t("不属于已登记的灾害"), say)))
    elif verb is Verb.SURVEY:
        planned = row["facts"].get("visit_at")
        first = {"reserve_fen": claim.reported_fen, "cause": render(PERIL_NAMES[row_peril(row)], say), "visited_at": planned}
        offers["harvest"] = any(clock.starts_by == "harvest" for clock in procedure_of(row).clocks)
    elif verb is Verb.PAPERS_NOTICE:
        first = {"papers": [one.code for one in asked if one.required and not one.on_file]}
        offers["papers"] = [(one.code, one.name) for one in asked if not one.on_file]
    elif verb is Verb.PAPERS:
        offers["still"] = render(t("、"), say).join(one.name for one in asked if one.required and not one.on_file)
        offers["hint"] = render(t("不填为今天") if actor.role in OFFICES else t("不填为扶贫办提交之日，时限从这天继续"), say)
    elif verb is Verb.ASSESSMENT:
        offers |= await objection_offers(claim.id, say)
        return await _assessment(row, assessed, offers, actor)
    elif verb in (Verb.APPROVAL, Verb.INTERIM_PAYMENT):
        first = {"amount_fen": claim.advance_due.amount_fen} if claim.advance_due and verb is Verb.INTERIM_PAYMENT else {}
        offers["accounts"] = await _accounts(row, actor)
        offers["accounts_offered"] = [account[:2] for account in offers["accounts"]]
        ordered = await ordered_less_returned(row)
        offers |= {"payable_fen": payable, "interim_fen": ordered, "total_fen": assessed.total_fen if assessed else 0}
        offers["overridden"] = assessed if assessed and assessed.computed_fen is not None else None
        if verb is Verb.APPROVAL:
            offers |= await decision_offers(row, offers["total_fen"], actor)
            offers["unpaid_premium"] = [render(said_of(one), say) for one in claim.premium_unpaid]
    elif verb is Verb.DECLINATURE:
        offers |= await refusal_offers(row, say) | await objection_offers(claim.id, say)
    elif verb is Verb.ZERO:
        offers |= await objection_offers(claim.id, say)
    elif verb is Verb.AGREEMENT:
        offers |= {"sides": [(side, render(SIDE_NAMES[side], say)) for side in Side], "payable_fen": _final(claim)}
    elif verb is Verb.PAYOUT:
        offers["ready"] = await ready_parts(claim.id)
    return Given(offers, forms.filled(**first))


async def _accounts(row: Row, actor: Actor) -> list[tuple[int, str, str]]:
    """Where the insured may be paid today, the newest account first."""
    insured = (await store.policy_of(row["policy_id"], row["loss_on"]))["insured_party_id"]
    found = [] if insured is None else await store_payees.of_parties([insured])
    payable = [one for one in reversed(found) if one.payable(actor.on)]
    return [(one.id, f"{one.bank_name} ****{one.account_tail}", one.holder_name) for one in payable]


def row_peril(row: Row) -> Any:
    """The peril of a stored claim as a word."""
    return next(peril for peril in PERIL_NAMES if peril.value == row["peril"])


async def ready_parts(claim_id: int | None = None) -> list[Any]:
    """Money that the maker may order now, oldest first; runs inside the reader's transaction."""
    return [part for part in await store_pages.parts_without_order(claim_id=claim_id) if awaits_order(part, ClaimState(part["state"]))]


def _final(claim: Claim) -> int | None:
    """What the last approval fixed."""
    amounts = [part.amount_fen for part in claim.parts if part.kind.value == "FINAL"]
    return amounts[-1] if amounts else None


async def policy_offers(policy_id: int, town_code: str, on: date, actor: Actor) -> dict[str, Any]:
    """The perils a policy insures, and the disasters that reached its town in its period."""
    policy = await store.policy_of(policy_id, on)
    wording = wording_of(Cover(policy["cover"]), policy["terms_version"], policy["terms_checksum"])
    disasters = await store_pages.disasters_of(town_code, policy["starts_on"], policy["ends_before"])
    english = actor.language == "en"
    return {
        "perils": [(one.code.value, one.en if english else one.zh) for one in wording.perils],
        "disasters": [(one["id"], f"{one['name']} {one['from_on']}") for one in disasters],
    }


# -- the loss table -----------------------------------------------------------------------------------------------------


async def _assessment(row: Row, assessed: Assessed | None, offers: dict[str, Any], actor: Actor) -> Given:
    policy = await store.policy_of(row["policy_id"], row["loss_on"])
    wording = wording_of(Cover(policy["cover"]), policy["terms_version"], policy["terms_checksum"])
    if isinstance(wording, IncomeWording):
        return await _income(row, policy, assessed, offers, actor)
    table, start = await loss_table(row, policy, wording, assessed, actor.language)
    offers["labels"] |= table["line_labels"]
    start |= _common(assessed)
    return Given(offers | table, FormState(start))


def _common(assessed: Assessed | None) -> dict[str, list[str]]:
    """What assessments of both covers start from."""
    if assessed is None:
        return {"deductible_explained": ["1"]}
    given = assessed.given
    start = forms.filled(note=given.note).values | {"deductible_explained": ["1"] if given.deductible_explained else []}
    if given.override is not None:
        start |= forms.filled(override_amount_fen=given.override.amount_fen, override_reason=given.override.reason).values
    return start


async def _income(row: Row, policy: Any, assessed: Assessed | None, offers: dict[str, Any], actor: Actor) -> Given:
    start, told = _common(assessed), []
    for one in (await actions_income.statements(row["id"], actor=actor))[:1]:
        days = {"from_on": one.from_on.isoformat(), "last_on": one.last_on.isoformat()}
        word = t("{from_on} 至 {last_on}，实际收益 {amount} 元", amount=yuan(one.actual_fen), **days)
        told.append((one.id, render(word, actor.language)))
    if assessed is None or (assessed.given.income is not None and assessed.given.income.statement_id is not None):
        start |= forms.filled(statement_id=told[0][0] if told else None).values
    for part in (assessed.given.income, assessed.given.outage) if assessed else ():
        if part is not None:
            typed = msgspec.structs.asdict(part) | {"statement_id": None}
            start |= forms.filled(**{name: value for name, value in typed.items() if value != 0 or name == "actual_fen"}).values
    return Given(offers | {"lines": [], "guaranteed_fen": policy["guaranteed_fen"], "statements": told}, FormState(start))
