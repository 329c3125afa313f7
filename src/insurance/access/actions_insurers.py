"""保险公司: who the insurers are; a new one is entered by the admin or the city office before any rule or account can name it."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from insurance.access import audit, scopes, store
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.codes import normal_code, uscc_fault
from insurance.base.errors import FieldFault, Invalid, NotFound
from insurance.base.text import t

_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,19}")
_TELEPHONE = re.compile(r"[0-9+() -]{5,40}")
_LONGEST = {"name": 100, "short_name": 20, "address": 200, "contact": 60}


class NewInsurer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is entered of an insurer; letters and packs name it by its full name, lists by its short one."""

    code: str
    name: str
    credit_code: str
    short_name: str = ""
    address: str = ""
    contact: str = ""
    telephone: str = ""


class InsurerView(msgspec.Struct, frozen=True, kw_only=True):
    """An insurer as it is on file; one taken in before codes were asked has none."""

    id: int
    code: str
    name: str
    short_name: str
    credit_code: str | None
    address: str
    contact: str
    telephone: str


async def insurers(*, actor: Actor) -> list[InsurerView]:
    """All insurers, in the order they came."""
    async with db.transaction(actor.scope):
        return [InsurerView(**row) for row in await store.insurers()]


async def insurer(insurer_id: int, *, actor: Actor) -> InsurerView:
    """One insurer. Raises NotFound."""
    async with db.transaction(actor.scope):
        row = await store.insurer(insurer_id)
    if row is None:
        raise NotFound(t("没有这家保险公司"))
    return InsurerView(**row)


async def add_insurer(given: NewInsurer, *, actor: Actor) -> InsurerView:
    """Enter an insurer. Raises Invalid by field, Refused for a code, name or credit code that is taken."""
    columns = {name: value.strip() for name, value in msgspec.structs.asdict(given).items()}
    columns["code"] = columns["code"].upper()
    columns["credit_code"] = normal_code(columns["credit_code"])
    _check(columns)
    async with db.transaction(actor.scope):
        insurer_id = await store.new_insurer(**columns)
        await audit.record(actor, "insurer.added", f"insurer:{insurer_id}", code=columns["code"], credit_code=columns["credit_code"])
    scopes.name_insurer(insurer_id, columns["name"])
    return InsurerView(id=insurer_id, **columns)


def _check(columns: dict[str, Any]) -> None:
    faults = []
    if not _CODE.fullmatch(columns["code"]):
        faults.append(FieldFault("code", t("用大写字母、数字和横线，最多 20 个，例如 PICC-ZZ")))
    if not columns["name"]:
        faults.append(FieldFault("name", t("请填写保险公司全称")))
    if uscc_fault(columns["credit_code"]) is not None:
        faults.append(FieldFault("credit_code", t("统一社会信用代码不正确，请对照营业执照逐位核对")))
    if columns["telephone"] and not _TELEPHONE.fullmatch(columns["telephone"]):
        faults.append(FieldFault("telephone", t("请填电话号码，例如 0632-3322110")))
    faults += [FieldFault(name, t("最多 {n} 个字", n=most)) for name, most in _LONGEST.items() if len(columns[name]) > most]
    if faults:
        raise Invalid(t("保险公司资料有误"), faults)
