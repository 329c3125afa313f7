-- Policies of towns with cover on any day of a window. $1 towns, $2 first day, $3 last day, $4 cover or null, $5 insurer or null
SELECT p.id, p.number, p.cover, p.project_id, j.code AS project_code, j.name AS project_name, p.county_code, p.town_code, p.insurer_id,
       p.sum_insured_fen, lower(p.period) AS starts_on, upper(p.period) AS ends_before
FROM policy p
JOIN project j ON j.id = p.project_id
WHERE p.town_code = ANY ($1::text[]) AND p.period && daterange($2::date, $3::date, '[]') AND p.bound_on <= $3
  AND p.stands
  AND ($4::text IS NULL OR p.cover = $4) AND ($5::bigint IS NULL OR p.insurer_id = $5)
ORDER BY p.town_code, j.code, p.cover
