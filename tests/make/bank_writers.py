"""The files a bank makes of its lines: lists in both common layouts as CSV and Excel, camt.053; whole, in halves, cut off, with wrong totals."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from random import Random
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

import xlsxwriter

from make.bank_story import Line


class Stretch(NamedTuple):
    """Lines of one account that follow one another, oldest first, and the balance before them."""

    account: str
    opening_fen: int
    lines: Sequence[Line]

    def balances(self) -> list[int]:
        """The balance after each line."""
        found, balance = [], self.opening_fen
        for line in self.lines:
            balance += line.fen
            found.append(balance)
        return found


class File(NamedTuple):
    """A file as it is uploaded; one that must be refused says why."""

    name: str
    content: bytes
    account: str
    payee: bool = False
    refused: str = ""


def _yuan(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def _web(stretch: Stretch) -> list[list[str]]:
    """网上银行: 支出, 收入, the holder's number above the table."""
    rows = [
        [
            line.on.isoformat(), line.reference, *(["", _yuan(line.fen)] if line.fen > 0 else [_yuan(-line.fen), ""]), _yuan(balance),
            line.name, line.number, line.said,
        ]
        for line, balance in zip(stretch.lines, stretch.balances(), strict=True)
    ]  # fmt: skip
    return [
        ["账号", stretch.account, "", "户名", "某专户"],
        ["交易日期", "交易流水号", "支出", "收入", "账户余额", "对方户名", "对方账号", "附言"],
        *rows,
    ]


def _counter(stretch: Stretch) -> list[list[str]]:
    """柜面明细: 借方, 贷方, with a preamble, a time and totals below."""
    out = sum(-line.fen for line in stretch.lines if line.fen < 0)
    came = sum(line.fen for line in stretch.lines if line.fen > 0)
    rows = [
        [
            f"{line.on:%Y%m%d}", "10:00:00", line.number, line.name, *([_yuan(-line.fen), ""] if line.fen < 0 else ["", _yuan(line.fen)]),
            _yuan(balance), line.reference, line.said,
        ]
        for line, balance in zip(stretch.lines, stretch.balances(), strict=True)
    ]  # fmt: skip
    return [
        ["账户明细"],
        [f"账号：{stretch.account}", "", "币种：人民币"],
        ["记账日期", "交易时间", "对方账号", "对方户名", "借方发生额", "贷方发生额", "余额", "交易流水号", "摘要"],
        *rows,
        ["合计", "", "", "", _yuan(out), _yuan(came), "", "", ""],
    ]


def _newest_first(rows: list[list[str]], head: int) -> list[list[str]]:
    return rows[:head] + rows[head:][::-1]


def _csv(rows: list[list[str]], encoding: str) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)


def _xlsx(rows: list[list[str]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write_string(at, column, cell)
    return out.getvalue()


def message(stretch: Stretch, *, off_fen: int = 0) -> bytes:
    """camt.053 of the same; `off_fen` makes its closing balance wrong."""
    closing = stretch.balances()[-1] + off_fen
    balances = "".join(
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">{abs(fen) / 100:.2f}</Amt>'
        f"<CdtDbtInd>{'DBIT' if fen < 0 else 'CRDT'}</CdtDbtInd></Bal>"
        for code, fen in (("OPBD", stretch.opening_fen), ("CLBD", closing))
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>'
        f"<Id>1</Id><Acct><Id><Othr><Id>{stretch.account}</Id></Othr></Id><Ccy>CNY</Ccy></Acct>{balances}"
        f"{''.join(map(_entry, stretch.lines))}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def _entry(line: Line) -> str:
    party = "Dbtr" if line.fen > 0 and not line.return_code else "Cdtr"
    named = (
        f"<RltdPties><{party}><Pty><Nm>{escape(line.name)}</Nm></Pty></{party}><{party}Acct><Id><Othr><Id>{line.number}</Id></Othr></Id>"
        f"</{party}Acct></RltdPties>"
        if line.number
        else ""
    )
    back = f"<RtrInf><Rsn><Cd>{line.return_code}</Cd></Rsn></RtrInf>" if line.return_code else ""
    return (
        f'<Ntry><Amt Ccy="CNY">{abs(line.fen) / 100:.2f}</Amt><CdtDbtInd>{"CRDT" if line.fen > 0 else "DBIT"}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
        f"<BookgDt><Dt>{line.on}</Dt></BookgDt><ValDt><Dt>{line.on}</Dt></ValDt><AcctSvcrRef>{line.reference}</AcctSvcrRef><NtryDtls><TxDtls>"
        f"<Refs><EndToEndId>{line.end_to_end or 'NOTPROVIDED'}</EndToEndId></Refs>{named}<RmtInf><Ustrd>{escape(line.said)}</Ustrd></RmtInf>{back}"
        "</TxDtls></NtryDtls></Ntry>"
    )


FORMS: dict[str, Callable[[Stretch], bytes]] = {
    "web.csv": lambda s: _csv(_web(s), "gb18030"),
    "web-utf8.csv": lambda s: _csv(_newest_first(_web(s), 2), "utf-8-sig"),
    "web.xlsx": lambda s: _xlsx(_web(s)),
    "counter.xlsx": lambda s: _xlsx(_counter(s)),
    "counter.csv": lambda s: _csv(_newest_first(_counter(s)[:-1], 3), "gb18030"),
    "camt.xml": message,
}


def halves(draw: Random, whole: Stretch) -> list[Stretch]:
    """The account's story whole, or in two or three stretches that overlap."""
    size = len(whole.lines)
    if size < 3 or draw.random() < 0.2:
        return [whole]
    cuts = sorted(draw.sample(range(1, size), draw.randrange(1, 3)))
    found = []
    for start, until in zip([0, *cuts], [*cuts, size], strict=True):
        first, last = max(0, start - draw.randrange(3)), min(size, until + draw.randrange(3))
        found.append(Stretch(whole.account, whole.opening_fen + sum(line.fen for line in whole.lines[:first]), whole.lines[first:last]))
    return found


def files_of(draw: Random, whole: Stretch, *, payee: bool) -> list[File]:
    """The files of an account in any forms; some again under another name, some that must be refused."""
    found = []
    for stretch in halves(draw, whole):
        form = draw.choice(sorted(FORMS))
        content = FORMS[form](stretch)
        found.append(File(form, content, whole.account, payee))
        if draw.random() < 0.2:
            found.append(File("另存 " + form, content, whole.account, payee))
        if draw.random() < 0.3:
            found.append(File("另一格式.xml", message(stretch), whole.account, payee))
        found += _broken(draw, stretch, form, content, payee=payee)
    return found


def _broken(draw: Random, stretch: Stretch, form: str, content: bytes, **known: Any) -> list[File]:
    """A file with a wrong total, or cut off so that it cannot be read."""
    kind = draw.choice(("", "", "total", "bytes", "balance"))
    if kind == "total":
        rows = _counter(stretch)
        rows[-1][4 if draw.random() < 0.5 else 5] = "0.01"
        return [File("合计.csv", _csv(rows, "gb18030"), stretch.account, refused="wrong total", **known)]
    if kind == "balance":
        return [File("余额.xml", message(stretch, off_fen=draw.choice((-1, 1))), stretch.account, refused="wrong balance", **known)]
    if kind == "bytes" and not form.endswith(".csv"):
        return [File(form, content[: draw.randrange(len(content) // 2, len(content) - 1)], stretch.account, refused="cut off", **known)]
    return []
