-- Policies that stand in the way: same project and cover, an overlapping period. $1 projects, $2 covers, $3 first days, $4 days after the last.
SELECT n.place, p.number, lower(p.period) AS starts_on, upper(p.period) AS ends_before
FROM unnest($1::bigint[], $2::text[], $3::date[], $4::date[]) WITH ORDINALITY AS n (project_id, cover, starts_on, ends_before, place)
JOIN policy p ON p.project_id = n.project_id AND p.cover = n.cover AND p.period && daterange(n.starts_on, n.ends_before)
WHERE p.stands
ORDER BY n.place, p.id
