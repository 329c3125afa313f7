-- The projects that go to the new insurers: insured by the old one on the day before, or by the new one on the day; with the sum insured
-- so far. $1 counties, $2 covers, $3 old insurers, $4 new insurers, in step, $5 the day
SELECT n.county_code, n.cover, j.id AS project_id, j.code, j.name, t.name AS town, j.village, j.taxonomy, w.name AS owner,
       max(p.sum_insured_fen) FILTER (WHERE p.insurer_id = n.old_id) AS sum_insured_fen, max(p.guaranteed_fen) FILTER (WHERE p.insurer_id = n.old_id) AS guaranteed_fen
FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[]) AS n (county_code, cover, old_id, new_id)
JOIN policy p ON p.county_code = n.county_code AND p.cover = n.cover AND p.stands
    AND ((p.insurer_id = n.old_id AND p.period @> ($5::date - 1)) OR (p.insurer_id = n.new_id AND p.period @> $5::date))
JOIN project j ON j.id = p.project_id
JOIN region t ON t.code = j.town_code
LEFT JOIN party w ON w.id = j.owner_party_id
GROUP BY n.county_code, n.cover, j.id, j.code, j.name, t.name, j.village, j.taxonomy, w.name
ORDER BY n.county_code, n.cover, t.name, j.code
