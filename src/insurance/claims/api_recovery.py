"""JSON: what comes back to the insurer: recoveries with their movements, third parties, findings of fraud."""

from __future__ import annotations

import msgspec
from litestar import Response, get, post

from insurance.access.guards import needs
from insurance.access.http import Id, Req, read_json, takes
from insurance.access.once import once
from insurance.claims import actions_fraud, actions_recovery, actions_third_party
from insurance.claims.model_recovery import (
    Finding,
    Findings,
    NewFinding,
    NewRecovery,
    Receipt,
    Recoveries,
    Recovery,
    ThirdParty,
    ThirdPartyAnswers,
    WriteOff,
)

JSON = "application/json"
_RECOVERY = {"kind": "SUBROGATION", "counterparty": "某建筑公司", "basis": "施工挖断排水渠致积水倒灌", "expected_fen": 1_200_000}
_RECEIPT = {"version": 1, "received_fen": 500_000, "received_on": "2019-08-30", "reason": "首期还款"}
_WRITE_OFF = {"version": 2, "amount_fen": 700_000, "written_off_on": "2019-08-30", "reason": "第三者无可供执行财产"}
_THIRD_PARTY = {"caused": True, "name": "某建筑公司", "family": False, "paid_fen": 0, "waived": False}
_FINDING = {"kind": "FALSE_PROOF", "facts": "维修发票系伪造，多报二跨", "document_ids": [31], "false_fen": 800_000}


@get("/claims/{claim_id:int}/recoveries", guards=[needs("recovery.read")], opt={"answers": Recoveries})
async def claim_recoveries(request: Req, claim_id: Id) -> Response[bytes]:
    """What is to come back on a claim, with every movement."""
    return Response(msgspec.json.encode(await actions_recovery.recoveries(claim_id, actor=request.user)), media_type=JSON)


@post(
    "/claims/{claim_id:int}/recoveries", guards=[needs("recovery.write")], status_code=201, opt=takes(NewRecovery, _RECOVERY, Recovery)
)  # fmt: skip
async def open_recovery(request: Req, claim_id: Id) -> Response[bytes]:
    """Register what is to come back: a subrogation from the payment on and as far as it, salvage, money paid too much."""
    given = await read_json(request, NewRecovery)
    return await once(
        request, lambda: actions_recovery.open_recovery(claim_id, given, actor=request.user), status=201,
        location=lambda made: f"/api/v1/recoveries/{made.id}",
    )  # fmt: skip


@get("/recoveries/{recovery_id:int}", guards=[needs("recovery.read")], opt={"answers": Recovery})
async def one_recovery(request: Req, recovery_id: Id) -> Response[bytes]:
    """One recovery."""
    return Response(msgspec.json.encode(await actions_recovery.recovery(recovery_id, actor=request.user)), media_type=JSON)


@post(
    "/recoveries/{recovery_id:int}/receipts", guards=[needs("recovery.write")], status_code=201, opt=takes(Receipt, _RECEIPT, Recovery)
)  # fmt: skip
async def receipt(request: Req, recovery_id: Id) -> Response[bytes]:
    """Something came in."""
    given = await read_json(request, Receipt)
    return await once(
        request, lambda: actions_recovery.receipt(recovery_id, given, actor=request.user), status=201,
        location=lambda made: f"/api/v1/recoveries/{made.id}",
    )  # fmt: skip


@post(
    "/recoveries/{recovery_id:int}/write-offs", guards=[needs("recovery.write-off")], status_code=201,
    opt=takes(WriteOff, _WRITE_OFF, Recovery),
)  # fmt: skip
async def write_off(request: Req, recovery_id: Id) -> Response[bytes]:
    """Give the rest or a part of it up."""
    given = await read_json(request, WriteOff)
    return await once(
        request, lambda: actions_recovery.write_off(recovery_id, given, actor=request.user), status=201,
        location=lambda made: f"/api/v1/recoveries/{made.id}",
    )  # fmt: skip


@get("/claims/{claim_id:int}/third-party", guards=[needs("claim.read")], opt={"answers": ThirdParty})
async def third_party(request: Req, claim_id: Id) -> Response[bytes]:
    """Whether somebody else caused the loss, what they paid, whether the claim against them was waived."""
    return Response(msgspec.json.encode(await actions_third_party.answers(claim_id, actor=request.user)), media_type=JSON)


@post(
    "/claims/{claim_id:int}/third-party", guards=[needs("third-party.write")], status_code=201,
    opt=takes(ThirdPartyAnswers, _THIRD_PARTY, ThirdParty),
)  # fmt: skip
async def answer_third_party(request: Req, claim_id: Id) -> Response[bytes]:
    """Answer the questions about a third party; earlier answers stay on record."""
    given = await read_json(request, ThirdPartyAnswers)
    return await once(
        request, lambda: actions_third_party.answer(claim_id, given, actor=request.user), status=201,
        location=lambda _: f"/api/v1/claims/{claim_id}/third-party",
    )  # fmt: skip


@get("/claims/{claim_id:int}/fraud-findings", guards=[needs("fraud.read")], opt={"answers": Findings})
async def fraud_findings(request: Req, claim_id: Id) -> Response[bytes]:
    """What fraud was found on a claim."""
    return Response(msgspec.json.encode(await actions_fraud.findings(claim_id, actor=request.user)), media_type=JSON)


@post(
    "/claims/{claim_id:int}/fraud-findings", guards=[needs("fraud.find")], status_code=201, opt=takes(NewFinding, _FINDING, Finding)
)  # fmt: skip
async def find_fraud(request: Req, claim_id: Id) -> Response[bytes]:
    """Record a finding of fraud with its facts and papers."""
    given = await read_json(request, NewFinding)
    return await once(
        request, lambda: actions_fraud.find(claim_id, given, actor=request.user), status=201,
        location=lambda _: f"/api/v1/claims/{claim_id}/fraud-findings",
    )  # fmt: skip


handlers = [
    claim_recoveries, open_recovery, one_recovery, receipt, write_off, third_party, answer_third_party, fraud_findings, find_fraud,
]  # fmt: skip
