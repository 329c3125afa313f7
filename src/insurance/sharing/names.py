"""How codes of sharing are called on pages, and how they are painted."""

from __future__ import annotations

import re

from insurance.base.errors import FieldFault, InsuranceError
from insurance.base.text import Text, render, t
from insurance.sharing.model import SharingState, SharingVerb

STATE_TONES: dict[SharingState, str] = {
    SharingState.DRAFT: "due", SharingState.PUBLISHED: "az", SharingState.CONFIRMED: "ok", SharingState.CANCELLED: "",
}  # fmt: skip
EVENT_NAMES: dict[str, Text] = {
    SharingVerb.DRAFT: t("拟定"), SharingVerb.RECALCULATE: t("重新计算"), SharingVerb.PUBLISH: t("公示"), SharingVerb.OBJECT: t("异议"),
    SharingVerb.CONFIRM: t("确认"), SharingVerb.CANCEL: t("作废"), SharingVerb.LIST: t("生成付款名单"), SharingVerb.PAY: t("登记付款"),
    SharingVerb.VOID_LIST: t("作废付款名单"), SharingVerb.USE: t("登记用途"), SharingVerb.TAKE_BACK: t("登记退回"),
}  # fmt: skip
PAY_STATES: dict[str, tuple[Text, str]] = {
    "PAID": (t("已用"), "ok"), "LISTED": (t("名单中"), "az"), "OPEN": (t("未用"), "due"), "MADE": (t("待付款"), "due"),
    "CANCELLED": (t("已作废"), ""),
}  # fmt: skip
LABELS: dict[str, Text] = {
    "shown_on": t("方案公布之日"), "voted_on": t("成员大会表决之日"), "from_on": t("方案生效之日"), "document_id": t("材料"),
    "reserve_per_mille": t("公积公益金（‰）"), "purposes": t("用途"), "note": t("说明"), "checked_on": t("核查之日"), "file": t("文件"),
    "source": t("资金来源"), "annual_account_id": t("年度收益"), "claim_id": t("收益保案件"), "payout_id": t("收益保赔款"),
    "amount_fen": t("金额"), "payer": t("付款单位"), "reason": t("缘由"), "basis": t("兜底依据"), "promised_fen": t("承诺分红总额"),
    "repayable": t("赔款到账后归还"), "posted_on": t("张贴之日"), "place": t("公示地点"), "paid_on": t("付款之日"), "purpose": t("用途"),
    "key": t("归还的垫付"), "used_on": t("使用之日"), "returned_on": t("退回之日"), "with_units": t("含单位账户"), "version": t("版本"),
}  # fmt: skip


def labels(language: str) -> dict[str, str]:
    """The names of fields in a language."""
    return {name: render(word, language) for name, word in LABELS.items()}


def form_faults(wrong: InsuranceError) -> list[FieldFault]:
    """The faults by the names a form uses: `purposes[0].weight` is typed as `purposes-0-weight`."""
    named = [FieldFault(re.sub(r"\[(\d+)\]\.", r"-\1-", one.field), one.text) for one in wrong.faults]
    return named or [FieldFault("", wrong.text)]
