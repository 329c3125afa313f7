-- A policy held against a day ($3) and a disaster ($2), as `claim_report.sql` finds it.
SELECT p.id, p.number, p.project_id, p.cover, p.terms_version, p.terms_checksum, p.sum_insured_fen, lower(p.period) AS starts_on,
       p.state IN ('IN_FORCE', 'ENDORSED', 'EXPIRED') AND p.period @> $3::date AND p.bound_on <= $3 AS covers,
       j.code AS project_code, j.taxonomy, d.id AS disaster_id, d.from_on, d.until_on
FROM policy p
JOIN project j ON j.id = p.project_id
LEFT JOIN disaster d ON d.id = $2::bigint
WHERE p.id = $1
