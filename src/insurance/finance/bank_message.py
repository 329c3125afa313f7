"""Bank statements as camt.053.001.08: one account's statement, all or nothing, with its control totals; no database here."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from xml.etree.ElementTree import Element

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from insurance.base.calendar import BEIJING
from insurance.base.errors import FieldFault, Invalid
from insurance.base.money import Fen, parse_yuan, yuan
from insurance.base.text import Text, t
from insurance.finance.bank import line_key
from insurance.finance.model import BankLine, Direction, Side, Statement

_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001."
_SIGNS = {"CRDT": 1, "DBIT": -1}
_MOST_ENTRIES = 120_000
_NONE = "NOTPROVIDED"


def is_message(content: bytes) -> bool:
    """Whether a file is a bank message rather than a workbook or a list."""
    head = content[:2000].lstrip(b"\xef\xbb\xbf \r\n\t")
    return head.startswith(b"<") and _NAMESPACE.encode() in content[:4000]


def read_message(content: bytes, side: Side) -> Statement:
    """Read a statement message. Only booked entries count; opening + Σ credits - Σ debits must be closing.

    Raises Invalid (`file`, or `Ntry[3]/Amt` by place from 1) for anything that cannot be read or does not add up; faults hold
    no personal data.
    """
    try:
        root = ElementTree.fromstring(content, forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError):
        raise Invalid.field("file", t("不是可读的银行报文")) from None
    reader = _Reader(root)
    return reader.statement(side)


class _Reader:
    """One message, its elements without their namespace; every fault is collected."""

    def __init__(self, root: Element) -> None:
        for element in root.iter():
            element.tag = element.tag.rpartition("}")[2]
        statements = root.findall("BkToCstmrStmt/Stmt")
        if len(statements) != 1:
            raise Invalid.field("file", t("报文应恰有一个账户的对账单"))
        self.body = statements[0]
        self.faults: list[FieldFault] = []
        entries = self.body.findall("Ntry")
        if len(entries) > _MOST_ENTRIES:
            raise Invalid.field("file", t("报文中的流水过多"))
        self.entries = [(f"Ntry[{place}]", one) for place, one in enumerate(entries, 1) if one.findtext("Sts/Cd", "BOOK") == "BOOK"]

    def statement(self, side: Side) -> Statement:
        account = (self.body.findtext("Acct/Id/Othr/Id") or self.body.findtext("Acct/Id/IBAN") or "").strip()
        currency = self.body.findtext("Acct/Ccy", "CNY")
        if not account or currency != "CNY":
            self.fault("Acct", t("缺少账号，或币种不是人民币"))
        opening, closing = self.balance("OPBD"), self.balance("CLBD")
        lines = self.lines(account, side, opening)
        came = sum(line.amount_fen for line in lines if line.direction is Direction.IN)
        went = sum(line.amount_fen for line in lines if line.direction is Direction.OUT)
        if opening is None or closing is None:
            self.fault("Bal", t("缺少期初或期末余额"))
        elif not self.faults and opening + came - went != closing:
            off = opening + came - went - closing
            self.faults.append(FieldFault("Bal", t("期初余额加收入减支出与期末余额相差 {amount} 元", amount=yuan(off))))
        if not lines and not self.faults:
            self.fault("Ntry", t("报文中没有已入账的流水"))
        if self.faults:
            raise Invalid(t("银行报文有误，整份没有导入"), self.faults)
        days = [line.booked_on for line in lines]
        holder = self.body.findtext("Acct/Nm") or self.body.findtext("Acct/Ownr/Nm") or ""
        return Statement(account, holder, side, tuple(lines), came, went, opening, closing, min(days), max(days))

    def fault(self, where: str, text: Text) -> None:
        self.faults.append(FieldFault(where, text))

    def amount(self, element: Element | None, where: str) -> Fen:
        if element is None or element.get("Ccy", "CNY") != "CNY":
            self.fault(where, t("缺少金额，或币种不是人民币"))
            return 0
        try:
            found = parse_yuan((element.text or "").strip())
        except Invalid:
            found = -1
        if found < 0:
            self.fault(where, t("不是金额"))
        return max(0, found)

    def balance(self, code: str) -> int | None:
        for one in self.body.findall("Bal"):
            if one.findtext("Tp/CdOrPrtry/Cd") == code:
                return self.amount(one.find("Amt"), f"Bal/{code}") * self.sign(one, f"Bal/{code}")
        return None

    def sign(self, element: Element, where: str) -> int:
        found = _SIGNS.get(element.findtext("CdtDbtInd", ""))
        if found is None:
            self.fault(f"{where}/CdtDbtInd", t("缺少借贷标志"))
        return found or 1

    def day(self, element: Element | None, where: str) -> dt.date | None:
        if element is None:
            return None
        text = (element.findtext("Dt") or element.findtext("DtTm") or "").strip()
        try:
            if "T" in text:
                return dt.datetime.fromisoformat(text).astimezone(BEIJING).date()
            return dt.date.fromisoformat(text)
        except (ValueError, OverflowError):
            self.fault(where, t("不是日期"))
            return None

    def lines(self, account: str, side: Side, opening: int | None) -> list[BankLine]:
        """The entries as they stand; the running balance follows from the opening one."""
        seen: Counter[tuple[object, ...]] = Counter()
        found = []
        balance = opening
        for where, entry in self.entries:
            booked_on = self.day(entry.find("BookgDt"), f"{where}/BookgDt")
            if booked_on is None:
                self.fault(f"{where}/BookgDt", t("缺少记账日期"))
                continue
            amount, sign = self.amount(entry.find("Amt"), f"{where}/Amt"), self.sign(entry, where)
            if amount == 0:
                continue
            balance = None if balance is None else balance + sign * amount
            direction = Direction.IN if sign > 0 else Direction.OUT
            reference = (entry.findtext("AcctSvcrRef") or entry.findtext("NtryRef") or "").strip()
            itself = (account, booked_on, reference, amount, direction, balance)
            value_on = self.day(entry.find("ValDt"), f"{where}/ValDt")
            found.append(self.line(itself, seen[itself], side, entry, value_on))
            seen[itself] += 1
        return found

    def line(
        self, itself: tuple[str, dt.date, str, Fen, Direction, int | None], nth: int, side: Side, entry: Element, value_on: dt.date | None
    ) -> BankLine:  # fmt: skip
        account, booked_on, reference, amount, direction, balance = itself
        booked = entry.findall("NtryDtls/TxDtls")
        details = booked[0] if len(booked) == 1 else Element("TxDtls")  # one of a batch does not speak for the others
        other = "Cdtr" if direction is Direction.OUT else "Dbtr"
        parties = details.find("RltdPties")
        parties = Element("RltdPties") if parties is None else parties
        if parties.find(other) is None and details.find("RtrInf") is not None:
            other = "Cdtr" if other == "Dbtr" else "Dbtr"  # a return names who was to be paid
        said = [details.findtext("RmtInf/Ustrd"), details.findtext("RtrInf/AddtlInf"), entry.findtext("AddtlNtryInf")]
        end_to_end = (details.findtext("Refs/EndToEndId") or "").strip()
        return BankLine(
            key=line_key(*itself, nth=nth), account=account, side=side, booked_on=booked_on, booked_time=None, direction=direction,
            amount_fen=amount, balance_fen=balance,
            counterparty_name=(parties.findtext(f"{other}/Pty/Nm") or parties.findtext(f"{other}/Nm") or "").strip(),
            counterparty_account=(parties.findtext(f"{other}Acct/Id/Othr/Id") or "").strip(),
            narrative=" ".join(text.strip() for text in said if text and text.strip()), reference=reference,
            end_to_end_id="" if end_to_end == _NONE else end_to_end, value_on=value_on,
            return_code=(details.findtext("RtrInf/Rsn/Cd") or "").strip(),
            transaction_code=(entry.findtext("BkTxCd/Domn/Fmly/SubFmlyCd") or "").strip(),
        )  # fmt: skip
