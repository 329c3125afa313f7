"""How states, verbs, sides and perils of a claim are called in texts."""

from __future__ import annotations

from insurance.base.text import Text, render, t
from insurance.claims.model import BallHolder, ClaimState, PartKind, Side, Verb
from insurance.claims.model_decision import Against, ObjectionOutcome
from insurance.policies.model import Counting, LineKind, Peril
from insurance.policies.wording import Mark

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
    Verb.OPENING: t("自动立案"),
    Verb.REFUSAL_SENT: t("送达拒赔通知书"),
    Verb.OPENING_ENTRY: t("期初录入"),
    Verb.OPENING_CORRECTION: t("期初更正"),
    Verb.ADVANCE_DUE: t("先予支付日已到"),
}
SIDE_NAMES: dict[Side, Text] = {Side.OFFICE: t("扶贫办"), Side.ADJUSTER: t("保险公司")}
HOLDER_NAMES: dict[BallHolder, Text] = {
    BallHolder.INSURER: t("保险公司"),
    BallHolder.OFFICE: t("扶贫办"),
    BallHolder.INSURED: t("被保险人"),
    BallHolder.FINANCE: t("财务"),
    BallHolder.BANK: t("银行"),
    BallHolder.NOBODY: t("已了结"),
}
MARK_NAMES: dict[Mark, Text] = {
    Mark.VERIFIED: t("已核实"),
    Mark.SECONDARY: t("二手"),
    Mark.UNVERIFIED: t("未核实"),
    Mark.ASSUMED: t("设定"),
}
PART_NAMES: dict[PartKind, Text] = {PartKind.INTERIM: t("预付赔款"), PartKind.FINAL: t("赔款")}
LINE_NAMES: dict[LineKind, Text] = {
    LineKind.SALES: t("销售收入"),
    LineKind.GENERATION: t("发电收入"),
    LineKind.RENT: t("租金收入"),
    LineKind.OTHER_INCOME: t("其他经营收入"),
    LineKind.CROP_PAYOUT: t("农险赔款"),
    LineKind.PRICE_SUBSIDY: t("价格补贴"),
    LineKind.MATERIAL_COST: t("种苗、饲料、原料"),
    LineKind.LABOUR_COST: t("人工"),
    LineKind.UTILITY_COST: t("水电气费"),
    LineKind.SELLING_COST: t("运输、包装、销售费"),
    LineKind.SITE_COST: t("土地、场地租金"),
    LineKind.UPKEEP_COST: t("日常维护费"),
    LineKind.REPAIR_COST: t("灾后修复费"),
    LineKind.RESCUE_COST: t("施救费"),
    LineKind.OTHER_COST: t("其他直接成本"),
    LineKind.ASSET_PAYOUT: t("产业保赔款"),
    LineKind.CAPITAL_GRANT: t("项目建设补助"),
    LineKind.DISPOSAL_GAIN: t("资产处置收益"),
    LineKind.CLAIMED_REPAIR: t("已向产业保索赔的修复费"),
}
COUNTING_NAMES: dict[Counting, Text] = {
    Counting.INCOME: t("经营收入"),
    Counting.ADDED: t("代替收成的赔款和补贴"),
    Counting.COST: t("直接成本"),
    Counting.LEFT_OUT: t("不计入收益"),
}
LEFT_OUT_WHY: dict[LineKind, Text] = {
    LineKind.ASSET_PAYOUT: t("赔的是资产，不是收益；其中赔作物的部分由系统另行计入"),
    LineKind.CAPITAL_GRANT: t("用于建设的补助，不是经营所得"),
    LineKind.DISPOSAL_GAIN: t("处置资产所得，不是经营所得"),
    LineKind.CLAIMED_REPAIR: t("产业保已经赔付，不重复扣除"),
}
OUTCOME_NAMES: dict[ObjectionOutcome, Text] = {
    ObjectionOutcome.UPHELD: t("异议成立"), ObjectionOutcome.PARTLY: t("异议部分成立"), ObjectionOutcome.REJECTED: t("异议不成立"),
}  # fmt: skip
AGAINST_NAMES: dict[Against, Text] = {Against.PUBLICITY: t("对公示结果的异议"), Against.REJECTED: t("对拒赔决定的异议")}
PERIL_NAMES: dict[Peril, Text] = {
    Peril.TYPHOON: t("台风"), Peril.GALE: t("大风"), Peril.RAINSTORM: t("暴雨"), Peril.FLOOD: t("洪水"), Peril.WATERLOG: t("内涝"),
    Peril.HAIL: t("雹灾"), Peril.SNOW: t("雪灾"), Peril.FREEZE: t("冻灾"), Peril.LIGHTNING: t("雷击"), Peril.TORNADO: t("龙卷风"),
    Peril.DROUGHT: t("旱灾"), Peril.FIRE: t("火灾"), Peril.EXPLOSION: t("爆炸"), Peril.GEO: t("泥石流、滑坡、塌陷"),
    Peril.FALL: t("空中物体坠落"), Peril.QUAKE: t("地震"), Peril.DISEASE: t("疫病"), Peril.PEST: t("病虫草鼠害"),
}  # fmt: skip


def peril_name(code: str, language: str) -> str:
    """A peril as people call it."""
    return render(PERIL_NAMES[Peril(code)], language) if code in Peril.__members__ else code


def holder_name(holder: BallHolder, language: str) -> str:
    """Who holds a claim, as a line of its own begins."""
    name = render(HOLDER_NAMES[holder], language)
    return name[:1].upper() + name[1:]


QUESTIONS: dict[str, Text] = {
    "caused": t("是否由第三者造成"), "paid_fen": t("被保险人是否已从第三者取得赔偿"), "waived": t("是否放弃对第三者的请求权"),
}  # fmt: skip
