-- Moves of different claims and their events in one statement; null leaves an amount or the payee as it is. Of each move, in its place:
-- $1 id, $2 version read, $3 state, $4 verb, $5 resume_state, $6 clocks, $7 due_at, $8 due_clock, $9 facts to merge (null takes one out),
-- $10 reserve, $11 assessed, $12 approved, $13 paid, $14 payee party, $15 payee account, $16 reason, $17 facts of the event,
-- $18 state it came from; of all: $19 business_at, $20 business_on, $21 user, $22 role
WITH moved AS (
    UPDATE claim c SET
        state = n.state, last_verb = n.verb, resume_state = n.resume_state, clocks = n.clocks, due_at = n.due_at, due_clock = n.due_clock,
        facts = jsonb_strip_nulls(c.facts || n.kept),
        reserve_fen = coalesce(n.reserve_fen, c.reserve_fen), assessed_fen = coalesce(n.assessed_fen, c.assessed_fen),
        approved_fen = coalesce(n.approved_fen, c.approved_fen), paid_fen = coalesce(n.paid_fen, c.paid_fen),
        payee_party_id = coalesce(n.payee_party_id, c.payee_party_id), payee_account_id = coalesce(n.payee_account_id, c.payee_account_id),
        live = n.state <> 'WITHDRAWN' AND (c.live OR n.state = 'REOPENED'),
        closed_on = CASE WHEN n.state = 'CLOSED' THEN coalesce(c.closed_on, $20::date) END,
        version = c.version + 1
    FROM unnest($1::bigint[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::jsonb[], $7::timestamptz[], $8::text[],
                $9::jsonb[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[], $16::text[],
                $17::jsonb[], $18::text[])
        WITH ORDINALITY AS n (id, version, state, verb, resume_state, clocks, due_at, due_clock, kept, reserve_fen, assessed_fen, approved_fen,
                              paid_fen, payee_party_id, payee_account_id, reason, told, from_state, place)
    WHERE c.id = n.id AND c.version = n.version
    RETURNING c.id, c.region_path, c.insurer_id, c.version, c.state, c.resume_state, c.reserve_fen, c.assessed_fen, c.approved_fen, c.paid_fen,
        c.payee_party_id, c.payee_account_id, c.facts, c.clocks::text AS clocks, c.due_at, c.due_clock, c.closed_on,
        n.verb, n.from_state, n.reason, n.told, n.place
), told AS (
    INSERT INTO claim_event (claim_id, region_path, insurer_id, claim_version, verb, from_state, to_state, business_at, business_on,
        actor_id, role, reason, facts)
    SELECT id, region_path, insurer_id, version, verb, from_state, state, $19, $20, $21, $22, reason, told FROM moved ORDER BY place
)
SELECT id, version, state, resume_state, reserve_fen, assessed_fen, approved_fen, paid_fen, payee_party_id, payee_account_id, facts, clocks,
       due_at, due_clock, closed_on
FROM moved
