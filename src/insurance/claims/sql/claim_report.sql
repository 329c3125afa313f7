-- A loss report under a policy that covered the day, and its first event, in one statement.
-- $1 policy, $2 disaster or null, $3 peril, $4 loss_on, $5 loss_at, $6 reported_at, $7 reported_on, $8 user, $9 role, $10 the office's
-- region path, $11 reported_fen, $12 account of loss, $13 procedure version, $14 law of the items, $15 kind of the project,
-- $16 clocks, $17 due_at, $18 due_clock
-- Answers id and number of the claim; nothing where the same loss is reported already, or the policy no longer covers the day.
WITH made AS (
    INSERT INTO claim (number, policy_id, project_id, region_path, insurer_id, cover, disaster_id, peril, loss_on, loss_at, reported_at,
        reported_on, reported_by, reported_from, reported_fen, account_of_loss, state, procedure_version, regimes, taxonomy, clocks, due_at,
        due_clock, last_verb)
    SELECT 'LA' || to_char($7::date, 'YYYY') || '-' || lpad(s.drawn, greatest(7, length(s.drawn)), '0'), p.id, p.project_id, p.region_path,
        p.insurer_id, p.cover, $2, $3, $4, $5, $6, $7, $8, $10, $11, $12, 'REPORTED', $13, $14, $15, $16, $17, $18, 'report'
    FROM policy p CROSS JOIN LATERAL (SELECT nextval('claim_number')::text AS drawn) s
    WHERE p.id = $1 AND p.stands AND p.period @> $4::date AND p.bound_on <= $4
    ON CONFLICT DO NOTHING
    RETURNING id, number, region_path, insurer_id, version
), told AS (
    INSERT INTO claim_event (claim_id, region_path, insurer_id, claim_version, verb, from_state, to_state, business_at, business_on,
        actor_id, role, facts)
    SELECT id, region_path, insurer_id, version, 'report', NULL, 'REPORTED', $6, $7, $8, $9,
        jsonb_build_object('reported_fen', $11::bigint, 'peril', $3::text)
    FROM made
)
SELECT id, number FROM made
