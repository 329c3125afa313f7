-- A new version of what was stated, the claim's row following it, and the event that tells of it, in one statement.
-- $1 claim, $2 version read, $3 the new version as JSON, $4 clocks, $5 business_at, $6 business_on, $7 user, $8 role, $9 reason,
-- $10 facts of the event, $11 due_at, $12 due_clock
WITH given AS (
    SELECT * FROM jsonb_to_record($3::jsonb) AS n (
        version integer, import_id bigint, outcome text, loss_on date, loss_at timestamptz, reported_fen bigint, reserve_fen bigint,
        assessed_fen bigint, approved_fen bigint, paid_fen bigint, paid_on date, ended_on date, payee_name text, note text,
        item_ids bigint[], items_fen bigint[], digest text)
), corrected AS (
    UPDATE claim c SET
        loss_on = n.loss_on, loss_at = n.loss_at, reported_fen = n.reported_fen,
        assessed_fen = CASE WHEN c.state = 'CLOSED' THEN n.assessed_fen ELSE c.assessed_fen END,
        approved_fen = CASE WHEN c.state = 'CLOSED' THEN n.approved_fen ELSE c.approved_fen END,
        paid_fen = c.paid_fen - c.opening_paid_fen + n.paid_fen, opening_paid_fen = n.paid_fen, opening_paid_on = n.paid_on,
        closed_on = CASE WHEN c.state = 'CLOSED' THEN n.ended_on END,
        live = CASE WHEN c.state = 'CLOSED' THEN n.outcome <> 'WITHDRAWN' ELSE c.live END,
        clocks = $4, due_at = $11, due_clock = $12, last_verb = 'opening-correction', version = c.version + 1
    FROM given n
    WHERE c.id = $1 AND c.version = $2
    RETURNING c.id, c.region_path, c.insurer_id, c.version, c.state
), told AS (
    INSERT INTO claim_event (claim_id, region_path, insurer_id, claim_version, verb, from_state, to_state, business_at, business_on,
        actor_id, role, reason, facts)
    SELECT id, region_path, insurer_id, version, 'opening-correction', state, state, $5, $6, $7, $8, $9, $10 FROM corrected
), stated AS (
    INSERT INTO claim_opening (claim_id, version, region_path, insurer_id, import_id, claim_version, outcome, loss_on, reported_fen,
        reserve_fen, assessed_fen, approved_fen, paid_fen, paid_on, ended_on, payee_name, note, item_ids, items_fen, digest, entered_by, entered_on)
    SELECT c.id, n.version, c.region_path, c.insurer_id, n.import_id, c.version, n.outcome, n.loss_on, n.reported_fen, n.reserve_fen,
        n.assessed_fen, n.approved_fen, n.paid_fen, n.paid_on, n.ended_on, n.payee_name, n.note, n.item_ids, n.items_fen,
        decode(n.digest, 'hex'), $7, $6
    FROM corrected c CROSS JOIN given n
)
SELECT version FROM corrected
