-- The income policy that would have covered a day, had the mode of operation not ended it before: when it ended. By $1 policy, or
-- by $2 project or $3 its code (in $4 the county or anywhere); $5 the day
SELECT e.ends_before
FROM policy p
JOIN project j ON j.id = p.project_id
JOIN endorsement e ON e.policy_id = p.id AND e.kind = 'MODE_CHANGED' AND e.ends_before = upper(p.period)
WHERE p.cover = 'INCOME' AND e.ends_before <= $5 AND $5 < p.sold_before
  AND (p.id = $1 OR ($1::bigint IS NULL AND (p.project_id = $2 OR ($2::bigint IS NULL AND j.code = $3 AND ($4::text IS NULL OR j.county_code = $4)))))
ORDER BY e.id DESC
LIMIT 1
