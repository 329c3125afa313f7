-- The registered projects of the scope that a workbook may mean, with everybody who holds a right to them.
-- $1 codes as compared, $2 towns whose projects are looked up by name
SELECT p.id, p.code, p.name, p.region_path, p.county_code, p.town_code, p.village, p.taxonomy, p.owner_party_id, y.party_keys, y.party_ids
FROM project p
CROSS JOIN LATERAL (
    SELECT array_agg(w.name_key) AS party_keys, array_agg(w.id) AS party_ids
    FROM (SELECT DISTINCT ON (w.name_key) w.name_key, w.id
          FROM party w
          WHERE w.id IN (SELECT h.party_id FROM right_holding h WHERE h.project_id = p.id UNION SELECT p.owner_party_id)
          ORDER BY w.name_key, w.id = p.owner_party_id DESC, w.id) w
) y
WHERE lower(p.code) = ANY ($1::text[]) OR p.town_code = ANY ($2::text[])
ORDER BY p.id
