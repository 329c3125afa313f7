-- Which rule gave way to which, so that the change can be taken back. $1 those that ended, $2 the new ones
UPDATE insurer_rule o SET ended_by = n.id
FROM insurer_rule n
WHERE o.id = ANY ($1::bigint[]) AND n.id = ANY ($2::bigint[]) AND n.county_code = o.county_code AND n.cover = o.cover
