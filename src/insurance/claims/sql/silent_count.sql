-- How many insured projects of a disaster's towns have no claim for it (the list: unreported.sql). $1 disaster, $2 county, $3 town or null
SELECT count(DISTINCT p.project_id)
FROM disaster d
JOIN disaster_town x ON x.disaster_id = d.id
JOIN policy p ON p.town_code = split_part(x.town_path, '/', 3)
WHERE d.id = $1 AND p.period && daterange(d.from_on, d.until_on, '[]') AND p.bound_on <= d.until_on
  AND p.stands
  AND ($2::text IS NULL OR p.county_code = $2) AND ($3::text IS NULL OR p.town_code = $3)
  AND NOT EXISTS (SELECT FROM claim c WHERE c.disaster_id = d.id AND c.project_id = p.project_id AND c.live)
