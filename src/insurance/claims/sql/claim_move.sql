-- One move of a claim and its event in one statement; null leaves an amount or the payee as it is.
-- $1 id, $2 version read, $3 state, $4 verb, $5 resume_state, $6 clocks, $7 due_at, $8 due_clock, $9 facts to merge (null takes one out),
-- $10 reserve, $11 assessed, $12 approved, $13 paid, $14 payee party, $15 payee account,
-- $16 business_at, $17 business_on, $18 user, $19 role, $20 reason, $21 facts of the event, $22 state it came from
WITH moved AS (
    UPDATE claim SET
        state = $3::text, last_verb = $4::text, resume_state = $5, clocks = $6, due_at = $7, due_clock = $8, facts = jsonb_strip_nulls(facts || $9::jsonb),
        reserve_fen = coalesce($10, reserve_fen), assessed_fen = coalesce($11, assessed_fen), approved_fen = coalesce($12, approved_fen),
        paid_fen = coalesce($13, paid_fen), payee_party_id = coalesce($14, payee_party_id),
        payee_account_id = coalesce($15, payee_account_id),
        live = $3::text <> 'WITHDRAWN' AND (live OR $3 = 'REOPENED'),
        closed_on = CASE WHEN $3 = 'CLOSED' THEN coalesce(closed_on, $17::date) END,
        version = version + 1
    WHERE id = $1 AND version = $2
    RETURNING id, region_path, insurer_id, version, state, resume_state, reserve_fen, assessed_fen, approved_fen, paid_fen, payee_party_id,
        payee_account_id, facts, clocks::text AS clocks, due_at, due_clock, closed_on
), told AS (
    INSERT INTO claim_event (claim_id, region_path, insurer_id, claim_version, verb, from_state, to_state, business_at, business_on,
        actor_id, role, reason, facts)
    SELECT id, region_path, insurer_id, version, $4, $22, state, $16, $17, $18, $19, $20, $21 FROM moved
)
SELECT * FROM moved
