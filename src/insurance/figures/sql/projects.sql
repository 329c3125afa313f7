-- Projects on the register per county on a day; $1 day, $2 county or null, $3 town or null.
SELECT p.county_code, array_agg(p.id) AS project_ids
FROM project p
WHERE p.registered_at < ($1::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai' AND (p.retired_on IS NULL OR p.retired_on > $1)
  AND ($2::text IS NULL OR p.county_code = $2) AND ($3::text IS NULL OR p.town_code = $3)
GROUP BY p.county_code
