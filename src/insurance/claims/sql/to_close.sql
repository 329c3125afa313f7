-- Claims that close by themselves once nothing has happened to them since a day: paid ones before $1, otherwise ended ones before $2.
SELECT c.id, c.version
FROM claim c
CROSS JOIN LATERAL (SELECT max(e.business_on) AS last_on FROM claim_event e WHERE e.claim_id = c.id) e
WHERE ((c.state = 'PAID' AND e.last_on < $1) OR (c.state IN ('REJECTED', 'ZERO', 'WITHDRAWN') AND e.last_on < $2))
  AND NOT EXISTS (SELECT FROM claim_part t JOIN payout o ON o.part_id = t.id WHERE t.claim_id = c.id AND o.state IN ('ORDERED', 'RELEASED', 'PARTIAL'))
ORDER BY c.id
