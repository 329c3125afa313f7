"""What is certain of a claim on the day of advance (先予支付, 保险法 25); pure."""

from __future__ import annotations

from collections.abc import Sequence

from insurance.base.money import Fen


def certain_fen(totals_fen: Sequence[Fen], ordered_fen: Fen, *, disputed: bool, refused: bool) -> Fen:
    """The amount that claim and proofs already show, in fen.

    `totals_fen`: what each assessment came to, oldest first; the newest counts, in a dispute the lowest of them: so much is
    contested by nobody. Less what was approved for payment before (`ordered_fen`). Nothing is certain of a claim whose
    newest assessment was refused.
    """
    if refused or not totals_fen:
        return 0
    return max(0, (min(totals_fen) if disputed else totals_fen[-1]) - ordered_fen)
