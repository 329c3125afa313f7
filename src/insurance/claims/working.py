"""The working of an amount (计算过程): every step with its rule, inputs, result and a sentence for the letter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any, TypeVar

from insurance.base.money import Fen, half_up, yuan
from insurance.base.text import Text, t
from insurance.policies.model import Step

Item = TypeVar("Item")


class Working:
    """The steps of one calculation while it runs. Steps show rounded copies; the amounts that run on stay exact."""

    def __init__(self, steps: Iterable[Step] = ()) -> None:
        self.steps = list(steps)
        self._item: str | None = None

    def each(self, items: Mapping[str, Item]) -> Iterator[tuple[str, Item]]:
        """Go through the items of an event; steps added meanwhile name the item among their inputs."""
        for self._item, item in items.items():
            yield self._item, item
        self._item = None

    def add(self, rule: str, result: Fraction | Fen, text: Text, **inputs: Any) -> None:
        """Keep a step: the id of its rule (an article as `L-55c`, or a word), its inputs as whole fen or strings."""
        if self._item is not None:
            inputs["item"] = self._item
        self.steps.append(Step(len(self.steps) + 1, rule, inputs, half_up(result), text))

    def less_interim(self, total: Fen, interim_paid: Fen) -> tuple[Fen, Fen]:
        """The last step: what is payable now, and what was paid too much already (one of the two is 0)."""
        payable, recovery = max(0, total - interim_paid), max(0, interim_paid - total)
        text = t("合计 {total} 元，扣除预付赔款后应付 {payable} 元", total=yuan(total), payable=yuan(payable))
        self.add("payable", payable, text, total_fen=total, interim_paid_fen=interim_paid)
        if recovery:
            text = t("预付赔款超出合计 {recovery} 元，应予追回", recovery=yuan(recovery))
            self.add("recovery", recovery, text, total_fen=total, interim_paid_fen=interim_paid)
        return payable, recovery


def ratio_text(ratio: Fraction) -> str:
    """A factor as a decimal string: at most 6 decimals, half up, no trailing zeros (`0.8`, `1`, `0`)."""
    whole, decimals = divmod(half_up(ratio * 1_000_000), 1_000_000)
    return f"{whole}.{decimals:06d}".rstrip("0").rstrip(".")
