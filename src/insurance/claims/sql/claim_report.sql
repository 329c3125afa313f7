-- A loss report in one statement: the policy in the reporter's scope, the claim if that policy covered the day, its first event.
-- $1 policy or null, $2 project or null, $3 project code or null, $4 cover or null, $5 loss_on, $6 loss_at, $7 disaster or null,
-- $8 peril or null (the disaster's), $9 reported_fen, $10 account of loss, $11 reported_at, $12 reported_on, $13 user, $14 role,
-- $15 the office's region path, $16 its county or null, $17 procedure version, $18 clocks, $19 due_at, $20 due_clock
-- Answers the policy with `claim_id`, null where nothing was made: not covered that day, no peril, or reported already.
WITH named AS (
    SELECT $2::bigint AS id WHERE $2 IS NOT NULL
    UNION ALL
    SELECT min(j.id) FROM project j
    WHERE $2 IS NULL AND $3::text IS NOT NULL AND j.code = $3 AND ($16::text IS NULL OR j.county_code = $16)
    HAVING count(*) = 1
), chosen AS (
    SELECT p.* FROM policy p WHERE p.id = $1::bigint
    UNION ALL
    SELECT p.* FROM named n JOIN policy p ON p.project_id = n.id
    WHERE $1 IS NULL AND p.cover = $4::text AND p.state IN ('IN_FORCE', 'ENDORSED', 'EXPIRED') AND p.period @> $5::date AND p.bound_on <= $5
), found AS (
    SELECT p.id, p.number, p.project_id, p.region_path, p.county_code, p.town_code, p.insurer_id, p.cover, p.terms_version,
           p.terms_checksum, p.sum_insured_fen, lower(p.period) AS starts_on,
           p.state IN ('IN_FORCE', 'ENDORSED', 'EXPIRED') AND p.period @> $5::date AND p.bound_on <= $5 AS covers,
           j.code AS project_code, j.name AS project_name, j.taxonomy, i.code AS insurer_code, i.name AS insurer_name,
           d.id AS disaster_id, d.code AS disaster_code, d.name AS disaster_name, d.from_on, d.until_on, coalesce($8::text, d.peril) AS peril
    FROM chosen p
    JOIN project j ON j.id = p.project_id
    JOIN insurer i ON i.id = p.insurer_id
    LEFT JOIN disaster d ON d.id = $7::bigint
    WHERE p.region_path ^@ $15::text
), made AS (
    INSERT INTO claim (number, policy_id, project_id, region_path, insurer_id, cover, disaster_id, peril, loss_on, loss_at, reported_at,
        reported_on, reported_by, reported_from, reported_fen, account_of_loss, state, procedure_version, clocks, due_at, due_clock, last_verb)
    SELECT 'LA' || to_char($12::date, 'YYYY') || '-' || lpad(s.drawn, greatest(7, length(s.drawn)), '0'), f.id, f.project_id, f.region_path,
        f.insurer_id, f.cover, f.disaster_id, f.peril, $5, $6, $11, $12, $13, $15, $9, $10, 'REPORTED', $17, $18, $19, $20, 'report'
    FROM found f CROSS JOIN LATERAL (SELECT nextval('claim_number')::text AS drawn) s
    WHERE f.covers AND f.peril IS NOT NULL
    ON CONFLICT DO NOTHING
    RETURNING id, number, region_path, insurer_id, version
), told AS (
    INSERT INTO claim_event (claim_id, region_path, insurer_id, claim_version, verb, from_state, to_state, business_at, business_on,
        actor_id, role, facts)
    SELECT m.id, m.region_path, m.insurer_id, m.version, 'report', NULL, 'REPORTED', $11, $12, $13, $14,
        jsonb_build_object('reported_fen', $9::bigint, 'peril', f.peril)
    FROM made m CROSS JOIN found f
)
SELECT f.*, m.id AS claim_id, m.number AS claim_number
FROM found f LEFT JOIN made m ON true
