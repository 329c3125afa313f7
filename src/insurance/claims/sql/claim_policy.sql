-- The policy a loss is reported under, in the reporter's scope, held against the day of loss, with the law of its items.
-- $1 policy or null, $2 project or null, $3 project code or null, $4 cover or null, $5 loss_on, $6 disaster or null,
-- $7 peril or null (the disaster's), $8 the office's region path, $9 its county or null
WITH named AS (
    SELECT $2::bigint AS id WHERE $2 IS NOT NULL
    UNION ALL
    SELECT min(j.id) FROM project j
    WHERE $2 IS NULL AND $3::text IS NOT NULL AND j.code = $3 AND ($9::text IS NULL OR j.county_code = $9)
    HAVING count(*) = 1
), chosen AS (
    SELECT p.* FROM policy p WHERE p.id = $1::bigint
    UNION ALL
    SELECT p.* FROM named n JOIN policy p ON p.project_id = n.id
    WHERE $1 IS NULL AND p.cover = $4::text AND p.stands AND p.period @> $5::date AND p.bound_on <= $5
)
SELECT p.id, p.number, p.project_id, p.region_path, p.county_code, p.town_code, p.insurer_id, p.cover, p.terms_version,
       p.terms_checksum, lower(p.period) AS starts_on,
       CASE WHEN p.version = 1 THEN p.sum_insured_fen  -- never endorsed
            ELSE coalesce((SELECT sum(t.sum_insured_fen) FROM policy_item t WHERE t.policy_id = p.id AND insured_then(t, $5::date)),
                          p.sum_insured_fen)::bigint END AS sum_insured_fen,
       p.stands AND p.period @> $5::date AND p.bound_on <= $5 AS covers,
       ARRAY(SELECT DISTINCT t.regime_of_law FROM policy_item t WHERE t.policy_id = p.id AND insured_then(t, $5::date)
             ORDER BY 1) AS regimes,
       j.code AS project_code, j.name AS project_name, j.taxonomy, i.code AS insurer_code, i.name AS insurer_name,
       d.id AS disaster_id, d.code AS disaster_code, d.name AS disaster_name, d.from_on, d.until_on, coalesce($7::text, d.peril) AS peril
FROM chosen p
JOIN project j ON j.id = p.project_id
JOIN insurer i ON i.id = p.insurer_id
LEFT JOIN disaster d ON d.id = $6::bigint
WHERE p.region_path ^@ $8::text
