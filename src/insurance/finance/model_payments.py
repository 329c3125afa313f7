"""Words of payments on their way to the bank: modes, paying accounts, payment files, and how money comes back."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta

from insurance.base.money import Fen
from insurance.base.text import Text, t

_Name = Annotated[str, Meta(min_length=1, max_length=140)]
_RowId = Annotated[int, Meta(ge=1, le=2**63 - 1)]
_Version = Annotated[int, Meta(ge=1, le=2**31 - 1)]


class PayoutMode(StrEnum):
    """How a payout travels: the insurer pays the insured, or the programme's account passes the insurer's money on."""

    DIRECT = "DIRECT"  # 直付
    AGENT = "AGENT"  # 代付


class ReturnReason(NamedTuple):
    """Why a bank sent money back: the code of ISO 20022 and what banks print."""

    code: str
    name: Text


RETURN_REASONS = {
    one.code: one
    for one in (
        ReturnReason("AC01", t("账号有误")),
        ReturnReason("AC04", t("账户已销户")),
        ReturnReason("AC06", t("账户被冻结或止付")),
        ReturnReason("BE01", t("账号户名不符")),
        ReturnReason("DUPL", t("重复付款被退回")),
        ReturnReason("MS03", t("其他原因")),
    )
}


class AccountEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """付款账户: whose, where, its number (8 to 34 digits), until when its bank takes orders of the day (Beijing time).

    Without an insurer it is the programme's own account (代付).
    """

    holder_name: _Name
    bank_name: _Name
    account_number: Annotated[str, Meta(pattern=r"\A[0-9]{8,34}\Z")]
    bank_code: Annotated[str, Meta(pattern=r"\A[0-9]{12}\Z")] | None = None
    insurer_id: _RowId | None = None
    from_on: dt.date | None = None
    cut_off: Annotated[str, Meta(pattern=r"\A([01][0-9]|2[0-3]):[0-5][0-9]\Z")] = "16:30"


class FileWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """付款文件: of which account, which released orders (all that wait if none is named), to be carried out on which working day."""

    paying_account_id: _RowId
    payout_ids: Annotated[tuple[_RowId, ...], Meta(max_length=10_000)] = ()
    execution_on: dt.date | None = None


class Return(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """退汇: the day the bank sent the money back, its reason code, and what it printed."""

    version: _Version
    code: str
    returned_on: dt.date | None = None
    note: Annotated[str, Meta(max_length=200)] = ""


class Payer(msgspec.Struct, frozen=True):
    """The account money is paid from, its number in plain text: only while a file is made."""

    name: str
    bank_name: str
    bank_code: str | None
    account: str


class Payment(msgspec.Struct, frozen=True):
    """One payment of a file; `token` goes into the end-to-end id and to the head of the remittance text."""

    token: str
    amount_fen: Fen
    payee_name: str
    payee_bank: str
    payee_bank_code: str | None
    payee_account: str
    memo: str


class Message(msgspec.Struct, frozen=True):
    """Everything a payment file says."""

    number: str
    made_at: dt.datetime
    execution_on: dt.date
    payer: Payer
    payments: tuple[Payment, ...]

    @property
    def sum_fen(self) -> Fen:
        """The control sum."""
        return sum(payment.amount_fen for payment in self.payments)


class PayingAccountView(msgspec.Struct, frozen=True, kw_only=True):
    """付款账户 as people and programs read it: the number by its last four digits."""

    id: int
    mode: PayoutMode
    insurer_id: int | None
    holder_name: str
    bank_name: str
    bank_code: str | None
    account: str
    cut_off: str
    from_on: dt.date
    until_on: dt.date | None
    entered_by: str | None
    approved_by: str | None
    usable: bool
    version: int


class PaymentFileView(msgspec.Struct, frozen=True, kw_only=True):
    """付款文件 as people and programs read it; the hashes are of the two forms it can be fetched in."""

    id: int
    number: str
    paying_account_id: int
    account: str
    state: str
    execution_on: dt.date
    payments: int
    settled: int
    sum_fen: Fen
    message_sha256: str
    workbook_sha256: str
    made_by: str | None
    made_at: dt.datetime
    cancelled_by: str | None
    cancelled_reason: str | None
    version: int
