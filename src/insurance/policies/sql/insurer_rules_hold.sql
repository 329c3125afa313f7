-- The rules of pairs of county and cover that hold on a day or begin after it, held until the end of the transaction.
-- $1 counties, $2 covers, in step, $3 the day
SELECT u.id, u.county_code, u.cover, u.insurer_id, lower(u.period) AS from_on, upper(u.period) AS ends_before
FROM insurer_rule u
JOIN unnest($1::text[], $2::text[]) AS n (county_code, cover) ON n.county_code = u.county_code AND n.cover = u.cover
WHERE u.period && daterange($3::date, NULL)
ORDER BY u.county_code, u.cover, u.period
FOR UPDATE OF u
