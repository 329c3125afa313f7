"""A form body becomes a struct, or the faults of every field at once; what was typed is kept for showing again.

A field of the form carries the name of the struct's field. `…_fen` fields are typed in yuan ("1,234.56", "8.2万", full
width too), lists of texts repeat their name, lists of structs are typed as `lines-0-loss_fen`, `lines-1-loss_fen`, …
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any, TypeVar

import msgspec
from msgspec import inspect as kinds

from insurance.base.errors import FieldFault, Invalid
from insurance.base.money import half_width, parse_yuan
from insurance.base.text import Text, t
from insurance.web.shown import plain

Body = Mapping[str, list[str]]
Shape = TypeVar("Shape", bound=msgspec.Struct)

LONGEST_TEXT = 2000  # characters, where the struct sets no limit of its own
MOST_ROWS = 1000  # rows of one group
_CITY_TIME = timezone(timedelta(hours=8))
_IGNORED = frozenset({"csrf", "key"})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_INSTANT = re.compile(r"(.+?)[T ]+(\d{1,2}):(\d{2})(?::(\d{2}))?")
_ROW = re.compile(r"(.+?)-(\d{1,4})-(.+)")
_WHOLE = re.compile(r"[+-]?\d{1,18}")


class FormState(msgspec.Struct, frozen=True):
    """What a form shows: the typed values (or those of the record being edited) and the faults."""

    values: dict[str, list[str]] = {}
    faults: list[FieldFault] = []

    def value(self, name: str) -> str:
        """The first text of the field, or empty."""
        return next(iter(self.values.get(name, ())), "")

    def all(self, name: str) -> list[str]:
        """All texts of a repeated field."""
        return self.values.get(name, [])

    def fault(self, name: str) -> Text | None:
        """What is wrong with the field, if anything."""
        return next((fault.text for fault in self.faults if fault.field == name), None)

    def rows(self, group: str, at_least: int = 0) -> list[int]:
        """The row numbers typed in a group such as `lines`, and empty ones up to `at_least`."""
        found = {int(m[2]) for m in map(_ROW.fullmatch, self.values) if m and m[1] == group}
        return sorted(found | set(range(at_least)))


def texts(items: Iterable[tuple[str, object]]) -> dict[str, list[str]]:
    """The text fields of a decoded form, in order; uploads are left to the page."""
    body: dict[str, list[str]] = {}
    for name, value in items:
        if isinstance(value, str):
            body.setdefault(name, []).append(value)
    return body


def kept(body: Body, faults: list[FieldFault]) -> FormState:
    """The form as it was sent, with its faults, for showing again; passwords and the token are not sent back."""
    shown = {name: list(values) for name, values in body.items() if name not in _IGNORED and "password" not in name}
    return FormState(shown, faults)


def filled(**record: Any) -> FormState:
    """A form that starts from known values (field name = value): nothing known is asked again."""
    values: dict[str, list[str]] = {}
    for name, value in record.items():
        _fill(values, name, value)
    return FormState(values)


def _fill(values: dict[str, list[str]], name: str, value: Any) -> None:
    if isinstance(value, msgspec.Struct):
        for key, part in msgspec.structs.asdict(value).items():
            _fill(values, f"{name}-{key}" if name else key, part)
    elif isinstance(value, list | tuple) and value and isinstance(value[0], msgspec.Struct):
        for row, part in enumerate(value):
            _fill(values, f"{name}-{row}", part)
    elif isinstance(value, list | tuple):
        values[name] = [typed(name, one) for one in value]
    elif value is not None and value is not False:
        values[name] = [typed(name, value)]


def typed(name: str, value: Any) -> str:
    """One value as a person would type it into the field."""
    if isinstance(value, bool):
        return "1"
    if isinstance(value, int) and name.endswith("_fen"):
        return plain(value)
    if isinstance(value, datetime):
        return value.astimezone(_CITY_TIME).strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, Enum):
        return str(value.value)
    return str(value)


def read(body: Body, shape: type[Shape], *, ignore: Iterable[str] = ()) -> Shape:
    """The struct a form describes. Raises Invalid with a fault for each wrong field, each saying what would mend it."""
    faults: list[FieldFault] = []
    sent = {name: values for name, values in body.items() if name not in _IGNORED and name not in set(ignore)}
    found = _struct(sent, shape, "", faults)
    if not faults:
        try:
            return msgspec.convert(found, shape, strict=False)
        except msgspec.ValidationError as error:
            faults.append(FieldFault(_place(str(error)), t("填的内容不合要求，请检查后再提交")))
    raise Invalid(t("有 {n} 处要改", n=len(faults)), faults)


def _place(message: str) -> str:
    """The field of msgspec's message: "… - at `$.lines[0].name`" → `lines-0-name`."""
    found = re.search(r"at `\$\.?([^`]*)`", message)
    return re.sub(r"\[(\d+)\]", r"-\1", found[1]).replace(".", "-") if found else ""


def _struct(sent: Body, shape: type[msgspec.Struct], prefix: str, faults: list[FieldFault]) -> dict[str, Any]:
    """The plain values of one struct; `prefix` stands before its names in the faults (`lines-0-`)."""
    found: dict[str, Any] = {}
    known: set[str] = set()
    info = kinds.type_info(shape)
    assert isinstance(info, kinds.StructType)
    for field in info.fields:
        kind = _without_none(field.type)
        name = prefix + field.encode_name
        element = _element(kind)
        if isinstance(element, kinds.StructType):
            rows, names = _rows(sent, field.encode_name)
            known |= names
            if len(rows) > MOST_ROWS:
                faults.append(FieldFault(name, t("最多 {n} 行", n=MOST_ROWS)))
                continue
            found[field.encode_name] = [_struct(row, element.cls, f"{name}-{i}-", faults) for i, row in rows.items()]
            continue
        known.add(field.encode_name)
        given = [text for text in map(_cleaned, sent.get(field.encode_name, ())) if text]
        try:
            _put(found, field, kind, element, given)
        except Invalid as wrong:
            faults.append(FieldFault(name, wrong.text))
    faults.extend(FieldFault("", t("表单里有不认识的字段：{name}", name=prefix + name[:50])) for name in sent.keys() - known)
    return found


def _put(found: dict[str, Any], field: kinds.Field, kind: kinds.Type, element: kinds.Type | None, given: list[str]) -> None:
    """Store the field's value into `found`; an empty field is absent."""
    if element is not None:
        if given or field.required:
            found[field.encode_name] = [_value(field.encode_name, element, text) for text in given]
    elif len(given) > 1:
        raise Invalid(t("只能填一个"))
    elif given:
        found[field.encode_name] = _value(field.encode_name, kind, given[0])
    elif isinstance(kind, kinds.BoolType):
        found[field.encode_name] = False
    elif field.required:
        raise Invalid(t("请选择") if isinstance(kind, kinds.EnumType | kinds.LiteralType) else t("请填写"))


def _rows(sent: Body, group: str) -> tuple[dict[int, dict[str, list[str]]], set[str]]:
    """The rows of a group by their number, wholly empty rows left out, and all field names the group used."""
    rows: dict[int, dict[str, list[str]]] = {}
    names: set[str] = set()
    for name, values in sent.items():
        at = _ROW.fullmatch(name)
        if at and at[1] == group:
            names.add(name)
            rows.setdefault(int(at[2]), {})[at[3]] = values
    typed_in = {i: row for i, row in sorted(rows.items()) if any(text.strip() for vs in row.values() for text in vs)}
    return typed_in, names


def _without_none(kind: kinds.Type) -> kinds.Type:
    """The kind itself where the struct says `X | None`."""
    if isinstance(kind, kinds.UnionType):
        real = [k for k in kind.types if not isinstance(k, kinds.NoneType)]
        assert len(real) == 1, "a form field has one kind"
        return real[0]
    return kind


def _element(kind: kinds.Type) -> kinds.Type | None:
    """What a list or tuple holds; None for a single value."""
    return kind.item_type if isinstance(kind, kinds.CollectionType | kinds.VarTupleType) else None


def _cleaned(text: str) -> str:
    return text.replace("\r\n", "\n").strip().strip("　")


def _value(name: str, kind: kinds.Type, text: str) -> Any:
    """One typed text as its kind; raises Invalid with the fix."""
    if _CONTROL.search(text):
        raise Invalid(t("含有不能使用的字符，请重新输入"))
    if isinstance(kind, kinds.StrType):
        return _text(kind, text)
    if len(text) > LONGEST_TEXT:
        raise Invalid(t("最多 {n} 个字", n=LONGEST_TEXT))
    if isinstance(kind, kinds.IntType):
        return _bounded(kind, _fen(text) if name.endswith("_fen") else _integer(text), money=name.endswith("_fen"))
    if isinstance(kind, kinds.DecimalType):
        return _decimal(text)
    if isinstance(kind, kinds.DateTimeType):
        return _instant(text)
    if isinstance(kind, kinds.DateType):
        return _day(text)
    if isinstance(kind, kinds.BoolType):
        return text in {"1", "on", "true", "yes"}
    if isinstance(kind, kinds.EnumType):
        return _chosen(text, {str(one.value): one for one in kind.cls})
    if isinstance(kind, kinds.LiteralType):
        return _chosen(text, {str(one): one for one in kind.values})
    raise TypeError(f"a form cannot carry {kind!r} ({name})")


def _text(kind: kinds.StrType, text: str) -> str:
    most = kind.max_length or LONGEST_TEXT
    if len(text) > most:
        raise Invalid(t("最多 {n} 个字", n=most))
    if kind.min_length and len(text) < kind.min_length:
        raise Invalid(t("至少 {n} 个字", n=kind.min_length))
    if kind.pattern and not re.search(kind.pattern, text):
        raise Invalid(t("写法不对，请照示例填写"))
    return text


def _fen(text: str) -> int:
    try:
        return parse_yuan(text.replace("−", "-"))
    except Invalid as wrong:
        raise Invalid(t("{why}；请填数字，例如 82000 或 8.2万", why=wrong.text)) from wrong


def _integer(text: str) -> int:
    compact = half_width(text).replace(",", "").replace("−", "-").replace(" ", "")
    if not _WHOLE.fullmatch(compact):
        raise Invalid(t("请填整数，例如 12"))
    return int(compact)


def _bounded(kind: kinds.IntType, number: int, *, money: bool) -> int:
    """Hold a number against the struct's own limits, told in yuan where it is money."""
    least = kind.ge if kind.ge is not None else None if kind.gt is None else kind.gt + 1
    most = kind.le if kind.le is not None else None if kind.lt is None else kind.lt - 1
    if least is not None and number < least:
        raise Invalid(t("不能小于 {n}", n=plain(least) if money else least))
    if most is not None and number > most:
        raise Invalid(t("不能大于 {n}", n=plain(most) if money else most))
    return number


def _decimal(text: str) -> Decimal:
    """A rate or a number: `0.05`, `5%`, full width too."""
    compact = half_width(text).replace(" ", "").replace("−", "-")
    try:
        number = Decimal(compact.removesuffix("%"))
    except InvalidOperation:
        raise Invalid(t("请填数字，例如 0.05 或 5%")) from None
    if not number.is_finite() or len(compact) > 30:
        raise Invalid(t("请填数字，例如 0.05 或 5%"))
    return number / 100 if compact.endswith("%") else number


def _day(text: str) -> date:
    """A day as people write it: `2019-08-30`, `2019/8/30`, `2019年8月30日`."""
    found = _DAY.fullmatch(half_width(text).replace(" ", ""))
    try:
        if found:
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        pass
    raise Invalid(t("请填真实的日期，例如 2019-08-30"))


def _instant(text: str) -> datetime:
    """A day and time of the city (+08:00): `2019-08-11T06:00`, `2019-08-11 6:00`."""
    found = _INSTANT.fullmatch(half_width(text).strip())
    try:
        if found:
            clock = {"hour": int(found[2]), "minute": int(found[3]), "second": int(found[4] or 0)}
            day = _day(found[1])
            return datetime(day.year, day.month, day.day, **clock, tzinfo=_CITY_TIME)
    except (ValueError, Invalid):
        pass
    raise Invalid(t("请填日期和时间，例如 2019-08-11 06:00"))


def _chosen(text: str, allowed: dict[str, Any]) -> Any:
    if text not in allowed:
        raise Invalid(t("请从列表中选择"))
    return allowed[text]
