-- How many live claims of a disaster and insurer lie in one town, or in one village of it, with items of these laws.
-- $1 disaster, $2 insurer, $3 town, $4 the project whose village counts, null for the whole town, $5 laws
SELECT count(*)
FROM claim c
JOIN project j ON j.id = c.project_id
LEFT JOIN project own ON own.id = $4::bigint
WHERE c.live AND c.disaster_id = $1 AND c.insurer_id = $2 AND c.town_code = $3 AND c.regimes && $5::text[]
  AND ($4 IS NULL OR j.village = own.village)
