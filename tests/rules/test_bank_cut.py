"""A file that was cut off anywhere is refused, or gives whole movements and nothing else."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest

from insurance.base.errors import Invalid
from insurance.base.text import t
from insurance.finance.bank import read_statement
from insurance.finance.bank_message import read_message
from insurance.finance.model import Side, Statement
from make.bank import Grid
from make.bank_story import Line
from make.bank_writers import FORMS, Stretch, message

DAY = dt.date(2019, 8, 12)
LINES = [
    Line("1605000000000000001", DAY, fen, name, number, said, frozenset(), reference=f"LS{place}")
    for place, (fen, name, number, said) in enumerate(
        [
            (-40_031_01, "坛山某合作社", "9150100000000000017", "SB190812001237 赔款"),
            (-5_00, "", "", "手续费"),
            (1_234_56, "某公司", "62284800", "往来"),
            (-9_00, "", "", ""),
        ]
    )
]
WHOLE = Stretch("1605000000000000001", 500_000_00, LINES)


def read(text: str) -> Statement:
    if text.count('"') % 2:
        raise Invalid.field("file", t("引号没有成对"))  # the reader of lists refuses it before
    rows = list(csv.reader(io.StringIO(text)))
    width = max(map(len, rows), default=0)
    return read_statement([Grid([row + [""] * (width - len(row)) for row in rows])], Side.PAYER)


@pytest.mark.parametrize("stretch", [WHOLE, Stretch(WHOLE.account, WHOLE.opening_fen, LINES[:2])])
@pytest.mark.parametrize(("form", "encoding"), [("web.csv", "gb18030"), ("web-utf8.csv", "utf-8-sig"), ("counter.csv", "gb18030")])
def test_a_list_cut_off_anywhere_gives_no_movement_that_is_not_whole(form: str, encoding: str, stretch: Stretch) -> None:
    text = FORMS[form](stretch).decode(encoding)
    whole = {line.key for line in read(text).lines}
    accepted = 0

    for cut in range(len(text)):
        try:
            found = read(text[:cut])
        except Invalid:
            continue
        accepted += 1
        if len(found.lines) == 1 and form == "counter.csv":
            continue  # of one row nobody can say how long its reference should be
        assert {line.key for line in found.lines} <= whole, text[:cut]

    assert accepted, "a list that ends between two rows is a shorter list"


def test_a_message_cut_off_anywhere_is_refused() -> None:
    content = message(WHOLE)

    for cut in range(0, len(content) - 1, 7):
        with pytest.raises(Invalid):
            read_message(content[:cut], Side.PAYER)


def test_one_payment_of_a_batch_does_not_speak_for_the_batch() -> None:
    one = message(WHOLE).decode()
    details = one[one.index("<NtryDtls>") + len("<NtryDtls>") : one.index("</NtryDtls>")].replace("NOTPROVIDED", "SB190812001237")
    batch = one.replace("<NtryDtls>", f"<NtryDtls>{details}", 1).encode()

    first, second = read_message(batch, Side.PAYER).lines[:2]

    assert (first.end_to_end_id, first.counterparty_account, first.narrative, first.amount_fen) == ("", "", "", 40_031_01)
    assert second.narrative == "手续费"
