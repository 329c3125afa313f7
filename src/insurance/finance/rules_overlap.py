"""Which lines of a file without transaction numbers stand already and which are further ones (docs/decisions/0022).

The lines of one day are one walk from balance to balance; a file shows a stretch of it. The stretch is laid upon those of earlier files
in every way in which they can belong to the same walk; where the ways differ in what is new, the day is in doubt and a person decides.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import accumulate, groupby, pairwise
from typing import NamedTuple

import msgspec

from insurance.finance.bank import line_key
from insurance.finance.model import BankLine, Direction, Statement
from insurance.finance.rules import find_tokens, name_key
from insurance.finance.rules_rings import Edge, on_ring, rings

_MOST_WAYS, _MOST_STEPS = 400, 200_000  # of laying a file upon what stands; where there are more the lines are only counted


class Overlap(StrEnum):
    """What a person says of the lines in doubt."""

    SAME = "same"  # 与已导入的流水重复
    FURTHER = "further"  # 是另外的流水


class Step(NamedTuple):
    """A line as far as it can be told from others. `again`: more than one file has shown it."""

    key: bytes
    signed_fen: int
    balance_fen: int | None
    reference: str
    time: dt.time | None
    name: str
    tail: str
    narrative: str
    end_to_end_id: str
    again: bool = False

    @property
    def itself(self) -> tuple[int, int | None, str]:
        """What is equal wherever this movement of the day is printed."""
        return self.signed_fen, self.balance_fen, self.reference


class Stretch(NamedTuple):
    """Steps of one day that follow one another. `opens`, `closes`: it is known that none of the day comes before, after."""

    steps: tuple[Step, ...]
    opens: bool = False
    closes: bool = False

    def readings(self) -> list[Stretch]:
        """Both ways round where neither days nor times nor balances say which line of the file was the first."""
        steps = self.steps
        told = self.opens or self.closes or len({step.time for step in steps}) > 1
        if len(steps) == 1 or told or any(a.balance_fen is not None and a.signed_fen != -b.signed_fen for a, b in pairwise(steps)):
            return [self]
        return [self, Stretch(steps[::-1])]


Taken = tuple[Step | None, ...]  # a way to understand the file's stretch: for each step the standing one it is, None for a further one


class Parted(NamedTuple):
    """The file, its lines keyed beside what stands; the keys of standing lines it is taken to show again; the days in doubt; those in doubt
    because of an overlap of `earlier` files, which this one cannot undo; and those a person's word has decided.
    """

    found: Statement
    met: list[bytes]
    doubtful: list[dt.date]
    earlier: list[dt.date]
    decided: list[dt.date]


def step_of(line: BankLine, tail: str, *, again: bool = False) -> Step:
    """A line as a step; `tail`: the last digits of the other party's account."""
    signed = line.amount_fen if line.direction is Direction.IN else -line.amount_fen
    return Step(
        line.key, signed, line.balance_fen, line.reference, line.booked_time, line.counterparty_name, tail, line.narrative,
        line.end_to_end_id, again,
    )  # fmt: skip


def part(found: Statement, standing: Mapping[dt.date, Sequence[Stretch]], overlap: Overlap | None) -> Parted:
    """Tell the file's lines of these days from those that stand: the stretches of earlier files, day by day."""
    runs = _runs(found.lines)
    lines = list(found.lines)
    parted = Parted(found, [], [], [], [])
    for day, stretches in standing.items():
        ours = _Day(lines, runs[day], stretches)
        way, sure = ours.understood(overlap)
        late = ours.puts_in_doubt(way)
        if late and overlap is not Overlap.SAME:
            parted.earlier.append(day)
        elif not sure and overlap is None:
            parted.doubtful.append(day)
        elif late or not sure:
            parted.decided.append(day)
        else:
            parted.met.extend(ours.taken_for_granted(way))
        for place, key in ours.keys(found.account, way):
            if lines[place].key != key:
                lines[place] = msgspec.structs.replace(lines[place], key=key)
    return parted._replace(found=msgspec.structs.replace(found, lines=tuple(lines)))


def _runs(lines: Sequence[BankLine]) -> dict[dt.date, list[range]]:
    """Where each day's lines stand in the file: one run, or several where the days of the file run backwards."""
    found: defaultdict[dt.date, list[range]] = defaultdict(list)
    start = 0
    for day, group in groupby(lines, key=lambda line: line.booked_on):
        until = start + sum(1 for _ in group)
        found[day].append(range(start, until))
        start = until
    return found


class _Day:
    """One day of the file beside what stands of it."""

    def __init__(self, lines: Sequence[BankLine], runs: Sequence[range], stretches: Sequence[Stretch]) -> None:
        self.lines, self.stretches = lines, stretches
        self.places = [place for run in runs for place in run]
        self.in_order = len(runs) == 1
        first, last = self.places[0], self.places[-1]
        day = lines[first].booked_on
        steps = tuple(step_of(lines[place], lines[place].counterparty_account[-4:]) for place in self.places)
        opens = self.in_order and first > 0 and lines[first - 1].booked_on < day
        closes = self.in_order and last + 1 < len(lines) and lines[last + 1].booked_on > day
        self.own = Stretch(steps, opens, closes)
        starts = [0, *accumulate(len(run) for run in runs)]
        self.own_edges = [edge for start, until in pairwise(starts) for edge in _edges(steps[start:until])]
        self.edges = [_edges(stretch.steps) for stretch in stretches]
        self.rings = rings(edge for edges in (self.own_edges, *self.edges) for edge in edges)
        standing = {step.itself for stretch in stretches for step in stretch.steps}
        self.costs = [
            int(step.itself in standing and (bool(step.reference) or not on_ring(edge, self.rings)))
            for step, edge in zip(steps, self.own_edges, strict=True)
        ]

    def understood(self, overlap: Overlap | None) -> tuple[Taken, bool]:
        """The way to take, and whether it is certain."""
        ways = self._ways()
        costs = [sum(cost for cost, step in zip(self.costs, way, strict=True) if step is None) for way in ways]
        ways = [way for way, cost in zip(ways, costs, strict=True) if cost == min(costs)]
        if len(ways) == 1:
            return ways[0], True
        speaks_against = {way: self._refuted(way) for way in ways}
        for some in (ways, [way for way in ways if not speaks_against[way]]):
            if len({self._outcome(way) for way in some}) == 1:
                return min(some, key=lambda way: speaks_against[way]), True
        sign = -1 if overlap is Overlap.FURTHER else 1
        return min(ways, key=lambda way: (sign * way.count(None), speaks_against[way])), False

    def _ways(self) -> list[Taken]:
        if not self.in_order:
            return self._counted()
        found = self._laid(self.own, self.stretches) or self._laid(Stretch(self.own.steps), [Stretch(one.steps) for one in self.stretches])
        return found if len(found) < _most_ways(self.own) else self._counted()

    def _laid(self, own: Stretch, others: Sequence[Stretch]) -> list[Taken]:
        forward, *backward = own.readings()
        found = Laying(forward, others, self.costs).ways()
        for turned in backward:
            found += [taken[::-1] for taken in Laying(turned, others, self.costs[::-1]).ways()]
        return found

    def _refuted(self, way: Taken) -> bool:
        """Whether times or parties speak against it."""
        if any(one and _differ(step, one) for step, one in zip(self.own.steps, way, strict=True)):
            return True
        met = {step.key for step in way if step}
        return any(_interleaved(self.own, one) for one in self.stretches if not met & {one.steps[0].key, one.steps[-1].key})

    def _counted(self) -> list[Taken]:
        """Line by line: as many of equal ones as stand are the same; or none is that could be another."""
        left: defaultdict[tuple[int, int | None, str], list[Step]] = defaultdict(list)
        for stretch in reversed(self.stretches):
            for step in reversed(stretch.steps):
                left[step.itself].append(step)
        same = tuple(left[step.itself].pop() if left[step.itself] else None for step in self.own.steps)
        further = tuple(one if cost else None for one, cost in zip(same, self.costs, strict=True))
        return [same, further]

    def _outcome(self, way: Taken) -> frozenset[tuple[tuple[int, int | None, str], int]]:
        """What would be new, whichever of equal lines it is."""
        return frozenset(Counter(step.itself for step, one in zip(self.own.steps, way, strict=True) if one is None).items())

    def puts_in_doubt(self, way: Taken) -> bool:
        """Whether what is new leads back to a line that earlier files were taken to share: it may have been made each time.

        Not when the file shows the whole day.
        """
        if self.own.opens and self.own.closes:
            return False
        new = (edge for edge, one in zip(self.own_edges, way, strict=True) if one is None)
        returns = {self.rings[edge.before] for edge in new if on_ring(edge, self.rings)}
        return any(
            step.again and on_ring(edge, self.rings) and self.rings[edge.before] in returns
            for stretch, edges in zip(self.stretches, self.edges, strict=True)
            for step, edge in zip(stretch.steps, edges, strict=True)
        )

    def taken_for_granted(self, way: Taken) -> Iterator[bytes]:
        """Lines that are the standing ones as far as can be seen; neither the bounds of the day nor times nor a person's word prove it."""
        met = {step.key for step in way if step and not step.reference}
        for stretch in self.stretches:
            if not self.in_order or not (_must_meet(self.own, stretch) or _interleaved(self.own, stretch)):
                yield from (step.key for step in stretch.steps if step.key in met)

    def keys(self, account: str, way: Taken) -> Iterator[tuple[int, bytes]]:
        """The place in the file and the key of every line without a transaction number: the standing one's, or the next that is free."""
        count = Counter(step.itself for stretch in self.stretches for step in stretch.steps)
        for place, step, one in zip(self.places, self.own.steps, way, strict=True):
            if step.reference:
                continue
            line = self.lines[place]
            if one is None:
                nth = count[step.itself]
                count[step.itself] += 1
                yield place, line_key(account, line.booked_on, "", line.amount_fen, line.direction, line.balance_fen, nth)
            else:
                yield place, one.key


class Laying:
    """All ways to lay a stretch upon others: each of them is met in one piece, from where the one begins to where the other ends."""

    def __init__(self, own: Stretch, others: Sequence[Stretch], costs: Sequence[int]) -> None:
        self.own, self.others = own, others
        self.total = [0, *accumulate(costs)]
        self.sights = [(n, sight) for n, other in enumerate(others) for sight in other.readings()]
        self.heads: defaultdict[tuple[int, int | None, str], list[int]] = defaultdict(list)
        for at, (_, sight) in enumerate(self.sights):
            self.heads[sight.steps[0].itself].append(at)
        self.taken: list[Step | None] = [None] * len(own.steps)
        self.used: set[int] = set()
        self.found: list[Taken] = []
        self.best = self.total[-1]
        self.most = _most_ways(own)

    def ways(self) -> list[Taken]:
        """For each way the step met by each own step; those that leave more unexplained than another may be missing."""
        self._leaf(self.total[-1])
        first = self.own.steps[0].itself
        tails = [
            (len(other.steps) - at, sight, at)
            for sight, (_, other) in enumerate(self.sights)
            for at, step in enumerate(other.steps)
            if at and step.itself == first
        ]
        for _, sight, at in sorted(tails, key=lambda tail: -tail[0]):
            self._meet(sight, 0, at, 0)
        self._go_on(0, 0)
        return self.found

    def _go_on(self, start: int, cost: int) -> None:
        """Meet another stretch from its beginning, at `start` or later, or none."""
        for place in range(start, len(self.own.steps)):
            so_far = cost + self.total[place] - self.total[start]
            if so_far > self.best or len(self.found) >= self.most:
                return
            for sight in self.heads.get(self.own.steps[place].itself, ()):
                self._meet(sight, place, 0, so_far)
        if self.used:
            self._leaf(cost + self.total[-1] - self.total[start])

    def _meet(self, sight: int, place: int, at: int, cost: int) -> None:
        """Lay step `at` of a stretch upon our step `place`, and go on where either ends."""
        own, (n, other) = self.own, self.sights[sight]
        length = min(len(own.steps) - place, len(other.steps) - at)
        if n in self.used or (other.opens and place) or (own.opens and at) or len(self.found) >= self.most:
            return
        if (other.closes and place + length < len(own.steps)) or (own.closes and at + length < len(other.steps)):
            return
        met = other.steps[at : at + length]
        if any(one.itself != step.itself for one, step in zip(own.steps[place : place + length], met, strict=True)):
            return
        self.used.add(n)
        self.taken[place : place + length] = met
        self._go_on(place + length, cost)
        self.taken[place : place + length] = [None] * length
        self.used.discard(n)

    def _leaf(self, cost: int) -> None:
        if any(n not in self.used and _must_meet(self.own, other) for n, other in enumerate(self.others)):
            return
        self.best = min(self.best, cost)
        self.found.append(tuple(self.taken))


def _edges(steps: Sequence[Step]) -> list[Edge]:
    """Each step from balance to balance, reckoned from any that is printed."""
    known = next((n for n, step in enumerate(steps) if step.balance_fen is not None), None)
    if known is None:
        return [Edge(None, None)] * len(steps)
    anchor = steps[known].balance_fen
    assert anchor is not None
    afters = [0, *accumulate(step.signed_fen for step in steps)]
    off = anchor - afters[known + 1]
    return [Edge(before + off, after + off) for before, after in pairwise(afters)]


def _most_ways(own: Stretch) -> int:
    """So many that a long day of equal lines is not looked at for minutes."""
    return max(16, min(_MOST_WAYS, _MOST_STEPS // len(own.steps)))


def _must_meet(ours: Stretch, other: Stretch) -> bool:
    """Whether two stretches must have lines in common: a day has one beginning and one end, and nothing outside the whole of it."""
    whole = any(one.opens and one.closes for one in (ours, other))
    return whole or (ours.opens and other.opens) or (ours.closes and other.closes)


def _differ(ours: Step, other: Step) -> bool:
    """Whether two lines that look alike say of themselves that they are two."""
    if ours.time and other.time and ours.time != other.time:
        minutes = [time.replace(second=0, microsecond=0) for time in (ours.time, other.time)]
        if minutes[0] != minutes[1] or (ours.time.second and other.time.second):
            return True
    if ours.tail and other.tail and ours.tail != other.tail:
        return True
    name, other_name = name_key(ours.name), name_key(other.name)
    if name not in other_name and other_name not in name:
        return True
    pays, other_pays = ({*find_tokens(step.narrative), *filter(None, [step.end_to_end_id])} for step in (ours, other))
    return bool(pays and other_pays and not pays & other_pays)


def _interleaved(ours: Stretch, other: Stretch) -> bool:
    """Whether two stretches with nothing in common cannot follow one another: the times of neither are all after the other's."""
    sides = []
    for stretch in (ours, other):
        times = [step.time for step in stretch.steps if step.time]
        if len(times) < len(stretch.steps) or any(later < earlier for earlier, later in pairwise(times)):
            return False
        sides.append((times[0], times[-1]))
    (first, last), (other_first, other_last) = sides
    return other_last > first and last > other_first
