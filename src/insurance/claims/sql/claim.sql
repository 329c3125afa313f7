-- A claim with the names a reader sees beside it; the store adds condition, order or lock. `surveyed` is asked of opened cases alone.
SELECT c.id, c.number, c.policy_id, c.project_id, c.region_path, c.county_code, c.town_code, c.insurer_id, c.cover, c.disaster_id, c.peril,
       c.loss_on, c.loss_at, c.reported_at, c.reported_on, c.reported_by, c.reported_from, c.reported_fen, c.account_of_loss, c.state,
       c.resume_state, c.procedure_version, c.regimes, c.taxonomy, c.reserve_fen, c.assessed_fen, c.approved_fen, c.paid_fen, c.payee_party_id,
       c.payee_account_id, c.facts, c.clocks::text AS clocks, c.due_at, c.due_clock, c.closed_on, c.version,
       c.opening, c.opening_paid_fen,
       p.number AS policy_number, p.terms_version, p.terms_checksum, j.code AS project_code, j.name AS project_name, i.code AS insurer_code, i.name AS insurer_name,
       d.code AS disaster_code, d.name AS disaster_name,
       c.state <> 'OPENED' OR EXISTS (SELECT FROM survey s WHERE s.claim_id = c.id) AS surveyed
FROM claim c
JOIN policy p ON p.id = c.policy_id
JOIN project j ON j.id = c.project_id
JOIN insurer i ON i.id = c.insurer_id
LEFT JOIN disaster d ON d.id = c.disaster_id
