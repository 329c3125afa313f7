"""Checks that one statement answers: `sql/<name>.sql` gives a row per offence; it stands beside what it is about."""

from __future__ import annotations

from functools import partial

from insurance.base import db
from insurance.checks.model import MOST, Asked, Check

# name of the statement → what must hold, and the table whose rows are counted
_ASKED = {
    "ledger_shape": ("every transfer stays among books of one kind, and ends what it says it ends", "transfer"),
    "ledger_zero": ("the books sum to zero, the memo accounts by themselves", "transfer"),
    "ledger_signs": ("no account stands on its wrong side", "account"),
    "ledger_policies": ("premium due in the books is the premium of the policy", "policy"),
    "premium_books": ("per policy and payer due - refunded - received + paid back is what the books say", "premium_share"),
    "premium_moves": ("premium that moved is its bank line, shared out whole", "premium_move"),
    "ledger_payouts": ("the books show what each payout paid, no more and no less", "payout"),
    "payouts_live": ("a claim part has at most one live payout, of its own amount", "claim_part"),
    "payouts_once": ("each claim part is paid at most once, by the bank's word and by the books", "claim_part"),
    "payouts_matched": ("a settled payout has one match, of its amount and day; others have none", "payout"),
    "lines_once": ("every bank line is in exactly one place", "bank_line"),
    "ledger_lines": ("what was done about a line of the programme's account is in the books", "line_case"),
    "policies_paid": ("per policy approved = paid + pending + returned + cancelled", "policy"),
    "claims_paid": ("a claim has been paid what its settled payouts say", "claim"),
    "policies_state": ("a policy stands where its last event left it", "policy"),
    "policies_sums": ("items and shares of a policy add up, endorsements included", "policy"),
    "policies_endorsed": ("a policy stands where its endorsements left it", "endorsement"),
    "insurers_ruled": ("a policy is with whom the rule of its first day names, taken over, or shown in conflict", "policy"),
    "claims_insured": ("a claim is with its policy's insurer, and the register is open to it as long as policies and claims last", "claim"),
    "claims_state": ("a claim stands where its last event left it", "claim"),
    "claims_chain": ("the events of a claim follow one another along the verb table", "claim_event"),
    "claims_decided": ("what was approved was assessed by somebody else and is the claim's amount", "decision"),
    "recoveries": ("what is to come back is what its movements leave, and no more than was approved", "recovery"),
    "objections": ("every objection was raised and answered by a move of its claim, before any decision", "objection"),
    "insurer_lists": ("an insurer's list holds the rows and the sum it was taken in with, and a file counts once", "insurer_list"),
    "references": ("what transfers, matches and lines refer to exists", "transfer"),
    "scopes": ("a row lies where the thing it belongs to lies", "region"),
    "register_counts": ("what an import counted is what it did", "register_import"),
    "opening_policies": ("an opening policy is what the workbook said of it, and every import made what it says", "policy_opening"),
    "opening_claims": ("a past claim shows what was stated of it last, every statement has its event", "claim_opening"),
    "sharings": ("shares add up, uses stay within them, no money is shared twice", "sharing"),
    "audit_events": ("every act on a claim, policy or payout has its audit row", "audit_event"),
}


async def stored(name: str) -> Check:
    """Ask one statement."""
    said, table = _ASKED[name]
    rows = await db.fetch(f"{db.statement(__package__, name)}\nLIMIT {MOST}")
    count = await db.fetchval(f"SELECT count(*) FROM {table}")  # noqa: S608  # a table of the list above
    return Check(name, [row[0] for row in rows], f"{said} ({count:,} rows of {table})")


STORED: tuple[Asked, ...] = tuple(partial(stored, name) for name in _ASKED)
