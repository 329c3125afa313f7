-- What every letter of a claim states, as the claim stands now; the insured is the one of the day of loss. $1 claim
SELECT c.id, c.number, c.version, c.state, c.region_path, c.insurer_id, c.cover, c.peril, c.loss_on, c.reported_on, c.reported_fen,
       c.account_of_loss, c.reserve_fen, c.assessed_fen, c.approved_fen, c.paid_fen, c.opening_paid_fen, c.procedure_version, c.regimes, c.taxonomy,
       c.policy_id,
       p.number AS policy_number, lower(p.period) AS starts_on, upper(p.period) AS ends_before, p.terms_version, p.terms_checksum,
       j.name AS project_name, j.village, i.name AS insurer_name, d.name AS disaster_name, o.name AS insured_name, o.kind AS insured_kind,
       (c.facts ->> 'proofs_on')::date AS proofs_on,
       (SELECT string_agg(r.name, '' ORDER BY r.path) FROM region r WHERE r.level IN ('county', 'township') AND c.region_path ^@ r.path) AS town
FROM claim c
JOIN policy p ON p.id = c.policy_id
JOIN project j ON j.id = c.project_id
JOIN insurer i ON i.id = c.insurer_id
LEFT JOIN disaster d ON d.id = c.disaster_id
LEFT JOIN party o ON o.id = coalesce((SELECT e.insured_before_id FROM endorsement e
                                      WHERE e.policy_id = p.id AND e.kind = 'INSURED_CHANGED' AND e.effective_on > c.loss_on
                                      ORDER BY e.effective_on, e.id LIMIT 1), p.insured_party_id)
WHERE c.id = $1
