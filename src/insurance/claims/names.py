"""How states, verbs and sides of a claim are called in texts."""

from __future__ import annotations

from insurance.base.text import Text, t
from insurance.claims.model import ClaimState, PartKind, Side, Verb

STATE_NAMES: dict[ClaimState, Text] = {
    ClaimState.REPORTED: t("已报案"),
    ClaimState.ACCEPTED: t("已受理"),
    ClaimState.SURVEYING: t("查勘中"),
    ClaimState.OPENED: t("已立案"),
    ClaimState.SUPPLEMENT: t("待补充资料"),
    ClaimState.ASSESSING: t("定损核定中"),
    ClaimState.PUBLICITY: t("公示中"),
    ClaimState.DISPUTED: t("异议复核"),
    ClaimState.APPROVED: t("核赔通过"),
    ClaimState.AGREED: t("已达成赔偿协议"),
    ClaimState.PAYING: t("付款中"),
    ClaimState.PAID: t("已赔付"),
    ClaimState.REJECTED: t("已拒赔"),
    ClaimState.WITHDRAWN: t("已撤案"),
    ClaimState.ZERO: t("零结案"),
    ClaimState.CLOSED: t("已结案"),
    ClaimState.REOPENED: t("已重开"),
}
VERB_NAMES: dict[Verb, Text] = {
    Verb.REPORT: t("报案"),
    Verb.CORRECTION: t("更正报案"),
    Verb.ACCEPTANCE: t("受理"),
    Verb.ASSIGNMENT: t("安排查勘"),
    Verb.SURVEY: t("查勘立案"),
    Verb.PAPERS_NOTICE: t("通知补充资料"),
    Verb.PAPERS: t("补齐资料"),
    Verb.ASSESSMENT: t("定损"),
    Verb.PUBLICITY: t("村级公示"),
    Verb.OBJECTION: t("提出异议"),
    Verb.APPROVAL: t("核赔通过"),
    Verb.DECLINATURE: t("拒赔"),
    Verb.ZERO: t("零结案"),
    Verb.AGREEMENT: t("签署赔偿协议"),
    Verb.INTERIM_PAYMENT: t("先予支付"),
    Verb.WITHDRAWAL: t("撤案"),
    Verb.CLOSURE: t("结案"),
    Verb.REOPENING: t("重开案件"),
    Verb.PAYOUT: t("制单付款"),
    Verb.PROOFS: t("收到索赔申请"),
    Verb.ORDER_CANCELLED: t("付款指令作废"),
    Verb.SETTLED: t("赔款到账"),
    Verb.UNSETTLED: t("到账撤销"),
}
SIDE_NAMES: dict[Side, Text] = {Side.OFFICE: t("扶贫办"), Side.ADJUSTER: t("保险公司")}
PART_NAMES: dict[PartKind, Text] = {PartKind.INTERIM: t("预付赔款"), PartKind.FINAL: t("赔款")}
