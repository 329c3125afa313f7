"""What a change of a project's facts does to a policy in force: the cover goes on, or it ends from the day of the change; pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

import msgspec

from insurance.base.text import Text, t
from insurance.policies.model import Cover, Judgement, LegalRegime, Result
from insurance.policies.model_midterm import EndorsementKind
from insurance.projects.model import Status

_GONE = frozenset({Status.DISPOSED, Status.SCRAPPED, Status.LOST})
_INTEREST = "A-INTEREST"


class Consequence(msgspec.Struct, frozen=True):
    """`ends_before` is the first day without cover, None where the cover goes on; `text` says why, with the article."""

    ends_before: date | None
    text: Text


def consequence(
    cover: Cover, kind: EndorsementKind, judgement: Judgement, situation: Status | None, regimes: Collection[LegalRegime], on: date
) -> Consequence | None:
    """What follows from a change of `kind` on a day, judged anew; None where too little is proven to say.

    收益保 ends as soon as its conditions no longer hold: they are what was promised for. 产业保 is a contract of property: it goes on
    (保险法 49, 52), and only ends where nothing is left to insure (48). For farming a change of danger neither raises the premium nor
    ends the contract (农业保险条例 11).
    """
    if cover is Cover.INCOME:
        if judgement.result is Result.INELIGIBLE:
            codes = "、".join(judgement.failing)
            return Consequence(on, t("不再符合收益保条件（{codes}），保险责任自变更之日起终止", codes=codes))
        return Consequence(None, t("仍符合收益保条件，保险责任继续")) if judgement.result is Result.ELIGIBLE else None
    if kind is EndorsementKind.SITUATION_CHANGED and situation in _GONE:
        # what is lost on a day was insured through it
        ends = on + timedelta(days=1) if situation is Status.LOST else on
        return Consequence(ends, t("保险标的已处置、报废或灭失，保险责任终止，退还未到期保险费"))
    if _INTEREST in judgement.failing:
        return Consequence(on, t("被保险人不再有保险利益（保险法第四十八条），保险责任终止，退还未到期保险费"))
    if kind is EndorsementKind.OWNERSHIP_CHANGED:
        return Consequence(None, t("保险标的转让，受让人承继被保险人的权利和义务（保险法第四十九条），保险责任继续"))
    if LegalRegime.AGRI in regimes:
        return Consequence(None, t("农业保险标的危险程度变化，不增加保险费、不解除合同（农业保险条例第十一条）"))
    return Consequence(None, t("危险程度可能变化，以本批单通知保险人（保险法第五十二条）；保险费不变，保险责任继续"))
