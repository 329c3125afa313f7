"""The books as a whole: opening balances as transfers, the trial balance; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from insurance.base.errors import FieldFault, Invalid
from insurance.base.money import yuan
from insurance.base.text import t
from insurance.finance.model import CHART, Event, Transfer, TransferKind


def opening_entries(balances_fen: Mapping[str, int]) -> list[Transfer]:
    """The transfers that bring empty books to these balances (account → fen, debit positive).

    Debits and credits are paired in the order of the accounts, so that the same balances give the same entries. Raises
    Invalid by account for one that is not in the chart or a memo account, and for balances that do not add up to 0.
    """
    faults = [
        FieldFault(f"balances.{code}", t("没有这个科目，或属于备查科目"))
        for code in balances_fen
        if code not in CHART or CHART[code].memo
    ]  # fmt: skip
    off = sum(balances_fen.values())
    if not faults and off:
        faults = [FieldFault("balances", t("借贷不平，相差 {amount} 元", amount=yuan(off)))]
    if faults:
        raise Invalid(t("期初余额有误"), faults)
    owed = [(code, fen) for code, fen in sorted(balances_fen.items()) if fen > 0]
    owing = [(code, -fen) for code, fen in sorted(balances_fen.items()) if fen < 0]
    entries = []
    while owed:
        (debit, left), (credit, right) = owed.pop(0), owing.pop(0)
        amount = min(left, right)
        entries.append(Transfer(Event.OPENING, debit, credit, amount))
        owed[:0] = [(debit, left - amount)] if left > amount else []
        owing[:0] = [(credit, right - amount)] if right > amount else []
    return entries


def trial_balance(transfers: Iterable[Transfer]) -> dict[str, int]:
    """Every account of the chart with its balance in fen, debit positive; the balances add up to 0."""
    balances = dict.fromkeys(CHART, 0)
    for transfer in transfers:
        if transfer.kind in (TransferKind.POSTED, TransferKind.POST):
            balances[transfer.debit] += transfer.amount_fen
            balances[transfer.credit] -= transfer.amount_fen
    return balances
