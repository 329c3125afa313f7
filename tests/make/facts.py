"""What is known of a project, for eligibility: G1 unless a test says otherwise."""

from __future__ import annotations

from datetime import date
from typing import Any

from insurance.policies.model import Cover, Facts, IncomeBasis, Judgement, OtherCover, Period, Reason
from insurance.policies.terms import terms_for
from insurance.projects.model import AssetKind, Fund, Operation, Ownership, Status, Taxonomy

ON = date(2019, 5, 1)
OTHER = OtherCover("甲保险公司", "PICC-1", Period(date(2019, 1, 1), date(2020, 1, 1)))
SWITCHES = terms_for(Cover.INDUSTRY, ON).wording.eligibility
ASSET_CODES = ["A-KIND", "A-ROUTE", "A-TITLE", "A-STATUS", "A-NAV", "A-INTEREST", "A-DUP", "A-CONSENT"]
INCOME_CODES = ["I-FUND", "I-OWNER", "I-MODE", "I-RUN", "I-BASE"]


def facts(**known: Any) -> Facts:
    """G1: a village greenhouse built with special funds, run by the village, all papers on file, not yet applied for."""
    village_greenhouse: dict[str, Any] = {
        "on": ON,
        "kind": AssetKind.OPERATING,
        "taxonomy": Taxonomy.GREENHOUSE,
        "ownership": Ownership.VILLAGE,
        "operation": Operation.SELF,
        "status": Status.RUNNING,
        "funds": {Fund.SPECIAL: 86_000_000},
        "title_on": date(2018, 3, 1),
        "title_paper": "确权〔2018〕12号",
        "title_disputed": False,
        "net_value_fen": 68_979_167,
        "link": False,
        "interest": True,
        "income_basis": IncomeBasis.AGREEMENT,
        "other_covers": (),
    }
    return Facts(**(village_greenhouse | known))


def reason(judgement: Judgement, code: str) -> Reason:
    return next(one for one in judgement.reasons if one.code == code)
