"""JSON of income claims: statements with their proof, and the joint worksheet of both covers."""

from __future__ import annotations

import msgspec
from litestar import Response, get, post

from insurance.access.guards import needs
from insurance.access.http import Id, Req, read_json, takes
from insurance.access.once import once
from insurance.claims import actions_income, actions_joint
from insurance.claims.model_income import Joint, StatementEntry, StatementView


class Statements(msgspec.Struct, frozen=True):
    """The income statements of a claim, the one that counts first."""

    items: list[StatementView]
    next_cursor: str | None = None


_STATEMENT = {
    "from_on": "2019-03-02", "last_on": "2019-08-29", "signed_on": "2019-08-30", "signed_by": "石门村股份经济合作社 王五",
    "lines": [
        {"kind": "SALES", "amount_fen": 1_800_000, "document_id": 31},
        {"kind": "MATERIAL_COST", "amount_fen": 620_000, "note": "种苗、农药"},
        {"kind": "ASSET_PAYOUT", "amount_fen": 4_003_101},
    ],
}  # fmt: skip


@get("/claims/{claim_id:int}/income-statements", guards=[needs("claim.read")], opt={"answers": Statements})
async def list_statements(request: Req, claim_id: Id) -> Response[bytes]:
    """The income statements of a claim, the one that counts first."""
    found = await actions_income.statements(claim_id, actor=request.user)
    return Response(msgspec.json.encode(Statements(found)), media_type="application/json")


@post(
    "/claims/{claim_id:int}/income-statements",
    guards=[needs("income-statement.file")],
    status_code=201,
    opt=takes(StatementEntry, _STATEMENT, StatementView),
)
async def file_statement(request: Req, claim_id: Id) -> Response[bytes]:
    """File an income statement with its proof; a correction names the statement it supersedes."""
    given = await read_json(request, StatementEntry)
    return await once(
        request, lambda: actions_income.file_statement(claim_id, given, actor=request.user), status=201,
        location=lambda _: f"/api/v1/claims/{claim_id}/income-statements",
    )  # fmt: skip


@get("/claims/{claim_id:int}/joint", guards=[needs("claim.read")], opt={"answers": Joint})
async def joint_worksheet(request: Req, claim_id: Id) -> Response[bytes]:
    """What one disaster cost under both covers and what was set off; of another insurer's claims only the totals that are set off."""
    return Response(msgspec.json.encode(await actions_joint.joint(claim_id, actor=request.user)), media_type="application/json")


handlers = [list_statements, file_statement, joint_worksheet]
