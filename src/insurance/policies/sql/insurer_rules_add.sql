-- New rules of one insurer. $1 counties, $2 covers, in step, $3 insurer, $4 first day, $5 the day after the last or null
INSERT INTO insurer_rule (county_code, cover, insurer_id, period)
SELECT n.county_code, n.cover, $3, daterange($4::date, $5::date)
FROM unnest($1::text[], $2::text[]) AS n (county_code, cover)
RETURNING id
