-- The newest public notice of each claim, newest first.
-- $1 disaster, $2 town's code, $3 village, $4 the day whose running notices are wanted (null: all), $5 at most so many
SELECT l.facts
FROM letter l
JOIN claim c ON c.id = l.claim_id
JOIN project j ON j.id = c.project_id
WHERE l.kind = 'PUBLIC_NOTICE'
  AND NOT EXISTS (SELECT FROM letter n WHERE n.claim_id = l.claim_id AND n.kind = l.kind AND n.ordinal > l.ordinal)
  AND ($1::bigint IS NULL OR c.disaster_id = $1)
  AND ($2::text = '' OR c.town_code = $2)
  AND ($3::text = '' OR j.village = $3)
  AND ($4::date IS NULL OR (c.state = 'PUBLICITY' AND (l.facts ->> 'last_on')::date >= $4))
ORDER BY l.issued_on DESC, l.id
LIMIT $5
