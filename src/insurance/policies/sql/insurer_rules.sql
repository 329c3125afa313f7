-- Which insurer takes a county's projects, newest first.
SELECT u.id, u.county_code, r.name AS county, u.cover, u.insurer_id, i.code AS insurer_code, i.name AS insurer_name,
       lower(u.period) AS from_on, upper(u.period) AS ends_before
FROM insurer_rule u
JOIN insurer i ON i.id = u.insurer_id
JOIN region r ON r.code = u.county_code
ORDER BY u.county_code, u.cover, u.period DESC
