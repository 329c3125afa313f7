-- Towns by their codes, inside a region. $1 codes, $2 region path
SELECT r.code, r.path FROM region r WHERE r.code = ANY ($1::text[]) AND r.level = 'township' AND r.path ^@ $2
