"""Which county, town and village a row of a register means: by code, by name, by a town's old or other name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from insurance.base.spreadsheet import Cell
from insurance.base.text import t
from insurance.projects.register_cells import ERROR, NOTE, Flaw, as_text
from insurance.projects.register_words import REGISTER, plain

_SUFFIXES = ("街道办事处", "街道办", "办事处", "街道", "镇政府", "镇", "乡")
_CODE = re.compile(r"([0-9]{12}|[0-9]{9}|[0-9]{6})(?![0-9])")
_COUNTY_DIGITS, _TOWN_DIGITS, _VILLAGE_DIGITS = 6, 9, 12


class Region(msgspec.Struct, frozen=True):
    """One division: 6 digits a county (or the city, its parent), 9 a town, 12 a village."""

    code: str
    name: str
    parent: str | None = None
    aliases: tuple[str, ...] = ()


class Place(NamedTuple):
    """Where an asset stands; the village as written where no code is known for it."""

    county_code: str
    town_code: str
    village_code: str | None
    village: str | None


class Located(NamedTuple):
    """A place, or None with the reason; flaws belong to the columns county, town or village."""

    place: Place | None
    flaws: tuple[tuple[str, Flaw], ...]


class Regions:
    """The divisions as the import looks them up."""

    def __init__(self, regions: Iterable[Region]) -> None:
        self._by_code = {region.code: region for region in regions}
        self._towns: dict[str, list[str]] = {}
        self._towns_by_stem: dict[str, list[str]] = {}
        self._villages: dict[tuple[str, str], str] = {}
        self._counties: dict[str, str] = {}
        of_towns = {region.parent for code, region in self._by_code.items() if len(code) == _TOWN_DIGITS}
        for code, region in self._by_code.items():
            names = [plain(name) for name in (region.name, *region.aliases)]
            if len(code) == _TOWN_DIGITS:
                self._towns.setdefault(names[0], []).append(code)
                for name in names:
                    self._towns_by_stem.setdefault(_stem(name), []).append(code)
            elif len(code) == _VILLAGE_DIGITS:
                for name in names:
                    self._villages.setdefault((region.parent or code[:_TOWN_DIGITS], _village_stem(name)), code)
            elif code in of_towns:
                for name in names:
                    self._counties[name] = code
                    self._counties.setdefault(name.rstrip("市区县"), code)

    def inside(self, code: str, within: str) -> bool:
        """Whether a division is `within` or lies in it."""
        here: str | None = code
        while here is not None and here != within:
            region = self._by_code.get(here)
            here = region.parent if region else None
        return here is not None

    def locate(self, county: Cell, town: Cell, village: Cell, within: str) -> Located:
        """The place a row's three cells mean for an office of the region `within`."""
        flaws: list[tuple[str, Flaw]] = []
        county_code, county_flaw = self._county(as_text(county))
        if county_flaw:
            flaws.append(("county", county_flaw))
        town_code, town_flaw = self._town(as_text(town), county_code, within)
        if town_flaw:
            flaws.append(("town", town_flaw))
        if town_code is None or any(flaw.severity == ERROR for _, flaw in flaws):
            return Located(None, tuple(flaws))
        written = as_text(village)
        village_code = self._village(written, town_code)
        name = self._by_code[village_code].name if village_code else written or None
        parent = self._by_code[town_code].parent or town_code[:_COUNTY_DIGITS]
        return Located(Place(parent, town_code, village_code, name), tuple(flaws))

    def _county(self, written: str) -> tuple[str | None, Flaw | None]:
        name = plain(written)
        if not name:
            return None, None
        found = _CODE.match(name)
        code = found[1][:_COUNTY_DIGITS] if found else self._counties.get(name) or self._counties.get(_after_city(name))
        if code is None or code not in self._by_code:
            return None, Flaw("unknown-county", ERROR, t("没有这个县（市、区）。请填写区划全称或六位代码。"))
        return code, None

    def _town(self, written: str, county: str | None, within: str) -> tuple[str | None, Flaw | None]:
        if not written:
            if len(within) == _TOWN_DIGITS and within in self._by_code:  # a town's own register needs no such column
                return within, None
            return None, Flaw("town-missing", ERROR, t("缺少镇街。"))
        name = plain(written)
        found = _CODE.search(name)
        if found and len(found[1]) > _COUNTY_DIGITS:
            codes, renamed = [found[1][:_TOWN_DIGITS]], False
            if codes[0] not in self._by_code:
                return None, Flaw("unknown-town", ERROR, t("没有这个镇街代码。请填写九位区划代码或镇街全称。"))
        else:
            codes, renamed = self._named(name)
        return self._settled(codes, renamed, county, within, name)

    def _named(self, name: str) -> tuple[list[str], bool]:
        """Towns of that name, exact first; whether the name is an old or other one."""
        for form in (name, _after_county(name, self._counties)):
            if form in self._towns:
                return self._towns[form], False
        short = _after_county(name, self._counties)
        if (now_called := REGISTER.towns.get(short, "")) in self._towns:
            return self._towns[now_called], True
        return self._towns_by_stem.get(_stem(short), []), True

    def _settled(self, codes: list[str], renamed: bool, county: str | None, within: str, name: str) -> tuple[str | None, Flaw | None]:
        if not codes:
            return None, self._unknown(name, county or within)
        in_county = [code for code in dict.fromkeys(codes) if county is None or self.inside(code, county)]
        if not in_county:
            text = t("{town}不属于所填的县（市、区）。请核对两列。", town=self._by_code[codes[0]].name)
            return None, Flaw("town-not-in-county", ERROR, text)
        own = [code for code in in_county if self.inside(code, within)]
        if not own:
            text = t("{town}不在本单位辖区内，不能由本单位导入。", town=self._by_code[in_county[0]].name)
            return None, Flaw("town-outside", ERROR, text)
        if len(own) > 1:
            text = t("有多个同名镇街：{towns}。请写全称。", towns="、".join(self._by_code[code].name for code in own))
            return None, Flaw("ambiguous-town", ERROR, text)
        if renamed:
            return own[0], Flaw("town-alias", NOTE, t("按现名“{town}”读取。", town=self._by_code[own[0]].name))
        return own[0], None

    def _unknown(self, name: str, area: str) -> Flaw:
        near = [code for codes in self._towns.values() for code in codes if self.inside(code, area)]
        likely = [self._by_code[code].name for code in near if _one_sign_apart(plain(self._by_code[code].name), name)]
        if len(likely) == 1:
            return Flaw("unknown-town", ERROR, t("没有这个镇街，是不是“{town}”？", town=likely[0]))
        return Flaw("unknown-town", ERROR, t("没有这个镇街。请填写镇街全称或九位区划代码。"))

    def _village(self, written: str, town: str) -> str | None:
        name = plain(written)
        found = _CODE.search(name)
        if found and len(found[1]) == _VILLAGE_DIGITS and found[1] in self._by_code:
            return found[1]
        return self._villages.get((town, _village_stem(name))) if name else None


def _stem(name: str) -> str:
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and len(name) > len(suffix) + 1:
            return name[: -len(suffix)]
    return name


def _village_stem(name: str) -> str:
    for suffix in ("村民委员会", "居民委员会", "村委会", "居委会", "社区", "村"):
        if name.endswith(suffix) and len(name) > len(suffix):
            return name[: -len(suffix)]
    return name


def _after_city(name: str) -> str:
    head, city, rest = name.partition("市")
    return rest if city and head and rest else name


def _after_county(name: str, counties: dict[str, str]) -> str:
    """枣庄市峄城区坛山街道 → 坛山街道."""
    for county in counties:
        if len(county) > 2 and county in name and not name.endswith(county):
            return name.partition(county)[2]
    return name


def _one_sign_apart(left: str, right: str) -> bool:
    return len(left) == len(right) and sum(a != b for a, b in zip(left, right, strict=True)) == 1
