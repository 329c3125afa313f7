-- Disasters of the scope, newest first, with their towns and how many claims were reported and are open. $1 one id, $2 older than, $3 how many
SELECT d.id, d.code, d.name, d.peril, d.region_path, d.from_on, d.until_on, d.version, t.towns, n.reported, n.open
FROM disaster d
CROSS JOIN LATERAL (
    SELECT coalesce(json_agg(json_build_object('code', r.code, 'name', r.name) ORDER BY r.code), '[]') AS towns
    FROM disaster_town x JOIN region r ON r.path = x.town_path WHERE x.disaster_id = d.id
) t
CROSS JOIN LATERAL (
    SELECT count(*) AS reported, count(*) FILTER (WHERE c.state <> ALL ($4::text[])) AS open FROM claim c WHERE c.disaster_id = d.id
) n
WHERE ($1::bigint IS NULL OR d.id = $1) AND ($2::bigint IS NULL OR d.id < $2)
ORDER BY d.id DESC
LIMIT $3
