-- A rule without an end gives way to a newer one. $1 county, $2 cover, $3 the newer one's first day
UPDATE insurer_rule SET period = daterange(lower(period), $3::date)
WHERE county_code = $1 AND cover = $2 AND upper_inf(period) AND lower(period) < $3::date
RETURNING id
