-- Rules without an end give way to newer ones. $1 counties, $2 covers, in step, $3 the newer ones' first day
UPDATE insurer_rule u SET period = daterange(lower(u.period), $3::date)
FROM unnest($1::text[], $2::text[]) AS n (county_code, cover)
WHERE u.county_code = n.county_code AND u.cover = n.cover AND upper_inf(u.period) AND lower(u.period) < $3::date
RETURNING u.id
