"""保险公司: the list and the form for a new one."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post

from insurance.access import actions_insurers
from insurance.access.actions_insurers import NewInsurer
from insurance.access.guards import needs
from insurance.access.http import Req, show, submit, typed
from insurance.base.errors import FieldFault, InsuranceError
from insurance.web import forms
from insurance.web.forms import FormState


async def _shown(request: Req, form: FormState, status: int = 200) -> Response[str]:
    found = await actions_insurers.insurers(actor=request.user)
    return show(request, "access/insurers.html", status=status, insurers=found, form=form)


@get("/insurers", guards=[needs("insurer.read")])
async def insurers_page(request: Req) -> Response[str]:
    """All insurers."""
    return await _shown(request, FormState())


@post("/insurers", guards=[needs("insurer.write")], status_code=303)
async def add_insurer(request: Req) -> Response[str]:
    """Enter one; what was typed stays when it cannot be taken."""
    body = await typed(request)

    async def act() -> str:
        await actions_insurers.add_insurer(forms.read(body, NewInsurer), actor=request.user)
        return "/insurers"

    try:
        return await submit(request, act)
    except InsuranceError as wrong:
        return await _shown(request, forms.kept(body, list(wrong.faults) or [FieldFault("", wrong.text)]), wrong.status)


handlers: list[Any] = [insurers_page, add_insurer]
