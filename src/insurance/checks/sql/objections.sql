-- An objection belongs to the event that raised it, its answer to a later one, and no decision was taken while it waited.
SELECT 'objection ' || o.id || ' of claim ' || c.number || ' has no event that raised it' AS offence
FROM objection o JOIN claim c ON c.id = o.claim_id
WHERE NOT EXISTS (SELECT FROM claim_event e WHERE e.claim_id = o.claim_id AND e.claim_version = o.claim_version AND e.verb = 'objection')
UNION ALL
SELECT 'objection ' || o.id || ' of claim ' || c.number || ' has no event that answered it'
FROM objection o JOIN claim c ON c.id = o.claim_id
WHERE o.outcome IS NOT NULL AND NOT EXISTS (
    SELECT FROM claim_event e WHERE e.claim_id = o.claim_id AND e.claim_version = o.answered_version
      AND e.verb IN ('assessment', 'approval', 'declinature', 'zero'))
UNION ALL
SELECT 'decision ' || d.id || ' of claim ' || c.number || ' was taken over an objection without an answer'
FROM objection o JOIN claim c ON c.id = o.claim_id
JOIN decision d ON d.claim_id = o.claim_id AND d.claim_version > o.claim_version AND d.claim_version < coalesce(o.answered_version, 2147483647)
