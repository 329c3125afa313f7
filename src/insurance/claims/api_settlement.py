"""JSON of money that moves claims: orders, their cancellation, bank statements in, matches and their undoing."""

from __future__ import annotations

import msgspec
from litestar import Response, delete, post

from insurance.access.guards import needs
from insurance.access.http import Id, Req, read_json, takes
from insurance.access.once import once
from insurance.access.uploads import once_uploaded, read_upload, require_key
from insurance.base.errors import Invalid
from insurance.base.text import t
from insurance.claims import settlement
from insurance.claims.model_verbs import Cancellation, HandMatch, Order
from insurance.finance.model import Side
from insurance.finance.model_cases import Dealt, Picks, Resolution
from insurance.finance.model_payments import Return
from insurance.finance.rules_overlap import Overlap
from insurance.finance.views import LineView, PayoutView, StatementView


class Matched(msgspec.Struct, frozen=True):
    """How many lines were matched by rule, or the line a person matched."""

    matched: int
    line: LineView | None = None


@post(
    "/payouts",
    guards=[needs("payout.order")],
    status_code=201,
    opt=takes(Order, {"claim_id": 417, "version": 11}, PayoutView),
)
async def order_payout(request: Req) -> Response[bytes]:
    """Order the payment of a claim's part that awaits one; another person releases it."""
    given = await read_json(request, Order)
    return await once(
        request, lambda: settlement.order_payout(given, actor=request.user), status=201, location=lambda made: f"/api/v1/payouts/{made.id}"
    )


@post(
    "/payouts/{payout_id:int}/cancellation",
    guards=[needs("payout.cancel")],
    status_code=200,
    opt=takes(Cancellation, {"version": 1, "reason": "收款账户待核实"}, PayoutView),
)
async def cancel_payout(request: Req, payout_id: Id) -> Response[bytes]:
    """Cancel an order before its release."""
    given = await read_json(request, Cancellation)
    return await once(request, lambda: settlement.cancel_payout(payout_id, given, actor=request.user))


@post(
    "/payouts/{payout_id:int}/return",
    guards=[needs("payout.return")],
    status_code=200,
    opt=takes(Return, {"version": 2, "code": "BE01", "returned_on": "2019-09-24", "note": "账号户名不符"}, PayoutView),
)
async def return_payout(request: Req, payout_id: Id) -> Response[bytes]:
    """The bank sent the money back: owed again, to be ordered anew."""
    given = await read_json(request, Return)
    return await once(request, lambda: settlement.return_payout(payout_id, given, actor=request.user))


@post(
    "/statements",
    guards=[needs("statement.write")],
    status_code=201,
    opt={"form": ["file", "side", "account", "overlap"], "answers": StatementView},
)
async def read_statement(request: Req) -> Response[bytes]:
    """Take in a bank's file (Excel or CSV): whose account it shows (`side` PAYER or PAYEE, `account` if the file does not say).

    `overlap` (`same` or `further`) is for a file that was refused because it cannot be known which of its lines stand already.
    """
    require_key(request)
    upload = await read_upload(request, ("side", "account", "overlap"))
    side, word = upload.fields.get("side", Side.PAYER), upload.fields.get("overlap", "")
    if side not in Side.__members__:
        raise Invalid.field("side", t("请选择付款方或收款方账户"))
    if word not in ("", *Overlap):
        raise Invalid.field("overlap", t("请选择“与已导入的流水重复”或“是另外的流水”"))
    overlap = Overlap(word) if word else None
    return await once_uploaded(
        request,
        upload,
        lambda: settlement.read_statement(
            upload.content, upload.name, Side(side), upload.fields.get("account", ""), overlap, actor=request.user
        ),
        status=201,
        location=lambda made: f"/api/v1/statements/{made.id}/matches",
    )


@post(
    "/statements/{statement_id:int}/matches",
    guards=[needs("statement.write")],
    status_code=201,
    opt=takes(HandMatch, {"line_id": 31, "payout_id": 12}, Matched),
)
async def make_match(request: Req, statement_id: Id) -> Response[bytes]:
    """Say which payout a line pays; without ids, everything that waits is matched by rule."""
    given = await read_json(request, HandMatch)

    async def act() -> Matched:
        if given == HandMatch():
            return Matched(await settlement.match_waiting(actor=request.user))
        return Matched(1, await settlement.match(statement_id, given, actor=request.user))

    return await once(request, act, status=201, location=lambda _: f"/api/v1/statements/{statement_id}/matches")


@delete("/matches/{match_id:int}", guards=[needs("statement.write")], status_code=200, opt={"answers": PayoutView})
async def undo_match(request: Req, match_id: Id) -> Response[bytes]:
    """Take a match apart (`reason` in the address, if any); the claim is being paid again."""
    reason = request.query_params.get("reason", "")[:500]
    return await once(request, lambda: settlement.undo_match(match_id, reason, actor=request.user))


@post(
    "/statements/{statement_id:int}/lines/{line_id:int}/resolution",
    guards=[needs("statement.write")],
    status_code=201,
    opt=takes(Resolution, {"action": "SUSPENSE", "note": "来源待查"}, LineView),
)
async def resolve_line(request: Req, statement_id: Id, line_id: Id) -> Response[bytes]:
    """Do something about a line that pays no order: record a return, book a fee, put it in suspense, start a recovery, net a reversal."""
    given = await read_json(request, Resolution)
    return await once(
        request,
        lambda: settlement.resolve_line(statement_id, line_id, given, actor=request.user),
        status=201,
        location=lambda _: f"/api/v1/statements/{statement_id}/matches",
    )


@post(
    "/resolutions", guards=[needs("statement.write")], status_code=201,
    opt=takes(Picks, {"statement_id": 5, "picks": [{"line_id": 31, "rule": "M4"}, {"line_id": 32, "action": "FEE"}]}, Dealt),
)  # fmt: skip
async def deal(request: Req) -> Response[bytes]:
    """Confirm proposals and do the obvious step of exceptions for many lines, all or nothing; of one statement, or of all that waits."""
    given = await read_json(request, Picks)
    return await once(request, lambda: settlement.deal(given, actor=request.user), status=201, location=lambda _: "/api/v1/exceptions")


handlers = [order_payout, cancel_payout, return_payout, read_statement, make_match, undo_match, resolve_line, deal]
