"""Payment files: the orders of one day and account as pain.001.001.09 and as a bank's Excel list; the same facts give the same bytes."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from insurance.base.calendar import BEIJING
from insurance.base.money import Fen
from insurance.base.spreadsheet_out import Column, Shape, write_workbook
from insurance.base.text import t
from insurance.finance.model_payments import Message, Payment

_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
_CLEARING = "CNAPS"  # 联行号
_LONGEST_TEXT = 140
_COLUMNS = (
    Column(t("序号"), Shape.COUNT, 6),
    Column(t("收款人户名"), width=36),
    Column(t("收款账号"), width=24),
    Column(t("收款开户行"), width=30),
    Column(t("联行号"), width=14),
    Column(t("金额（元）"), Shape.MONEY, 16),
    Column(t("附言"), width=40),
    Column(t("付款编号"), width=18),
)


def remittance(payment: Payment) -> str:
    """附言: the token first, because bank lists give no end-to-end id; at most 140 characters."""
    return f"{payment.token} {payment.memo}".strip()[:_LONGEST_TEXT]


def pain_001(message: Message) -> bytes:
    """The message as pain.001.001.09 (domain.md 6.3): one payment block, control sums worked out anew, UTF-8."""
    root = ET.Element("Document", xmlns=_NAMESPACE)
    initiation = ET.SubElement(root, "CstmrCdtTrfInitn")
    header = ET.SubElement(initiation, "GrpHdr")
    _put(header, "MsgId", message.number)
    _put(header, "CreDtTm", message.made_at.astimezone(BEIJING).replace(microsecond=0).isoformat())
    _totals(header, message)
    _put(header, "InitgPty/Nm", message.payer.name)
    block = ET.SubElement(initiation, "PmtInf")
    _put(block, "PmtInfId", f"{message.number}-1")
    _put(block, "PmtMtd", "TRF")
    _totals(block, message)
    _put(block, "ReqdExctnDt/Dt", message.execution_on.isoformat())
    _put(block, "Dbtr/Nm", message.payer.name)
    account = ET.SubElement(block, "DbtrAcct")
    _put(account, "Id/Othr/Id", message.payer.account)
    _put(account, "Ccy", "CNY")
    _bank(block, "DbtrAgt", message.payer.bank_code, message.payer.bank_name)
    for payment in message.payments:
        _transfer(block, payment)
    ET.indent(root, " ")
    body: bytes = ET.tostring(root, encoding="utf-8")  # with its declaration
    return body + b"\n"


def _transfer(block: ET.Element, payment: Payment) -> None:
    transfer = ET.SubElement(block, "CdtTrfTxInf")
    _put(transfer, "PmtId/EndToEndId", payment.token)
    _put(transfer, "Amt/InstdAmt", _decimal(payment.amount_fen)).set("Ccy", "CNY")
    _bank(transfer, "CdtrAgt", payment.payee_bank_code, payment.payee_bank)
    _put(transfer, "Cdtr/Nm", payment.payee_name[:_LONGEST_TEXT])
    _put(transfer, "CdtrAcct/Id/Othr/Id", payment.payee_account)
    _put(transfer, "RmtInf/Ustrd", remittance(payment))


def _bank(parent: ET.Element, tag: str, code: str | None, name: str) -> None:
    """The bank by its clearing number, or by its name where nobody knows the number."""
    if code is None:
        _put(parent, f"{tag}/FinInstnId/Nm", name[:_LONGEST_TEXT])
        return
    member = ET.SubElement(ET.SubElement(ET.SubElement(parent, tag), "FinInstnId"), "ClrSysMmbId")
    _put(member, "ClrSysId/Cd", _CLEARING)
    _put(member, "MmbId", code)


def _totals(parent: ET.Element, message: Message) -> None:
    _put(parent, "NbOfTxs", str(len(message.payments)))
    _put(parent, "CtrlSum", _decimal(message.sum_fen))


def _put(parent: ET.Element, path: str, text: str) -> ET.Element:
    for tag in path.split("/"):
        parent = ET.SubElement(parent, tag)
    parent.text = text
    return parent


def _decimal(amount_fen: Fen) -> str:
    return f"{amount_fen // 100}.{amount_fen % 100:02d}"


def payment_workbook(message: Message) -> bytes:
    """The same payments as a bank's Excel list: account and clearing numbers as text, amounts in yuan."""
    rows = [
        (
            place, one.payee_name, one.payee_account, one.payee_bank, one.payee_bank_code or "", one.amount_fen, remittance(one), one.token,
        )
        for place, one in enumerate(message.payments, start=1)
    ]  # fmt: skip
    return write_workbook(_COLUMNS, rows, title=message.number, made_at=message.made_at)
