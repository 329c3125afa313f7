"""The tests of eligibility and all their texts, made once; `eligibility.py` decides them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

import msgspec

from insurance.base.text import Text, t
from insurance.policies import names
from insurance.policies.model import Evidence, Reason, Result

Code = TypeVar("Code", bound=StrEnum)


class Test(msgspec.Struct, frozen=True):
    """A test and its texts: what it says when it holds, fails or is not proven, and what mends the latter two."""

    code: str
    passed: Text
    failed: Text
    unproven: Text
    remedy: Text
    proof: Text
    fails_to: Result = Result.INELIGIBLE
    enrolment: bool = False

    def reason(
        self,
        passed: bool | None,
        evidence: Evidence,
        *,
        text: Text | None = None,
        fails_to: Result | None = None,
    ) -> Reason:
        """The outcome with the text, and the remedy where one is wanted; `text` replaces the usual one."""
        if passed:
            text, remedy = text or self.passed, None
        elif passed is None:
            text, remedy = text or self.unproven, self.proof
        else:
            text, remedy = text or self.failed, self.remedy
        return Reason(self.code, passed, text, evidence, remedy, fails_to or self.fails_to, self.enrolment)


A_KIND = Test(
    "A-KIND",
    passed=t("不是公益性资产"),
    failed=t("公益性资产不属于产业保范围"),
    unproven=t("资产类别未登记，尚不能判断是否公益性资产"),
    remedy=t("项目中如有经营性资产，请单独登记后投保"),
    proof=t("登记资产类别（经营性、公益性或到户类）"),
)
A_ROUTE = Test(
    "A-ROUTE",
    passed=t("财政扶贫资金形成的经营性资产"),
    failed=t("既无财政扶贫资金投入，也未登记带贫关系"),
    unproven=t("是否有财政扶贫资金投入或带贫关系，尚未证明"),
    remedy=t("登记财政扶贫资金的投入，或由经营主体签订带贫协议并登记"),
    proof=t("提供资金下达文件，或经营主体的带贫协议"),
)
A_TITLE = Test(
    "A-TITLE",
    passed=t("权属已确认，无争议"),
    failed=t("权属未确认或有争议"),
    unproven=t("没有确权材料，权属尚未证明"),
    remedy=t("完成确权，或先解决权属争议"),
    proof=t("提供确权文件（文号和日期）"),
    fails_to=Result.REFER,
)
A_STATUS = Test(
    "A-STATUS",
    passed=t("资产在运营"),
    failed=t("资产状态不符合承保条件"),
    unproven=t("资产是否在运营，尚未证明"),
    remedy=t("资产投入运营后再投保"),
    proof=t("登记资产的使用状态"),
)
A_NAV = Test(
    "A-NAV",
    passed=t("资产净值大于零"),
    failed=t("资产净值为零或资料不全"),
    unproven=t("资料不全，无法计算资产净值"),
    remedy=t("更新改造并登记新的资产原值后再投保"),
    proof=t("补齐资产原值、投入使用日期和使用年限"),
)
A_INTEREST = Test(
    "A-INTEREST",
    passed=t("被保险人拥有资产，或按合同承担其风险"),
    failed=t("被保险人无保险利益"),
    unproven=t("被保险人的保险利益尚未证明"),
    remedy=t("改由资产所有人，或按合同承担风险的一方作被保险人"),
    proof=t("提供权属证明，或约定风险承担的合同"),
)
A_DUP = Test(
    "A-DUP",
    passed=t("没有其他有效保单"),
    failed=t("存在重复投保，需通知各保险人"),
    unproven=t("是否另有保险，尚未申报"),
    remedy=t("登记其他保单并通知各保险人，按保险金额比例分摊"),
    proof=t("由投保人申报是否另有保险"),
    fails_to=Result.REFER,
    enrolment=True,
)
A_CONSENT = Test(
    "A-CONSENT",
    passed=t("投保申请已签字"),
    failed=t("缺少投保确认签字"),
    unproven=t("缺少投保确认签字"),
    remedy=t("由投保人签署投保申请"),
    proof=t("由投保人签署投保申请"),
    fails_to=Result.REFER,
    enrolment=True,
)
I_FUND = Test(
    "I-FUND",
    passed=t("已投入财政专项扶贫资金"),
    failed=t("未投入财政专项扶贫资金"),
    unproven=t("资金来源未登记，是否投入财政专项扶贫资金尚未证明"),
    remedy=t("只有投入财政专项扶贫资金的项目可以投保收益保"),
    proof=t("提供财政专项扶贫资金下达文件"),
)
I_OWNER = Test(
    "I-OWNER",
    passed=t("权属归集体所有"),
    failed=t("权属不归集体所有"),
    unproven=t("权属是否归集体所有，尚未证明"),
    remedy=t("权属确认到村集体、镇（街）集体或联村共有后可以投保"),
    proof=t("提供确权文件，或权属争议的处理结果"),
)
I_MODE = Test(
    "I-MODE",
    passed=t("经营方式是集体自营"),
    failed=t("经营方式不是集体自营"),
    unproven=t("经营方式未登记，是否集体自营尚未证明"),
    remedy=t("改由集体自营并登记后可以投保"),
    proof=t("提供经营方式的证明（村集体决议或经营合同）"),
)
I_RUN = Test(
    "I-RUN",
    passed=t("经营性项目，正在运营"),
    failed=t("项目未处于运营状态"),
    unproven=t("项目是否在运营，尚未证明"),
    remedy=t("经营性项目恢复运营后可以投保"),
    proof=t("登记资产类别和使用状态"),
)
I_BASE = Test(
    "I-BASE",
    passed=t("收益测算依据在档"),
    failed=t("缺少收益测算依据"),
    unproven=t("缺少收益测算依据"),
    remedy=t("提供收益协议，或至少一年的收益账目"),
    proof=t("提供收益协议，或至少一年的收益账目"),
    fails_to=Result.REFER,
)
LINKED = t("参与精准扶贫的个人或经营主体，带贫关系已登记")
MIXED_TITLE = t("集体与其他主体共有，须人工核定")
TITLE_DISPUTED = t("权属有争议，是否归集体所有尚未确定")
FUND_TO_DECIDE = t("资金来源是否计入财政扶贫资金，须人工核定")
EQUITY_NOTE = t("以入股形成的项目，保险标的是合作社等经营主体的资产，不是股权")
FUND_NOTES = {fund: t("{fund}按条款计入财政扶贫资金，须在保单上注明", fund=name) for fund, name in names.FUND_NAMES.items()}


def _facts_of(label: Text, called: Mapping[Code, Text]) -> dict[Code | None, Text]:
    """One finished text per code, and one for "not on file"."""
    made: dict[Code | None, Text] = {code: t("{label}：{value}", label=label, value=name) for code, name in called.items()}
    made[None] = t("{label}：未登记", label=label)
    return made


KIND_FACTS = _facts_of(t("资产类别"), names.KIND_NAMES)
OWNERSHIP_FACTS = _facts_of(t("权属"), names.OWNERSHIP_NAMES)
OPERATION_FACTS = _facts_of(t("经营方式"), names.OPERATION_NAMES)
SITUATION_FACTS = _facts_of(t("使用状态"), names.SITUATION_NAMES)
INCOME_BASIS_FACTS = _facts_of(t("收益测算依据"), names.INCOME_BASIS_NAMES)
FUNDS_UNKNOWN = t("资金来源：未登记")
LINK_FACTS: dict[bool | None, Text] = {
    True: t("带贫协议：在档"),
    False: t("带贫协议：无"),
    None: t("带贫协议：未登记"),
}
INTEREST_FACTS: dict[bool | None, Text] = {
    True: t("保险利益：有"),
    False: t("保险利益：无"),
    None: t("保险利益：未登记"),
}
TITLE_FACTS: dict[bool | None, Text] = {True: t("权属：已确认"), False: t("权属：有争议"), None: t("权属：未确权")}
TITLE_LATER = t("权属：该日之后才确认")
NO_OTHER_COVER, COVER_UNASKED = t("其他保险：无"), t("其他保险：未申报")
APPLIED, NOT_APPLIED = t("投保申请：已签字"), t("投保申请：未签字")
