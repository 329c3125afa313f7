-- Past claims with their old numbers, each with its one event and what was stated of it, in one statement. One whose number is taken, or
-- whose loss has a live claim, is left out: the constraints decide.
-- $1 the claims as JSON, $2 by whom, $3 the role, $4 the office's region path, $5 the import, $6 today
WITH given AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS n (
        number text, policy_id bigint, peril text, loss_on date, loss_at timestamptz, reported_at timestamptz, reported_on date,
        reported_fen bigint, state text, live boolean, procedure_version text, regimes text[], taxonomy text, reserve_fen bigint,
        assessed_fen bigint, approved_fen bigint, paid_fen bigint, paid_on date, clocks jsonb, due_at timestamptz, due_clock text,
        ended_on date, outcome text, stated_assessed_fen bigint, stated_approved_fen bigint, payee_name text, note text, item_ids bigint[],
        items_fen bigint[], digest text, facts jsonb)
), made AS (
    INSERT INTO claim (number, policy_id, project_id, region_path, insurer_id, cover, peril, loss_on, loss_at, reported_at, reported_on,
        reported_by, reported_from, reported_fen, state, live, procedure_version, regimes, taxonomy, reserve_fen, assessed_fen, approved_fen,
        paid_fen, opening, opening_paid_fen, opening_paid_on, clocks, due_at, due_clock, last_verb, closed_on)
    SELECT n.number, p.id, p.project_id, p.region_path, p.insurer_id, p.cover, n.peril, n.loss_on, n.loss_at, n.reported_at, n.reported_on,
        $2, $4, n.reported_fen, n.state, n.live, n.procedure_version, n.regimes, n.taxonomy, n.reserve_fen, n.assessed_fen, n.approved_fen,
        n.paid_fen, true, n.paid_fen, n.paid_on, n.clocks, n.due_at, n.due_clock, 'opening-entry', n.ended_on
    FROM given n JOIN policy p ON p.id = n.policy_id
    ORDER BY n.policy_id, n.loss_on
    ON CONFLICT DO NOTHING
    RETURNING id, number, region_path, insurer_id, state
), told AS (
    INSERT INTO claim_event (claim_id, region_path, insurer_id, claim_version, verb, from_state, to_state, business_at, business_on,
        actor_id, role, facts)
    SELECT m.id, m.region_path, m.insurer_id, 1, 'opening-entry', NULL, m.state, n.reported_at, n.reported_on, $2, $3, n.facts
    FROM made m JOIN given n ON n.number = m.number
), stated AS (
    INSERT INTO claim_opening (claim_id, version, region_path, insurer_id, import_id, claim_version, outcome, loss_on, reported_fen,
        reserve_fen, assessed_fen, approved_fen, paid_fen, paid_on, ended_on, payee_name, note, item_ids, items_fen, digest, entered_by, entered_on)
    SELECT m.id, 1, m.region_path, m.insurer_id, $5, 1, n.outcome, n.loss_on, n.reported_fen, n.reserve_fen, n.stated_assessed_fen,
        n.stated_approved_fen, n.paid_fen, n.paid_on, n.ended_on, n.payee_name, n.note, n.item_ids, n.items_fen, decode(n.digest, 'hex'), $2,
        $6
    FROM made m JOIN given n ON n.number = m.number
)
SELECT id, number, region_path, insurer_id FROM made
