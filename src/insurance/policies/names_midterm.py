"""How kinds of endorsements and grounds of a cancellation are called in texts."""

from __future__ import annotations

from insurance.base.text import Text, t
from insurance.policies.model_midterm import EndorsementKind, Ground

KIND_NAMES: dict[EndorsementKind, Text] = {
    EndorsementKind.ASSET_ADDED: t("增加保险标的"),
    EndorsementKind.ASSET_REMOVED: t("减少保险标的"),
    EndorsementKind.SUM_CHANGED: t("变更保险金额"),
    EndorsementKind.INSURED_CHANGED: t("变更被保险人"),
    EndorsementKind.MODE_CHANGED: t("经营方式变更"),
    EndorsementKind.OWNERSHIP_CHANGED: t("权属性质变更"),
    EndorsementKind.SITUATION_CHANGED: t("资产状态变更"),
    EndorsementKind.REINSTATE: t("恢复保险金额"),
    EndorsementKind.EXCESS_REFUND: t("超额保险退费"),
    EndorsementKind.CORRECTION: t("更正保单材料"),
    EndorsementKind.CANCELLATION: t("退保、解除合同"),
}
GROUND_NAMES: dict[Ground, Text] = {
    Ground.WISH: t("投保人退保（保险法第五十四条）"),
    Ground.AFTER_LOSS: t("部分损失赔付后，投保人解除（第五十八条）"),
    Ground.AFTER_LOSS_INSURER: t("部分损失赔付后，保险人解除（第五十八条）"),
    Ground.NONDISCLOSURE: t("重大过失未如实告知，保险人解除（第十六条）"),
    Ground.NONDISCLOSURE_SERIOUS: t("重大过失未如实告知，且对事故有严重影响（第十六条）"),
    Ground.NONDISCLOSURE_INTENT: t("故意不如实告知，保险人解除（第十六条）"),
}
# What each kind is for, and what becomes of it, in a line.
KIND_HINTS: dict[EndorsementKind, Text] = {
    EndorsementKind.ASSET_ADDED: t("新资产按生效日净值加入，按剩余天数计收保险费"),
    EndorsementKind.ASSET_REMOVED: t("资产不再投保，退还未到期保险费"),
    EndorsementKind.SUM_CHANGED: t("按新的净值或约定金额重定，退旧收新"),
    EndorsementKind.INSURED_CHANGED: t("台账所有权人变更后，由新的权利人承继保单"),
    EndorsementKind.MODE_CHANGED: t("台账经营方式变更后重新判定资格；收益保不再符合的，自变更日终止"),
    EndorsementKind.OWNERSHIP_CHANGED: t("台账权属性质变更后重新判定资格"),
    EndorsementKind.SITUATION_CHANGED: t("台账资产状态变更后重新判定资格"),
    EndorsementKind.REINSTATE: t("赔付后保险金额减少的，补交保险费恢复"),
    EndorsementKind.CORRECTION: t("投保单、确权文件引错的，改为正确的一份；金额不变"),
}
