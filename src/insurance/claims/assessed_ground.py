"""What an assessment is held against, kept with it, so that its basis can be worked out anew by its own terms; pure."""

from __future__ import annotations

from datetime import date

import msgspec

from insurance.base.money import Fen
from insurance.claims.assessed import AssetBasis, Basis, Insured
from insurance.claims.assessed_asset import asset_basis
from insurance.claims.assessed_income import income_basis
from insurance.claims.model_income import IncomeFacts
from insurance.claims.model_verbs import Assessment
from insurance.claims.procedure import procedure_by
from insurance.policies.model import Cover, Peril
from insurance.policies.wording import IncomeWording, IndustryWording


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """The policy as far as the assessment is about it, the event, the procedure, what was paid ahead (fen), and of an income
    claim what else it rests on.
    """

    cover: Cover
    insured: Insured
    peril: Peril
    loss_on: date
    assessed_on: date
    procedure: str
    interim_paid_fen: Fen
    income: IncomeFacts = IncomeFacts()

    def about(self, given: Assessment) -> Ground:
        """Without the lines of the schedule that the assessment does not name: they do not count."""
        named = {line.policy_item_id for line in given.lines}
        earlier = msgspec.structs.replace(
            self.insured.earlier, by_item={item: taken for item, taken in self.insured.earlier.by_item.items() if item in named}
        )
        items = {key: item for key, item in self.insured.items.items() if key in named}
        return msgspec.structs.replace(self, insured=msgspec.structs.replace(self.insured, items=items, earlier=earlier))


def basis_of(given: Assessment, ground: Ground, wording: IndustryWording | IncomeWording) -> Basis:
    """The basis of an assessment; the same ground and words give the same basis. Raises Invalid by field."""
    if isinstance(wording, IndustryWording):
        basis: Basis = asset_basis(
            given, ground.insured, wording, peril=ground.peril, loss_on=ground.loss_on, interim_paid_fen=ground.interim_paid_fen,
            reasons=procedure_by(ground.procedure).reasons_for(ground.cover),
        )  # fmt: skip
    else:
        basis = income_basis(
            given, ground.insured, wording, ground.income, loss_on=ground.loss_on, today=ground.assessed_on,
            interim_paid_fen=ground.interim_paid_fen,
        )  # fmt: skip
    return basis if isinstance(basis, AssetBasis) else msgspec.structs.replace(basis, override=given.override)
