"""The real counties and towns of Zaozhuang, how many projects each has, and plausible names of villages, owners and partners."""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import chain

import msgspec

from insurance.base.money import largest_remainder

CITY = "370400"
TANSHAN = "370404001"
_STATISTICAL = "370406405"  # 山亭经济开发区: an area of the statistics, no town
_SHARE_OF_COUNTY = {"370402": 2, "370403": 2, "370404": 3, "370405": 3, "370406": 4, "370481": 3}
_STREET, _RURAL = 1, 3  # projects stand in the country

_VILLAGES = re.findall(
    r"\S+",
    "朱村 王庄村 李庄村 张庄村 刘庄村 赵庄村 孙庄村 周庄村 大官庄村 小官庄村 前石村 后石村 东岭村 西岭村 山前村 山后村 "
    "河东村 河西村 上泉村 下泉村 大桥村 小桥村 店上村 马场村 柳沟村 枣林村 石榴园村 桃花村 杏峪村 梨园村 新庄村 老庄村 "
    "东村 西村 南村 北村 前村 后村 中村 洼子村 沟上村 坡里村 石门村 龙泉村 黑峪村 白山村 双河村 三官庙村 阎村 渠头村",
)
_SIDES = "东西南北前后上下"


class Town(msgspec.Struct, frozen=True):
    """A town or street with its county."""

    code: str
    name: str
    county_code: str
    county: str

    @property
    def stem(self) -> str:
        """The name as firms carry it: 榴园, 界河, 新城."""
        return self.name.removesuffix("街道").removesuffix("镇")


@cache
def towns() -> tuple[Town, ...]:
    """All towns in the order of their codes."""
    with (files("insurance.access") / "regions" / "divisions.csv").open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    counties = {row["code"]: row["name"] for row in rows if row["level"] == "county"}
    return tuple(
        Town(row["code"], row["name"], row["parent"], counties[row["parent"]])
        for row in rows
        if row["level"] == "township" and row["code"] != _STATISTICAL
    )


def projects_by_town(total: int) -> dict[str, int]:
    """Town → how many of `total` projects stand there; every town has some."""
    weights = {town.code: _SHARE_OF_COUNTY[town.county_code] * (_STREET if town.name.endswith("街道") else _RURAL) for town in towns()}
    return largest_remainder(total, weights)


def villages(town: Town, projects: int, seed: int) -> list[str]:
    """As many different villages as so many projects want, the same ones for the same seed."""
    order = random.Random(f"{seed}/{town.code}")
    near = list(_VILLAGES)
    order.shuffle(near)
    far = [side + name for side in _SIDES for name in _VILLAGES]
    order.shuffle(far)
    names: Iterator[str] = dict.fromkeys(chain(near, far)).__iter__()
    wanted = max(3, projects * 3 // 5)
    return [name for name, _ in zip(names, range(wanted), strict=False)]
